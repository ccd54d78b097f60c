"""The tokens of links for clients: what a link's address shows to prove that this installation made it.

A token is ``ID.PROJECT.EXPIRES.SIGNATURE``: the link's id, its project's number, its end in microseconds UTC, and
HMAC-SHA256 over these with a key of this home (``links.key``, 0600, made with the first link). Whoever has the ledger
alone cannot make one; whoever has a token learns nothing of the key. A new key makes every earlier token worthless.
"""

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from franking import paths
from franking.projects.values import ProjectsError

__all__ = ["Key", "Named", "key", "key_if_there", "read", "rotate", "token"]

_LENGTH = 32
_LONGEST = 200
"""Characters of a token; a longer text is none."""

_PURPOSE = b"franking link 1\n"
_NAMED = re.compile(r"([0-9a-f]{12})\.([0-9]{1,12})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """What a token names. project: the project's number. expires_at: microseconds UTC."""

    id: str
    project: int
    expires_at: int


class Key:
    """The secret, which is never shown. mark: tells it from other keys, and tells nothing of it."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.mark = hashlib.sha256(b"franking link key\n" + secret).hexdigest()[:16]

    def sign(self, text: str) -> str:
        """The signature, in hex."""
        return hmac.new(self._secret, _PURPOSE + text.encode(), hashlib.sha256).hexdigest()


def token(key: Key, named: Named) -> str:
    """The token, of letters, digits and dots alone, so that no mail program breaks it."""
    said = f"{named.id}.{named.project}.{named.expires_at}"
    return f"{said}.{key.sign(said)}"


def read(key: Key | None, token: str) -> Named | None:
    """What a token names; None where this key has not signed it. Nothing of it is believed, or looked at, before."""
    said, _, shown = token.rpartition(".")
    if key is None or len(token) > _LONGEST or not token.isascii():
        return None
    if not hmac.compare_digest(key.sign(said), shown):
        return None
    found = _NAMED.fullmatch(said)
    return Named(found[1], int(found[2]), int(found[3])) if found else None


def key() -> Key:
    """This home's key, made if there is none. Raises ProjectsError for a damaged one, and OSError."""
    held = key_if_there()
    if held is None:
        paths.ensure_home()
        draft = _drafted()
        try:
            os.link(draft, _file())  # fails where another process was quicker, whose key it is then
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        held = key_if_there()
        assert held is not None
    return held


def key_if_there() -> Key | None:
    """This home's key; None where no link was ever made. Raises ProjectsError for a damaged one, and OSError."""
    try:
        text = _file().read_text(encoding="ascii").strip()
        secret = bytes.fromhex(text)
    except FileNotFoundError:
        return None
    except ValueError:
        secret = b""
    if len(secret) != _LENGTH:
        raise ProjectsError(f"{_file()} is damaged; `frank links rotate` makes a new key, and every link void")
    return Key(secret)


def rotate() -> Key:
    """A new key: no token that was made until now opens anything any more. Raises OSError."""
    paths.ensure_home()
    _drafted().replace(_file())
    return key()


def _file() -> Path:
    return paths.home() / "links.key"


def _drafted() -> Path:
    """A new key in a file beside the key's own, whole."""
    draft = _file().with_name(f".links.key.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(secrets.token_bytes(_LENGTH).hex().encode())
        stream.flush()
        os.fsync(stream.fileno())
    return draft
