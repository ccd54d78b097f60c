"""The authority's folder: made, renewed, repaired, and no key in it but the intermediate's."""

import datetime
import shutil
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from franking.proxy import authority
from franking.proxy.authority import Authority, AuthorityError

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)
HOSTS = ("api.example.com", "*.example.org")


def made(
    folder: Path, hosts: tuple[str, ...] = HOSTS, days: float = 0, environment: dict[str, str] | None = None
) -> Authority:
    """The authority as a start at NOW and some days leaves it."""
    return authority.ensure(folder, hosts, environment=environment or {}, now=NOW + datetime.timedelta(days=days))


def ids(held: Authority) -> list[str]:
    return [entry.id for entry in held.issuers]


def test_it_is_closed_to_others(tmp_path: Path) -> None:
    made(tmp_path / "ca")
    assert stat.S_IMODE((tmp_path / "ca").stat().st_mode) == 0o700
    secret = [file for file in (tmp_path / "ca").iterdir() if b"PRIVATE KEY" in file.read_bytes()]
    assert [stat.S_IMODE(file.stat().st_mode) for file in secret] == [0o600]


def test_a_mode_that_was_widened_is_set_right(tmp_path: Path) -> None:
    held = made(tmp_path)
    file = tmp_path / f"issuer-{held.newest.id}.pem"
    file.chmod(0o644)
    tmp_path.chmod(0o755)
    made(tmp_path)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, tmp_path)] == [0o600, 0o700]


def test_the_only_key_in_the_folder_is_the_constrained_intermediates(tmp_path: Path) -> None:
    made(tmp_path)
    made(tmp_path, days=65)
    texts = [file.read_bytes() for file in tmp_path.iterdir()]
    keys = [load_pem_private_key(text, None) for text in texts if b"PRIVATE KEY" in text]
    assert len(keys) == 2
    assert not [text for text in texts if text.count(b"PRIVATE KEY-----") not in (0, 2)]
    roots = x509.load_pem_x509_certificates((tmp_path / "ca-cert.pem").read_bytes())
    for key in keys:
        assert key.public_key() not in [root.public_key() for root in roots]


def test_its_certificates_say_what_it_promises(tmp_path: Path) -> None:
    held = made(tmp_path).newest
    assert held.not_after - held.not_before <= datetime.timedelta(days=90)
    assert held.root.not_valid_after_utc - held.root.not_valid_before_utc <= datetime.timedelta(days=90)
    extensions = held.intermediate.extensions
    constraints = extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert [name.value for name in constraints.value.permitted_subtrees or ()] == ["api.example.com", "example.org"]
    assert {str(name.value) for name in constraints.value.excluded_subtrees or ()} == {"0.0.0.0/0", "::/0"}
    assert extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    assert held.root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 1)


@pytest.mark.parametrize(
    ("hosts", "permitted", "excluded"),
    [
        ((), {"invalid"}, {"0.0.0.0/0", "::/0"}),
        (("API.Example.com.",), {"api.example.com"}, {"0.0.0.0/0", "::/0"}),
        (("*.example.com", "example.com"), {"example.com"}, {"0.0.0.0/0", "::/0"}),
        (("192.0.2.7",), {"192.0.2.7/32", "invalid"}, {"::/0"}),
        (("api.example.com", "2001:db8::7"), {"api.example.com", "2001:db8::7/128"}, {"0.0.0.0/0"}),
    ],
)
def test_hosts_become_constraints(
    tmp_path: Path, hosts: tuple[str, ...], permitted: set[str], excluded: set[str]
) -> None:
    held = made(tmp_path, hosts)
    found = held.newest.intermediate.extensions.get_extension_for_class(x509.NameConstraints).value
    assert {str(name.value) for name in found.permitted_subtrees or ()} == permitted
    assert {str(name.value) for name in found.excluded_subtrees or ()} == excluded
    assert ids(made(tmp_path, hosts)) == ids(held)


