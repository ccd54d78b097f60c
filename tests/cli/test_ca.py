"""``frank ca``: path, show, rotate, as a script calls them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from franking.proxy import authority


def frank(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    base = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "FRANKING_HOME": str(home),
        "FRANKING_CONFIG": str(home / "c"),
    }
    command = [shutil.which("frank") or "frank", *arguments]
    return subprocess.run(command, env=base, capture_output=True, text=True, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    authority.ensure(tmp_path / "ca", ["api.example.com", "*.example.org"], environment={})
    return tmp_path


@pytest.mark.parametrize(
    "arguments", [("path",), ("path", "--bundle"), ("path", "--json"), ("show",), ("show", "--json")]
)
def test_without_an_authority_one_line_says_so(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = frank(tmp_path, "ca", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "frank: there is no certificate authority yet: `frank start` makes it\n"


@pytest.mark.parametrize(("arguments", "file"), [((), "ca-cert.pem"), (("--bundle",), "bundle.pem")])
def test_path(home: Path, arguments: tuple[str, ...], file: str) -> None:
    done = frank(home, "ca", "path", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{home / 'ca' / file}\n", "")


def test_path_as_json(home: Path) -> None:
    found = json.loads(frank(home, "ca", "path", "--json").stdout)
    assert found == {
        "root": str(home / "ca/ca-cert.pem"),
        "bundle": str(home / "ca/bundle.pem"),
        "java_truststore": str(home / "ca/truststore.p12"),
    }


def test_path_imports_nothing_heavy(home: Path) -> None:
    script = (
        "import sys; from franking.cli import main; code = main(['ca', 'path'])\n"
        "heavy = {'mitmproxy', 'pydantic_settings', 'cryptography'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else code)"
    )
    base = os.environ | {"FRANKING_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", script], env=base, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_show(home: Path) -> None:
    (root,) = x509.load_pem_x509_certificates((home / "ca/ca-cert.pem").read_bytes())
    text = frank(home, "ca", "show").stdout
    told = json.loads(frank(home, "ca", "show", "--json").stdout)
    (entry,) = told["authorities"]
    assert entry["fingerprint_sha256"].replace(":", "").lower() == root.fingerprint(hashes.SHA256()).hex()
    assert entry["subject"] == root.subject.rfc4514_string()
    assert entry["hosts"] == ["api.example.com", "example.org"]
    assert entry["not_after"] == root.not_valid_after_utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    for said in (entry["fingerprint_sha256"], entry["subject"], *entry["hosts"], entry["not_after"][:10]):
        assert said in text


def test_rotate(home: Path) -> None:
    before = (home / "ca/ca-cert.pem").read_bytes()
    done = frank(home, "ca", "rotate")
    assert (done.returncode, done.stderr) == (0, "")
    assert "start them again" in done.stdout
    after = x509.load_pem_x509_certificates((home / "ca/ca-cert.pem").read_bytes())
    assert len(after) == 1
    assert after[0].fingerprint(hashes.SHA256()).hex(":").upper() in done.stdout
    assert before not in (home / "ca/bundle.pem").read_bytes()


@pytest.mark.parametrize("command", ["rotate"])
def test_what_cannot_be_done_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "ca").write_bytes(b"in the way")
    done = frank(tmp_path, "ca", command)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert str(tmp_path / "ca") in done.stderr
