"""The certificate authority's folder: what clients, and franking on the way out, are pointed at.

``Files`` is paths only and cheap to import. ``publish`` writes

- ``ca-cert.pem``: our root certificates (several while one follows another), for variables that add to a tool's own.
- ``bundle.pem``: every public root and ours, for variables that replace a tool's own.
- ``upstream.pem``: the same without ours: what franking trusts on the way out.
- ``truststore.p12``: the bundle for Java.
- ``bundle-DIGEST.pem``: the bundle and what one more file held (``extra-DIGEST.pem``), where a caller's environment
  already pointed a tool at roots of its own.

Public roots are certifi's, the system's, those that the starting environment's variables point at (kept in
``environment.pem``, since that environment may later point at our own bundle), and ``upstream.ca_file``.
Every write is atomic: a reader sees the old file or the new one.
"""

import contextlib
import hashlib
import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from franking import roots
from franking.roots import Roots

__all__ = ["PASSWORD", "VARIABLES", "Files", "covering", "publish", "write"]

PASSWORD = "franking"  # noqa: S105 - Java demands one of a trust store; what is in it is public

VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "CODEX_CA_CERTIFICATE",
    "AWS_CA_BUNDLE",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
)
"""The variables by which tools are told which roots to trust; the last two add to a tool's own."""


@dataclass(frozen=True, slots=True)
class Files:
    """The certificate authority's folder. Its files need not exist yet."""

    folder: Path

    @property
    def root(self) -> Path:
        """Our root certificates, the newest first."""
        return self.folder / "ca-cert.pem"

    @property
    def bundle(self) -> Path:
        """The public roots and ours."""
        return self.folder / "bundle.pem"

    @property
    def upstream(self) -> Path:
        """The public roots alone."""
        return self.folder / "upstream.pem"

    @property
    def java(self) -> Path:
        """The bundle as PKCS #12, under PASSWORD."""
        return self.folder / "truststore.p12"

    @property
    def environment(self) -> Path:
        """The roots that only the environment of the last start named."""
        return self.folder / "environment.pem"


def write(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Put ``content`` into ``file``, whole or not at all; where it is there already, only the mode is set."""
    with contextlib.suppress(OSError):
        if file.read_bytes() == content:
            file.chmod(mode)
            return
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(mode)  # whatever the umask was
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def publish(
    files: Files, ours: Iterable[bytes], further: Roots | None = None, environment: Mapping[str, str] | None = None
) -> None:
    """Write every file that clients are pointed at. Raises OSError.

    ours: our roots in DER, the newest first.  further: the user's own (``upstream.ca_file``).  environment: whose
    variables name more, skipped where they cannot be read; None stands for the environment of the last start.
    """
    own = dict.fromkeys(ours)
    public = roots.public() | (further or {})
    named = roots.read_if_there(files.environment) if environment is None else _named(files, environment)
    only_named = {der: None for der in named if der not in public}
    public |= only_named
    write(files.environment, roots.pem(only_named))
    write(files.upstream, roots.pem(public))
    write(files.root, roots.pem(own))
    write(files.bundle, roots.pem(public | own))
    _write_java(files.java, public | own)
    for extra in files.folder.glob("extra-*.pem"):
        write(_bundle_of(extra), roots.pem(public | own | roots.read_if_there(extra)))


def covering(files: Files, place: Path) -> Path:
    """A bundle with all that ``place`` holds: bundle.pem, or one more that is made for it and renewed with it.

    What cannot be read adds nothing. Raises OSError where the bundle is missing or the folder cannot be written.
    """
    if place.parent == files.folder:
        return place if place.name.startswith("bundle-") and place.exists() else files.bundle
    known = roots.read(files.bundle)
    missing = sorted(der for der in roots.read_if_there(place) if der not in known)
    if not missing:
        return files.bundle
    extra = files.folder / f"extra-{hashlib.sha256(b''.join(missing)).hexdigest()[:16]}.pem"
    write(extra, roots.pem(missing))
    write(_bundle_of(extra), files.bundle.read_bytes() + roots.pem(missing))
    return _bundle_of(extra)


def _bundle_of(extra: Path) -> Path:
    return extra.with_name(extra.name.replace("extra-", "bundle-", 1))


def _named(files: Files, environment: Mapping[str, str]) -> Roots:
    """What an environment's variables point at; where that is a bundle of ours, what was named when it was made."""
    found: Roots = {}
    for place in (Path(environment[name]).expanduser() for name in VARIABLES if environment.get(name)):
        if place.parent != files.folder:
            found |= roots.read_if_there(place)
            continue
        found |= roots.read_if_there(files.environment)
        if place.name.startswith("bundle-"):
            found |= roots.read_if_there(files.folder / place.name.replace("bundle-", "extra-", 1))
    return found


def _write_java(file: Path, trusted: Roots) -> None:
    """Java takes a certificate in PKCS #12 for trusted only with an attribute of its own, which cryptography sets.

    Each writing differs by its salt, so it is written only where the certificates differ.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    with warnings.catch_warnings(action="ignore"):  # some public roots have odd serial numbers
        certificates = []
        for der in trusted:
            with contextlib.suppress(ValueError):
                certificates.append(x509.load_der_x509_certificate(der))
        with contextlib.suppress(OSError, ValueError):
            held = pkcs12.load_pkcs12(file.read_bytes(), PASSWORD.encode()).additional_certs
            if [entry.certificate for entry in held] == certificates:
                return
        entries = [pkcs12.PKCS12Certificate(root, f"root-{nth}".encode()) for nth, root in enumerate(certificates)]
        sealing = (
            serialization.PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(2048)
            .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
            .hmac_hash(hashes.SHA256())
            .build(PASSWORD.encode())
        )
        write(file, pkcs12.serialize_java_truststore(entries, sealing))