@pytest.mark.parametrize(("days", "renewed"), [(0, False), (58, False), (60, True), (88, True), (120, True)])
def test_it_is_renewed_when_less_than_30_days_are_left(tmp_path: Path, days: int, renewed: bool) -> None:
    first = made(tmp_path)
    later = made(tmp_path, days=days)
    assert (later.newest.id != first.newest.id) is renewed
    assert later.not_after - (NOW + datetime.timedelta(days=days)) >= authority.RENEW
    assert (first.newest.root == later.newest.root) is not renewed


def test_clients_are_told_of_both_roots_until_the_old_one_ends(tmp_path: Path) -> None:
    first = made(tmp_path)
    both = made(tmp_path, days=65)
    assert ids(both) == [first.newest.id, both.newest.id]
    assert first.newest.id != both.newest.id
    for file in (both.files.root, both.files.bundle):
        assert all(entry.root.public_bytes(Encoding.PEM) in file.read_bytes() for entry in both.issuers)
    after = made(tmp_path, days=90)
    assert ids(after) == [both.newest.id]
    assert not (tmp_path / f"issuer-{first.newest.id}.pem").exists()


@pytest.mark.parametrize(
    ("before", "after", "old_stays"),
    [
        (("api.example.com",), ("api.example.com", "more.example.com"), True),
        (("api.example.com", "more.example.com"), ("api.example.com",), False),
        (("api.example.com",), ("more.example.com",), False),
    ],
)
def test_other_gateways_make_another(
    tmp_path: Path, before: tuple[str, ...], after: tuple[str, ...], old_stays: bool
) -> None:
    first = made(tmp_path, before)
    second = made(tmp_path, after, days=1)
    assert second.newest.names == set(after)
    assert (first.newest.id in ids(second)) is old_stays
    assert (tmp_path / f"issuer-{first.newest.id}.pem").exists() is old_stays


def test_generations_do_not_pile_up(tmp_path: Path) -> None:
    hosts = [f"host-{nth}.example.com" for nth in range(8)]
    for count in range(1, 9):
        held = made(tmp_path, tuple(hosts[:count]), days=count)
    assert len(held.issuers) == len(list(tmp_path.glob("issuer-*"))) == len(list(tmp_path.glob("chain-*"))) == 4


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:200])


@pytest.mark.parametrize("harm", [Path.unlink, truncated, lambda file: file.write_bytes(b"\x00\xff")])
@pytest.mark.parametrize("name", ["ca-cert.pem", "bundle.pem", "upstream.pem", "truststore.p12", "chain"])
def test_what_is_lost_or_broken_is_restored(tmp_path: Path, harm: Callable[[Path], object], name: str) -> None:
    held = made(tmp_path)
    file = held.chain_file(held.newest) if name == "chain" else tmp_path / name
    before = file.read_bytes()
    harm(file)
    assert ids(made(tmp_path)) == ids(held)
    if name != "truststore.p12":  # its salt differs each time
        assert file.read_bytes() == before
    else:
        assert abs(len(file.read_bytes()) - len(before)) < 64


