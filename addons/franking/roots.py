"""Root certificates: read from PEM files and folders, and the public ones of this machine. No parsing beyond PEM.

Roots are a dict used as an ordered set of certificates in DER. franking's own are never among those read: what is
trusted upstream must not depend on what clients are told to trust.
"""

import base64
import contextlib
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

__all__ = ["MARK", "Roots", "pem", "public", "read", "read_if_there"]

Roots = dict[bytes, None]

MARK = "franking constrained root"
"""In the name of every root that franking makes."""

_BLOCK = re.compile(rb"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_HASHED = re.compile(r".*\.(pem|crt|cer|\d)")  # what a folder of certificates holds; OpenSSL's links end in a digit
_SYSTEM_FILES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Alpine, Gentoo
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # the BSDs, old Alpine
)
_KEYCHAINS = ("/System/Library/Keychains/SystemRootCertificates.keychain", "/Library/Keychains/System.keychain")


def read(place: Path) -> Roots:
    """The certificates in a PEM file, or in a folder's files. Raises OSError."""
    if place.is_dir():
        files = [file for file in sorted(place.iterdir()) if _HASHED.fullmatch(file.name) and file.is_file()]
        return {der: None for file in files for der in read_if_there(file)}
    return _parse(place.read_bytes())


def read_if_there(place: Path) -> Roots:
    """The same, and nothing where it cannot be read."""
    try:
        return read(place)
    except OSError:
        return {}


def pem(roots: Iterable[bytes]) -> bytes:
    """Roots as they stand in a file."""
    import ssl

    return "".join(map(ssl.DER_cert_to_PEM_cert, roots)).encode()


def public() -> Roots:
    """certifi's roots, then those that only the system has: a company's are often there."""
    import certifi

    return read(Path(certifi.where())) | _system()


def _system() -> Roots:
    """The system's own store; nothing where it has none that can be read."""
    if sys.platform == "win32":
        import ssl

        stored = ssl.enum_certificates("ROOT")
        return {der: None for der, kind, trust in stored if kind == "x509_asn" and trust is not False}
    if sys.platform == "darwin":
        command = ["/usr/bin/security", "find-certificate", "-a", "-p", *_KEYCHAINS]
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            return _parse(subprocess.run(command, capture_output=True, timeout=10, check=True).stdout)
        return {}
    for file in map(Path, _SYSTEM_FILES):
        if found := read_if_there(file):
            return found
    return read_if_there(Path("/etc/ssl/certs"))


def _parse(text: bytes) -> Roots:
    found: Roots = {}
    for block in _BLOCK.findall(text):
        with contextlib.suppress(ValueError):
            der = base64.b64decode(block)
            if _is_whole(der) and MARK.encode() not in der:
                found[der] = None
    return found


def _is_whole(der: bytes) -> bool:
    """Is it one DER sequence, as long as it says? A tool refuses a whole bundle for one block that is not.

    Every certificate is longer than 127 bytes, so the length stands in one to four bytes after its own length.
    """
    if len(der) < 128 or der[0] != 0x30 or not 0x81 <= der[1] <= 0x84:
        return False
    size = der[1] & 0x7F
    return int.from_bytes(der[2 : 2 + size]) == len(der) - 2 - size
