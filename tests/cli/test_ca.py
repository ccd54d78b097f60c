"""``frank ca``: path, show, rotate, as a script calls them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from franking.proxy import authority
from support.commands import Frank


@pytest.fixture
def made(home: Path) -> Path:
    """A home with an authority."""
    authority.ensure(home / "ca", ["api.example.com", "*.example.org"], environment={})
    return home


@pytest.mark.parametrize(
    "arguments", [("path",), ("path", "--bundle"), ("path", "--json"), ("show",), ("show", "--json")]
)
def test_without_an_authority_one_line_says_so(frank: Frank, arguments: tuple[str, ...]) -> None:
    done = frank("ca", *arguments)
    assert (done.status, done.out) == (1, "")
    assert done.err == "frank: there is no certificate authority yet: `frank start` makes it\n"


@pytest.mark.parametrize(("arguments", "file"), [((), "ca-cert.pem"), (("--bundle",), "bundle.pem")])
def test_path(made: Path, frank: Frank, arguments: tuple[str, ...], file: str) -> None:
    done = frank("ca", "path", *arguments)
    assert (done.status, done.out, done.err) == (0, f"{made / 'ca' / file}\n", "")


def test_path_as_json(made: Path, frank: Frank) -> None:
    found = json.loads(frank("ca", "path", "--json").out)
    assert found == {
        "root": str(made / "ca/ca-cert.pem"),
        "bundle": str(made / "ca/bundle.pem"),
        "java_truststore": str(made / "ca/truststore.p12"),
    }


def test_path_imports_nothing_heavy(made: Path) -> None:
    script = (
        "import sys; from franking.cli import main; code = main(['ca', 'path'])\n"
        "heavy = {'mitmproxy', 'pydantic_settings', 'cryptography'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_show(made: Path, frank: Frank) -> None:
    (root,) = x509.load_pem_x509_certificates((made / "ca/ca-cert.pem").read_bytes())
    text = frank("ca", "show").out
    told = json.loads(frank("ca", "show", "--json").out)
    (entry,) = told["authorities"]
    assert entry["fingerprint_sha256"].replace(":", "").lower() == root.fingerprint(hashes.SHA256()).hex()
    assert entry["subject"] == root.subject.rfc4514_string()
    assert entry["hosts"] == ["api.example.com", "example.org"]
    assert entry["not_after"] == root.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    for said in (entry["fingerprint_sha256"], entry["subject"], *entry["hosts"], entry["not_after"][:10]):
        assert said in text


def test_rotate(made: Path, frank: Frank) -> None:
    before = (made / "ca/ca-cert.pem").read_bytes()
    done = frank("ca", "rotate")
    assert (done.status, done.err) == (0, "")
    assert "start them again" in done.out
    after = x509.load_pem_x509_certificates((made / "ca/ca-cert.pem").read_bytes())
    assert len(after) == 1
    assert after[0].fingerprint(hashes.SHA256()).hex(":").upper() in done.out
    assert before not in (made / "ca/bundle.pem").read_bytes()


@pytest.mark.parametrize("command", ["rotate"])
def test_what_cannot_be_done_is_one_line(home: Path, frank: Frank, command: str) -> None:
    (home / "ca").write_bytes(b"in the way")
    done = frank("ca", command)
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert str(home / "ca") in done.err
