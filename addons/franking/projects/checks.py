"""What people may write: names, looks, metadata, members. Pure; each gives what is kept, or raises ProjectsError."""

import re
from collections.abc import Mapping

from franking.attribution.remotes import address, without_credentials
from franking.projects.values import Member, ProjectsError

__all__ = ["colour", "line", "member", "metadata", "name", "pair", "remote"]

_LONGEST = {"name": 256, "display name": 120, "description": 2000, "icon": 16, "organization": 256, "remote": 1000}
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VALUE = 4000
_YES = {"true": True, "yes": True, "false": False, "no": False}


def name(text: str, what: str = "name") -> str:
    """A project's or an organization's name: printable, at most 256 characters, as an id may be stamped."""
    text = text.strip()
    if not text:
        raise ProjectsError(f"the {what} is empty")
    if not text.isprintable():
        raise ProjectsError(f"{text!r} is no {what}: it holds characters that cannot be printed")
    return _bounded(text, what)


def line(text: str | None, what: str) -> str | None:
    """A text to show; an empty one is none. Only a description may have several lines."""
    text = (text or "").strip()
    shown = text.replace("\n", "").replace("\t", "") if what == "description" else text
    if not shown.isprintable():
        raise ProjectsError(f"the {what} holds characters that cannot be printed")
    return _bounded(text, what) or None


def colour(text: str | None) -> str | None:
    """``#rrggbb``, in small letters."""
    if text is None or not text.strip():
        return None
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", text.strip()):
        raise ProjectsError(f"{text!r} is no colour; expected #rrggbb, such as #2f6f4f")
    return text.strip().lower()


def pair(text: str) -> tuple[str, str]:
    """``key=value`` as its two parts."""
    key, mark, value = text.partition("=")
    if not mark or not key.strip():
        raise ProjectsError(f"{text!r}: expected key=value, such as billable=true")
    return key.strip(), value


def metadata(said: Mapping[str, str | bool]) -> dict[str, str | bool]:
    """Every value in its key's own type."""
    return {key: _value(key, value) for key, value in said.items()}


def _value(key: str, value: str | bool) -> str | bool:
    if not _KEY.fullmatch(key):
        raise ProjectsError(f"{key!r} is no metadata key; expected small letters, digits and _, such as client_name")
    if key == "billable":
        if not isinstance(value, bool) and value.strip().lower() not in _YES:
            raise ProjectsError(f"billable={value!r}: expected true or false")
        return value if isinstance(value, bool) else _YES[value.strip().lower()]
    text = value.strip() if isinstance(value, str) else str(value).lower()
    if len(text) > _VALUE or not text.replace("\n", "").replace("\t", "").isprintable():
        raise ProjectsError(f"{key}: expected printable text of at most {_VALUE} characters")
    if key == "billing_rate":
        return _rate(text)
    if key == "github_repo" and not re.fullmatch(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", text):
        raise ProjectsError(f"github_repo={text!r}: expected OWNER/REPOSITORY")
    return text


def _rate(text: str) -> str:
    if not re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text, re.ASCII):
        raise ProjectsError(f"billing_rate={text!r}: expected a decimal number that is not below 0, such as 1.20")
    return text


def member(project_id: str | None, repository: str | None, *, pattern: bool = False) -> Member:
    """A member as it is kept: its repository as an address."""
    if project_id is not None:
        project_id = name(project_id, "pattern" if pattern else "id")
        if pattern and not project_id.strip("*"):
            raise ProjectsError(f"the pattern {project_id!r} takes every project; name some letters of those meant")
    return Member(project_id, None if repository is None else remote(repository), pattern)


def remote(text: str) -> str:
    """A remote, however it is written, as an address; ``acme/api`` is that repository at any host.

    >>> remote("git@github.com:acme/api.git"), remote("acme/api")
    ('github.com/acme/api', '*/acme/api')
    """
    text = without_credentials(_bounded(text.strip(), "remote"))
    if not text.isprintable() or not text.strip("*/"):
        raise ProjectsError(f"{text!r} is no remote; expected such as git@github.com:acme/api.git, or acme/api")
    first, _, rest = text.partition("/")
    if "://" not in text and ":" not in text and first and rest:
        text = text.strip("/").removesuffix(".git").lower()
        return text if "." in first or "*" in first else f"*/{text}"
    return address(text)


def _bounded(text: str, what: str) -> str:
    longest = _LONGEST.get(what, 256)
    if len(text) > longest:
        raise ProjectsError(f"the {what} has {len(text)} characters; at most {longest} can be kept")
    return text
