"""Throw-away certificates: a CA and one leaf for the fake gateway's host names, made in a few milliseconds.

They exist only in the folder given and for a day; nothing but a demo or a test is ever told to trust them.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from franking.proxy.issuer import certificate, general_name, signer, usage

__all__ = ["Certificates", "issue"]

LIFETIME = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificates:
    """Two PEM files. ca_file: what a client must trust.  leaf_file: the server's key and certificate."""

    ca_file: Path
    leaf_file: Path


def issue(folder: Path, hosts: Iterable[str], authority: str = "franking demo CA") -> Certificates:
    """A new CA and a leaf for ``hosts`` (names or addresses), written into ``folder``, which must exist."""
    ca_key, leaf_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name(authority)
    now = datetime.datetime.now(datetime.UTC)
    ca = signer(issuer, issuer, ca_key.public_key(), ca_key, now, now + LIFETIME, below=0).sign(ca_key, hashes.SHA256())
    leaf = (
        certificate(_name("franking demo"), issuer, leaf_key.public_key(), ca_key.public_key(), now, now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs=False), critical=True)
        .add_extension(x509.SubjectAlternativeName([general_name(host) for host in hosts]), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made = Certificates(folder / "demo-ca.pem", folder / "demo-leaf.pem")
    made.ca_file.write_bytes(ca.public_bytes(pem))
    made.leaf_file.touch(mode=0o600)
    made.leaf_file.write_bytes(key + leaf.public_bytes(pem))
    return made


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
