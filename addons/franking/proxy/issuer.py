"""One generation of the certificate authority: a root, and the name-constrained intermediate that it signed.

The root's key lives only while ``mint`` runs: it signs one certificate and is forgotten. The intermediate's key signs
the leaves. Java ignores constraints on a root but keeps those of an intermediate, hence the two.

Constraints name domains without a leading dot, the one form of RFC 5280 (4.2.1.10), which every runtime reads alike:
``example.com`` permits that name and all names under it. So a gateway ``openrouter.ai`` permits ``x.openrouter.ai``
too, and ``*.example.com`` permits ``example.com``: always the same owner's. Addresses are excluded, all of them, but
for a gateway that is itself named by its address.
"""

import datetime
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from franking.roots import MARK

__all__ = [
    "BACKDATED", "LIFETIME", "SERVER_AUTH", "Issuer", "certificate", "constrained", "general_name", "mint", "parse",
    "signer", "usage",
]  # fmt: skip

LIFETIME = datetime.timedelta(days=90)
BACKDATED = datetime.timedelta(days=1)  # for clients whose clock is behind; within LIFETIME
SERVER_AUTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
_NOTHING = "invalid"  # reserved by RFC 2606: without gateways the constraint permits no real host
_EVERY_ADDRESS = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))


@dataclass(frozen=True, slots=True)
class Issuer:
    """root: what clients trust.  intermediate: what signs.  key: the intermediate's.  names: what it may sign for."""

    root: x509.Certificate
    intermediate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    names: frozenset[str]

    @property
    def id(self) -> str:
        """The intermediate's fingerprint, short enough for a file's name."""
        return self.intermediate.fingerprint(hashes.SHA256()).hex()[:16]

    @property
    def not_before(self) -> datetime.datetime:
        """From when it is valid, UTC."""
        return self.intermediate.not_valid_before_utc

    @property
    def not_after(self) -> datetime.datetime:
        """Until when it is valid, UTC."""
        return self.intermediate.not_valid_after_utc

    def permits(self, host: str) -> bool:
        """Does the constraint let it sign for this host?"""
        return any(host == name or (not _address(name) and host.endswith("." + name)) for name in self.names)

    def pem(self) -> bytes:
        """The key, the intermediate, the root. A secret: it belongs into a file of mode 0600."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return key + self.intermediate.public_bytes(Encoding.PEM) + self.root.public_bytes(Encoding.PEM)


def constrained(hosts: Iterable[str]) -> frozenset[str]:
    """The gateways' hosts as a constraint names them."""
    names = frozenset(host.lower().removesuffix(".").removeprefix("*.") for host in hosts)
    # A kind of name without a constraint would be free.
    return names | {_NOTHING} if all(map(_address, names)) else names


def mint(names: frozenset[str], now: datetime.datetime) -> Issuer:
    """A new generation, valid for LIFETIME. The root's key is gone when this returns."""
    tag = secrets.token_hex(4)
    root_name = _name(f"{MARK} {tag}")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    until = now - BACKDATED + LIFETIME
    root = signer(root_name, root_name, root_key.public_key(), root_key, now, until, below=1).sign(
        root_key, hashes.SHA256()
    )
    name = _name(f"franking intermediate {tag}")
    intermediate = (
        signer(name, root_name, key.public_key(), root_key, now, until, below=0)
        .add_extension(SERVER_AUTH, critical=False)
        .add_extension(_constraints(names), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    return Issuer(root, intermediate, key, names)


def parse(text: bytes) -> Issuer:
    """An issuer from its PEM. Raises ValueError where it is none, or not whole."""
    key = load_pem_private_key(text, None)
    intermediate, root = x509.load_pem_x509_certificates(text)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != intermediate.public_key():
        raise ValueError("the key is not the intermediate's")
    try:
        intermediate.verify_directly_issued_by(root)
        held = intermediate.extensions.get_extension_for_class(x509.NameConstraints).value
    except Exception as fault:  # cryptography has no common base for these
        raise ValueError(f"not an intermediate of its root: {fault}") from None
    names = frozenset(_text(subtree) for subtree in held.permitted_subtrees or ())
    return Issuer(root, intermediate, key, names)


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime.datetime,
    until: datetime.datetime,
) -> x509.CertificateBuilder:
    """What every certificate here has in common."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(until)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def signer(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    now: datetime.datetime,
    until: datetime.datetime,
    *,
    below: int,
) -> x509.CertificateBuilder:
    """What every authority's certificate has in common. below: how many authorities may stand under it."""
    return (
        certificate(subject, issuer, key, issuer_key.public_key(), now, until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(usage(signs=True), critical=True)
    )


def general_name(host: str) -> x509.GeneralName:
    """A host as a certificate names it, by name or by address."""
    address = _address(host)
    return x509.IPAddress(address) if address else x509.DNSName(host)


def usage(*, signs: bool) -> x509.KeyUsage:
    """Key usage of an authority (it signs certificates) or of a leaf (it signs handshakes)."""
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _constraints(names: frozenset[str]) -> x509.NameConstraints:
    permitted: list[x509.GeneralName] = []
    versions = set()
    for name in sorted(names):
        if address := _address(name):
            permitted.append(x509.IPAddress(ipaddress.ip_network(address)))
            versions.add(address.version)
        else:
            permitted.append(x509.DNSName(name))
    excluded = [x509.IPAddress(every) for every in _EVERY_ADDRESS if every.version not in versions]
    return x509.NameConstraints(permitted, excluded or None)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _text(subtree: x509.GeneralName) -> str:
    value = subtree.value
    return str(value.network_address if isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network) else value)


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, text), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "franking")]
    )
