"""A project id, as the Kilo gateway stores what it is sent.

The gateway cuts it to 256 characters; of an ``http(s)://host/path`` or ``git@host:path`` it keeps the last part of
the path without ``.git``; anything else stands as it came; an empty one is NULL.
"""

import re

from franking.attribution.remotes import project_of
from franking.attribution.text import LIMIT, clean

TYPE_CHECKING = False  # `typing` is not waited for
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["named", "of_remote", "stored"]

_REMOTE = re.compile(r"(?:https?://[^/\s]+/|git@[^:\s]+:)(?:[^\s?#]*/)?(?P<last>[^\s?#/]+?)(?:\.git)?/?", re.IGNORECASE)


def stored(value: str) -> str | None:
    """The project id that is stored for a value, None for an empty one.

    >>> stored("git@github.com:example-co/example-repo.git")
    'example-repo'
    """
    # A remote is read before it is made clean: of one with credentials only the last part is left anyway.
    value = value.strip()[:LIMIT]
    if (":" in value) and (remote := _REMOTE.fullmatch(value)):
        value = remote["last"]
    return clean(value) or None


def of_remote(remote: str, style: 'Literal["repo", "owner/repo"]') -> str | None:
    """The project that a remote's address names, None where it names none."""
    project = project_of(remote[:4096], style)
    return (clean(project) or None) if project else None


def named(said: str, style: 'Literal["repo", "owner/repo"]') -> str | None:
    """A project that somebody named for franking: a remote's address becomes its project, as everywhere."""
    said = said.strip()
    if "://" in said or said[:4].lower() == "git@":
        return of_remote(said, style) or stored(said)
    return stored(said)
