"""The bundles: nothing that was trusted before is lost, none of ours is trusted upstream, and a file is whole."""

import datetime
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from franking import roots, trust
from franking.trust import Files


def root(name: str) -> bytes:
    """A root of that name, in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


OURS, COMPANY, OTHER = root(f"{roots.MARK} 1"), root("Company"), root("Other")


def company(folder: Path, der: bytes = COMPANY, name: str = "company.pem") -> Path:
    file = folder / name
    file.write_bytes(b"a comment\r\n" + roots.pem([der]).replace(b"\n", b"\r\n"))
    return file


@pytest.fixture
def files(tmp_path: Path) -> Files:
    (tmp_path / "ca").mkdir()
    return Files(tmp_path / "ca")


def holds(file: Path, der: bytes) -> bool:
    return roots.pem([der]) in file.read_bytes()


def test_the_bundle_is_the_public_roots_and_ours(files: Files) -> None:
    trust.publish(files, [OURS], environment={})
    public = roots.public()
    assert len(public) > 50
    assert roots.read(files.upstream) == roots.read(files.bundle) == public
    assert files.bundle.read_bytes() == files.upstream.read_bytes() + files.root.read_bytes()
    assert files.root.read_bytes() == roots.pem([OURS])


@pytest.mark.parametrize("variable", trust.VARIABLES)
def test_what_the_environment_names_is_trusted_on(files: Files, tmp_path: Path, variable: str) -> None:
    trust.publish(files, [OURS], environment={variable: str(company(tmp_path))})
    assert holds(files.bundle, COMPANY)
    assert holds(files.upstream, COMPANY)


def test_further_roots_are_trusted_on(files: Files, tmp_path: Path) -> None:
    trust.publish(files, [OURS], roots.read(company(tmp_path)), environment={})
    assert holds(files.bundle, COMPANY)
    assert holds(files.upstream, COMPANY)


def test_a_start_inside_our_own_environment_loses_nothing(files: Files, tmp_path: Path) -> None:
    trust.publish(files, [OURS], environment={"SSL_CERT_FILE": str(company(tmp_path))})
    trust.publish(files, [OURS], environment={"SSL_CERT_FILE": str(files.bundle)})
    assert holds(files.upstream, COMPANY)
    further = trust.covering(files, company(tmp_path, OTHER, "other.pem"))
    trust.publish(files, [OURS], environment={"SSL_CERT_FILE": str(further)})
    assert holds(files.upstream, COMPANY)
    assert holds(files.upstream, OTHER)
    trust.publish(files, [OURS], environment=None)
    assert holds(files.upstream, COMPANY)
    trust.publish(files, [OURS], environment={})
    assert not holds(files.upstream, COMPANY)


def test_another_installations_root_is_never_taken_for_a_public_one(files: Files, tmp_path: Path) -> None:
    trust.publish(files, [OURS], environment={"SSL_CERT_FILE": str(company(tmp_path, root(f"{roots.MARK} 2")))})
    assert roots.read(files.upstream) == roots.public()


@pytest.mark.parametrize("content", [None, b"", roots.pem([b""]), roots.pem([b"junk"]), roots.pem([COMPANY[:-9]])])
def test_a_variable_that_names_nothing_adds_nothing(files: Files, tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "named.pem").write_bytes(content)
    trust.publish(files, [OURS], environment={"SSL_CERT_FILE": str(tmp_path / "named.pem")})
    assert roots.read(files.upstream) == roots.public()
    assert trust.covering(files, tmp_path / "named.pem") == files.bundle


def test_a_folder_of_roots_is_read(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "roots"
    folder.mkdir()
    company(folder)
    company(folder, OTHER, "9f0f5fd6.0")
    company(folder, root("key"), "private.key")
    assert roots.read(folder) == {OTHER: None, COMPANY: None}
    assert holds(trust.covering(files_with_bundle(files), folder), OTHER)


def files_with_bundle(files: Files) -> Files:
    trust.publish(files, [OURS], environment={})
    return files


def test_a_file_beyond_the_bundle_gets_a_bundle_that_is_renewed_with_it(files: Files, tmp_path: Path) -> None:
    files_with_bundle(files)
    own = company(tmp_path)
    covering = trust.covering(files, own)
    assert covering != files.bundle
    assert trust.covering(files, own) == covering == trust.covering(files, covering)
    assert holds(covering, COMPANY)
    assert holds(covering, OURS)
    newer = root(f"{roots.MARK} 3")
    trust.publish(files, [newer], environment={})
    assert holds(covering, COMPANY)
    assert holds(covering, newer)
    assert not holds(covering, OURS)
    assert set(roots.public()) <= set(roots.read(covering))


def test_a_file_within_the_bundle_needs_none(files: Files, tmp_path: Path) -> None:
    files_with_bundle(files)
    within = company(tmp_path, next(iter(roots.public())))
    assert trust.covering(files, within) == files.bundle
    assert trust.covering(files, files.root) == files.bundle


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    trust.write(file, b"before")

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        trust.write(file, b"after")
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_mode_holds_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        trust.write(tmp_path / "secret", b"x", 0o600)
    finally:
        os.umask(before)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
