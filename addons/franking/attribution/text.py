"""Foreign text made fit to keep: bounded, printable, without secrets. Pure, never raises.

Every value that attribution takes from a header, a variable, a file or a remote passes through here before it
reaches a row, a log or another header.
"""

import re
from functools import lru_cache

__all__ = ["LIMIT", "clean", "redact"]

SHORT = 200
LIMIT = 256
"""Characters kept of any value; the gateway keeps as many of a project id."""

# What stands before a web host is a secret, whatever it is; a login name for ssh is none, its password is.
_WEB = re.compile(r"(https?://)[^/?#\s]*@", re.IGNORECASE)
_PASSWORD = re.compile(r"(://[^/?#\s:@]*):[^/?#\s]*@")

# The usual shapes of keys: providers' (sk-…), GitHub's, GitLab's, Slack's, AWS's, Google's, and JSON web tokens.
_KEY = re.compile(
    r"sk-[A-Za-z0-9_-]{32,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{20,}"
    r"|xox[abprs]-[A-Za-z0-9-]{20,}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]{16,}"
    r"|[Bb]earer\s+\S+"
)


def redact(text: str) -> str:
    """The text without URL credentials, keys and tokens.

    >>> redact("https://me:pw@example.com/repo")
    'https://example.com/repo'
    """
    if "://" in text and "@" in text:
        text = _PASSWORD.sub(r"\1@", _WEB.sub(r"\1", text))
    return _KEY.sub("[secret]", text) if len(text) >= 16 else text


def clean(value: str, limit: int = LIMIT) -> str:
    """The value as it may be kept: unprintable characters dropped, secrets taken out, blanks at the ends off, cut.

    Bytes that were no UTF-8 (kept by Python as lone surrogates) are read as Latin-1.

    >>> clean(" caf\\udce9\\r\\n ")
    'café'
    """
    # Bounded before anything scans it; the rest leaves room for a secret that ends beyond the limit.
    return _cleaned(value[: limit + 1024], limit) if len(value) > SHORT else _remembered(value, limit)


def _cleaned(value: str, limit: int) -> str:
    if not value.isprintable():
        read = (chr(ord(c) - 0xDC00) if "\udc80" <= c <= "\udcff" else c for c in value)
        value = "".join(character for character in read if character.isprintable())
    return redact(value.strip())[:limit].rstrip()


# The same few values come with every request.
_remembered = lru_cache(1024)(_cleaned)
