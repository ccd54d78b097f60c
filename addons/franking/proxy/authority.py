"""The certificate authority of this installation: made at first start, renewed by itself, held in one folder.

It is a few *generations* (``issuer.py``), each a file ``issuer-ID.pem`` of mode 0600 with the intermediate's key, and
``chain-ID.pem``, the intermediate as clients are sent it. A generation lives 90 days at most. A new one is made when
the newest has less than 30 days left, or does not permit just the gateways' hosts, or none can be read.

The old one stays beside the new until it ends, as long as all that it permits is still a gateway's: a client that
started before the new root existed trusts only the old, so leaves go on being signed by the oldest generation that may
(``leaves.py``), while clients that start now are told to trust both. ``rotate`` drops all old ones at once.

Files are written under a lock, each atomically, so that two starts at once make one authority.
"""

import contextlib
import datetime
import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from franking import roots, trust
from franking.proxy import issuer
from franking.proxy.issuer import Issuer

__all__ = ["RENEW", "Authority", "AuthorityError", "ensure", "load", "resume", "rotate"]

log = logging.getLogger(__name__)

RENEW = datetime.timedelta(days=30)
_MOST = 4  # generations kept: a gateway added again and again must not fill the folder


class AuthorityError(Exception):
    """The certificate authority cannot be made or kept. The text says where and why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """files: what clients are pointed at.  hosts: the gateways' (``*.`` for any name under).  issuers: oldest first."""

    files: trust.Files
    hosts: tuple[str, ...]
    issuers: tuple[Issuer, ...]

    @property
    def newest(self) -> Issuer:
        """The generation made last."""
        return self.issuers[-1]

    @property
    def not_after(self) -> datetime.datetime:
        """The end of the newest generation, UTC."""
        return self.newest.not_after

    @property
    def upstream(self) -> Path:
        """The roots to trust on the way out."""
        return self.files.upstream

    def chain_file(self, signer: Issuer) -> Path:
        """The intermediate's certificate, as clients are sent it with a leaf."""
        return self.files.folder / f"chain-{signer.id}.pem"


def ensure(
    folder: Path,
    hosts: Collection[str],
    extra_roots: Path | None = None,
    *,
    environment: Mapping[str, str] | None = os.environ,
    now: datetime.datetime | None = None,
) -> Authority:
    """The authority for these hosts, made or renewed where needed, and every file that clients are pointed at.

    extra_roots: ``upstream.ca_file``.  environment: whose CA variables name further public roots; None keeps those of
    the last start. Raises AuthorityError.
    """
    return _settle(folder, hosts, extra_roots, environment, now, lambda kept: kept)


def resume(folder: Path, hosts: Collection[str], extra_roots: Path | None = None) -> Authority:
    """As ensure; where the folder cannot be written, the authority as it was left there, if it is valid still."""
    try:
        return ensure(folder, hosts, extra_roots)
    except AuthorityError as fault:
        held = load(folder, hosts)
        if held is None or not held.upstream.exists():
            raise
        log.warning("%s; what is there serves on", fault)
        return held


def rotate(
    folder: Path, hosts: Collection[str], extra_roots: Path | None = None, *, now: datetime.datetime | None = None
) -> Authority:
    """A new authority in place of all that is there. Clients that are running must be started again."""
    return _settle(folder, hosts, extra_roots, None, now, lambda kept: [])


def load(folder: Path, hosts: Collection[str], now: datetime.datetime | None = None) -> Authority | None:
    """The authority as it stands on disk, for whatever hosts it was made; None where there is none that is valid."""
    now = now or datetime.datetime.now(datetime.UTC)
    issuers = tuple(entry for entry in _read(folder) if entry.not_before <= now < entry.not_after)
    return Authority(trust.Files(folder), tuple(hosts), issuers) if issuers else None


def _settle(
    folder: Path,
    hosts: Collection[str],
    extra_roots: Path | None,
    environment: Mapping[str, str] | None,
    now: datetime.datetime | None,
    keep: Callable[[list[Issuer]], list[Issuer]],
) -> Authority:
    moment = now or datetime.datetime.now(datetime.UTC)
    wanted = issuer.constrained(hosts)
    further = _further(extra_roots)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        with _locked(folder):
            held = load(folder, hosts, moment)
            issuers = keep([entry for entry in held.issuers if entry.names <= wanted] if held else [])
            if not any(entry.names == wanted and entry.not_after - moment >= RENEW for entry in issuers):
                issuers.append(issuer.mint(wanted, moment))
            authority = Authority(trust.Files(folder), tuple(hosts), tuple(issuers[-_MOST:]))
            _write(authority, further, environment)
    except OSError as fault:
        where = fault.filename or folder
        raise AuthorityError(f"{where}: the certificate authority cannot be kept here: {fault.strerror}") from None
    return authority


def _further(extra_roots: Path | None) -> roots.Roots:
    if extra_roots is None:
        return {}
    try:
        found = roots.read(extra_roots)
    except OSError as fault:
        raise AuthorityError(f"upstream.ca_file: {extra_roots}: cannot be read: {fault.strerror}") from None
    if not found:
        raise AuthorityError(f"upstream.ca_file: {extra_roots}: holds no certificate in PEM form")
    return found


def _write(authority: Authority, further: roots.Roots, environment: Mapping[str, str] | None) -> None:
    """What clients trust first, then what signs: a running proxy never signs by a root that nobody was told of."""
    ours = [entry.root.public_bytes(Encoding.DER) for entry in reversed(authority.issuers)]
    trust.publish(authority.files, ours, further, environment)
    wanted = set()
    for entry in authority.issuers:
        file = authority.files.folder / f"issuer-{entry.id}.pem"
        trust.write(authority.chain_file(entry), entry.intermediate.public_bytes(Encoding.PEM))
        trust.write(file, entry.pem(), 0o600)
        wanted |= {file, authority.chain_file(entry)}
    for pattern in ("issuer-*.pem", "chain-*.pem"):
        for file in set(authority.files.folder.glob(pattern)) - wanted:
            file.unlink(missing_ok=True)


def _read(folder: Path) -> list[Issuer]:
    """Every generation that is whole, oldest first."""
    found = []
    for file in folder.glob("issuer-*.pem"):
        with contextlib.suppress(OSError, ValueError):
            found.append(issuer.parse(file.read_bytes()))
    return sorted(found, key=lambda entry: (entry.not_after, entry.id))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; where the system has no such locks, the writes are atomic still."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600), "rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # released when the file is closed, however this process ends
        yield
