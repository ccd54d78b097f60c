"""Leaf certificates for the gateways' hosts: a certificate store for mitmproxy's TlsConfig.

Each set of names has a leaf with a key of its own, valid for a week at most, made on first use (0.2 ms) and kept.
It is sent with the intermediate, from a file whose name tells the generation: mitmproxy and OpenSSL cache TLS contexts
by that name, so a renewal is never masked.

A leaf is signed by the oldest generation that permits its names and has time left: running clients may know no newer.
``get_cert`` looks whether the authority's folder has changed (one stat), so that ``frank ca rotate`` and a renewal by
another process are in force from the next connection on. Used from one thread, mitmproxy's event loop.
"""

import contextlib
import datetime
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from mitmproxy.certs import Cert, CertStore, CertStoreEntry, DHParams

from franking.proxy import authority
from franking.proxy.authority import Authority
from franking.proxy.issuer import SERVER_AUTH, Issuer, certificate, general_name, usage

__all__ = ["Leaves"]

LIFETIME = datetime.timedelta(days=7)  # of a leaf, from its making
SPARE = datetime.timedelta(days=2)  # what an issuer or a cached leaf must have left to be used further
MOST = 256  # leaves kept; the least recently used goes first
_REFUSED = "refused.invalid"  # the name on a leaf for hosts that are no gateway's: no client accepts it


def _utcnow() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Leaves(CertStore):
    """The store that TlsConfig asks for a leaf, once a connection."""

    def __init__(self, held: Authority, clock: Callable[[], datetime.datetime] = _utcnow) -> None:
        self.dhparams = DHParams(b"")  # ECDHE only
        self.default_crl = b""  # no leaf names a revocation list
        self._clock = clock
        self._leaves: OrderedDict[tuple[str, ...], CertStoreEntry] = OrderedDict()
        self._seen = 0
        self.refresh(held)

    def refresh(self, held: Authority) -> None:
        """Sign by this authority from now on."""
        self._leaves.clear()
        self._authority = held
        self.default_ca = Cert(held.newest.intermediate)

    def get_cert(
        self,
        commonname: str | None,
        sans: Iterable[x509.GeneralName] | list[str],
        organization: str | None = None,
        crl_url: str | None = None,
    ) -> CertStoreEntry:
        """The leaf for those of ``sans`` that are gateways' hosts. Names of other hosts are left out: they would make
        the constraint refuse the whole leaf. ``organization`` and ``crl_url``, the upstream's, are not copied.
        """
        self._reload_if_changed()
        now = self._clock()
        texts = (str(getattr(name, "value", name)).lower().rstrip(".") for name in sans)
        names = tuple(dict.fromkeys(text for text in texts if self._is_gateway(text)))
        entry = self._leaves.get(names)
        if entry is None or entry.cert.notafter - now < SPARE:
            entry = self._leaves[names] = self._make(names, now)
        self._leaves.move_to_end(names)
        if len(self._leaves) > MOST:
            self._leaves.popitem(last=False)
        return entry

    def _reload_if_changed(self) -> None:
        """Take up what another process, or a timer, wrote. A fault leaves things as they are."""
        with contextlib.suppress(OSError):
            changed = self._authority.files.folder.stat().st_mtime_ns
            if changed == self._seen:
                return
            # File times are coarse: what was changed just now may be changed once more without a later time.
            self._seen = changed if time.time_ns() - changed > 1_000_000_000 else 0
            held = authority.load(self._authority.files.folder, self._authority.hosts, self._clock())
            if held and [entry.id for entry in held.issuers] != [entry.id for entry in self._authority.issuers]:
                self.refresh(held)

    def _is_gateway(self, name: str) -> bool:
        return any(
            name == host or (host.startswith("*.") and name.endswith(host[1:]) and name != host[2:])
            for host in self._authority.hosts
        )

    def _signer(self, names: tuple[str, ...], now: datetime.datetime) -> Issuer:
        able = [entry for entry in self._authority.issuers if all(map(entry.permits, names))]
        return next((entry for entry in able if entry.not_after - now >= SPARE), (able or [self._authority.newest])[-1])

    def _make(self, names: tuple[str, ...], now: datetime.datetime) -> CertStoreEntry:
        signer = self._signer(names, now)
        key = ec.generate_private_key(ec.SECP256R1())
        until = min(now + LIFETIME, signer.not_after)
        builder = certificate(
            x509.Name([]), signer.intermediate.subject, key.public_key(), signer.key.public_key(), now, until
        )
        leaf = (
            builder.add_extension(
                x509.SubjectAlternativeName([general_name(name) for name in names or (_REFUSED,)]), critical=True
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usage(signs=False), critical=True)
            .add_extension(SERVER_AUTH, critical=False)
            .sign(signer.key, hashes.SHA256())
        )
        # mitmproxy says RSA, and takes whatever pyOpenSSL takes.
        return CertStoreEntry(
            Cert(leaf), cast("Any", key), self._authority.chain_file(signer), [Cert(signer.intermediate)]
        )