@pytest.mark.parametrize("harm", [Path.unlink, truncated, lambda file: file.write_bytes(b"\x00\xff")])
def test_without_its_key_there_is_a_new_one(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    held = made(tmp_path)
    harm(tmp_path / f"issuer-{held.newest.id}.pem")
    again = made(tmp_path)
    assert len(again.issuers) == 1
    assert again.newest.id != held.newest.id
    assert len(list(tmp_path.glob("issuer-*"))) == 1


def test_a_key_that_is_another_generations_is_not_used(tmp_path: Path) -> None:
    one, other = made(tmp_path / "one"), made(tmp_path / "other")
    file = tmp_path / "one" / f"issuer-{one.newest.id}.pem"
    theirs = (tmp_path / "other" / f"issuer-{other.newest.id}.pem").read_bytes()
    file.write_bytes(
        theirs.partition(b"-----BEGIN CERT")[0]
        + b"-----BEGIN CERT"
        + file.read_bytes().partition(b"-----BEGIN CERT")[2]
    )
    assert made(tmp_path / "one").newest.id != one.newest.id


def test_a_second_start_writes_nothing(tmp_path: Path) -> None:
    made(tmp_path)
    before = {file.name: (file.stat().st_mtime_ns, file.stat().st_ino) for file in tmp_path.iterdir()}
    made(tmp_path)
    assert {file.name: (file.stat().st_mtime_ns, file.stat().st_ino) for file in tmp_path.iterdir()} == before


def test_two_starts_at_once_make_one(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from franking.proxy import authority\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "print(authority.ensure(Path(sys.argv[1]), ['api.example.com'], environment={}).newest.id)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "ca")]
    starts = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for start in starts:
        assert start.stdout
        assert start.stdout.readline() == "ready\n"
    for start in starts:
        assert start.stdin
        start.stdin.write("go\n")
        start.stdin.flush()
    assert len({start.communicate(timeout=60)[0] for start in starts}) == 1
    assert len(list((tmp_path / "ca").glob("issuer-*"))) == 1
    assert not list((tmp_path / "ca").glob(".*"))


def test_rotate_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    old = made(tmp_path)
    new = authority.rotate(tmp_path, HOSTS, now=NOW)
    assert ids(new) != ids(old)
    assert len(new.issuers) == 1
    assert old.newest.root.public_bytes(Encoding.PEM) not in new.files.bundle.read_bytes()
    loaded = authority.load(tmp_path, HOSTS, NOW)
    assert loaded is not None
    assert ids(loaded) == ids(new)


@pytest.mark.parametrize(("days", "there"), [(-2, False), (0, True), (88, True), (90, False)])
def test_load_gives_what_is_valid(tmp_path: Path, days: int, there: bool) -> None:
    assert authority.load(tmp_path, HOSTS, NOW) is None
    made(tmp_path)
    assert (authority.load(tmp_path, HOSTS, NOW + datetime.timedelta(days=days)) is not None) is there


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "cannot be read"), (b"", "holds no certificate"), (b"junk", "holds no certificate")],
)
def test_further_roots_that_cannot_be_used_are_named(tmp_path: Path, content: bytes | None, expected: str) -> None:
    file = tmp_path / "company.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(AuthorityError, match=f"upstream.ca_file: .*company.pem: {expected}"):
        authority.ensure(tmp_path / "ca", HOSTS, file, environment={})


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AuthorityError, match=r"file/ca: the certificate authority cannot be kept here"):
        made(tmp_path / "file" / "ca")


@pytest.mark.skipif(shutil.which("keytool") is None, reason="no Java at hand")
def test_java_trusts_what_the_bundle_holds(tmp_path: Path) -> None:
    held = made(tmp_path)
    store = ["-keystore", str(held.files.java), "-storetype", "PKCS12", "-storepass", "franking"]
    listed = subprocess.run(["keytool", "-list", *store], capture_output=True, text=True, check=True).stdout
    context = ssl.create_default_context(cafile=str(held.files.bundle))
    assert listed.count("trustedCertEntry") == len(context.get_ca_certs()) > 50


def test_a_proxy_started_anew_goes_on_with_what_is_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "ca"
    begun = authority.resume(folder, HOSTS)
    (folder / "lock").unlink()
    (folder / "lock").mkdir()  # nothing can be kept here any more
    with pytest.raises(AuthorityError):
        authority.ensure(folder, HOSTS)
    assert authority.resume(folder, HOSTS).newest.id == begun.newest.id
    assert "cannot be kept here" in caplog.text
    begun.upstream.unlink()
    with pytest.raises(AuthorityError, match="cannot be kept here"):
        authority.resume(folder, HOSTS)


def test_without_any_authority_it_is_not_started_anew(tmp_path: Path) -> None:
    (tmp_path / "ca" / "lock").mkdir(parents=True)
    with pytest.raises(AuthorityError, match="cannot be kept here"):
        authority.resume(tmp_path / "ca", HOSTS)
