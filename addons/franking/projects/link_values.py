"""What a link for a client is: what it shows, where, until when. Pure; the address is made of it and of a key."""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from franking import periods
from franking.projects import link_tokens
from franking.projects.link_tokens import Key, Named
from franking.projects.values import Project, ProjectsError

__all__ = ["DAYS", "PATH", "PERIODS", "Link", "Listed", "Status", "Terms", "at_moment", "origin"]

Status = Literal["open", "expired", "revoked", "void"]
"""void: signed by an earlier key, or its project is part of another one now."""

DAYS = range(1, 731)
"""For how many days a link may be made."""

PERIODS: tuple[str, ...] = get_args(periods.Name)
"""What a link's page may open with."""

PATH = "/shared/"
"""What comes before the token in an address."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a link shows, and where. address: the origin by which it is reached; period: a name of ``periods``, with
    which the page opens; with_users: also by user, with their names; note: for whom it is.
    """

    address: str
    days: int = 30
    period: str = "month"
    with_users: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is kept. project: its number. key: the mark of the key that signed it. Times are microseconds UTC;
    used_at: when its page was last seen, to the minute.
    """

    id: str
    project: int
    address: str
    note: str | None
    period: str
    with_users: bool
    key: str
    made_at: int
    expires_at: int
    revoked_at: int | None
    used_at: int | None

    def status(self, at: int, key: Key | None, project: Project | None) -> Status:
        """Whether it opens at that moment. key: this home's. project: the one of its number."""
        if self.revoked_at is not None:
            return "revoked"
        if at >= self.expires_at:
            return "expired"
        if key is None or key.mark != self.key or project is None or project.merged_into is not None:
            return "void"
        return "open"


@dataclass(frozen=True, slots=True)
class Listed:
    """A link at a moment, under this home's key. project: None where it is gone. url: None where it does not open."""

    link: Link
    project: Project | None
    status: Status
    url: str | None


def at_moment(link: Link, project: Project | None, key: Key | None, at: int) -> Listed:
    """The link at that moment."""
    status = link.status(at, key, project)
    named = Named(link.id, link.project, link.expires_at)
    url = f"{link.address}{PATH}{link_tokens.token(key, named)}" if key is not None and status == "open" else None
    return Listed(link, project, status, url)


def origin(text: str) -> str:
    """An address as browsers name it: ``https://costs.example.com``. Raises ProjectsError where it is more or less.

    >>> origin("https://Costs.Example.com:443/")
    'https://costs.example.com'
    """
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    bare = text.isprintable() and parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in {"http", "https"} or not bare or not _is_host(host):
        raise ProjectsError("that is no address of a dashboard; expected such as https://costs.example.com")
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, default} else "")


def _is_host(text: str) -> bool:
    return bool(text) and all(letter.isalnum() or letter in "-._:" for letter in text)
