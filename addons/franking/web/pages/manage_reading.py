"""The forms of projects and organizations, and what they define: one read from the other. Pure.

Fields of both: ``display_name``, ``description``, ``colour``, ``icon``; metadata: those of ``KNOWN``, ``billable``, and
``key`` and ``value`` in pairs for any further; ``seen``, the moment of the change that the form was made from. Of a
project besides ``name``, ``organization``, ``stays`` (members that it keeps), and ``ids``, ``remotes``, ``patterns``:
further members, one a line.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from franking.projects import checks
from franking.projects.values import Member, Organization, Project
from franking.web.forms import WHOLE, Typed, checked, meant
from franking.web.pages._parts import key_of

__all__ = ["KNOWN", "PAIRS", "Known", "looks_of", "member_key", "project_of", "typed_of"]

KNOWN = ("client_name", "client_address", "tax_id", "billing_rate", "cost_center", "github_repo")
"""Metadata that has a field of its own, beside ``billable``."""

PAIRS = 3
"""Empty lines for further metadata."""

_LATE = "It was changed elsewhere since this form was opened. What you typed is below; saving again takes its place."

Looks = Mapping[str, Any]
"""Fields of Project that an Organization has as well."""

Known = Mapping[str, Sequence[str]]
"""``organization`` and ``project`` → names that there are (``forms.meant``)."""


def member_key(member: Member) -> str:
    """A member in a form."""
    return key_of(member.project_id, member.repository, "pattern" if member.pattern else None)


def typed_of(what: Project | Organization) -> Typed:
    """The form's fields."""
    said = {key: value for key, value in what.metadata.items() if isinstance(value, str)}
    further = {key: value for key, value in said.items() if key not in KNOWN}
    fields: dict[str, tuple[str, ...]] = {
        "display_name": (what.display_name or "",),
        "description": (what.description or "",),
        "colour": (what.colour or "",),
        "icon": (what.icon or "",),
        "billable": ("yes",) if what.metadata.get("billable") is True else (),
        "key": (*further, *("",) * PAIRS),
        "value": (*further.values(), *("",) * PAIRS),
        "seen": (str(what.changed_at or ""),),
    }
    fields |= {key: (said.get(key, ""),) for key in KNOWN}
    if isinstance(what, Project):
        fields |= {"name": (what.name,), "organization": (what.organization or "",)}
        fields |= {"stays": tuple(member_key(member) for member in what.members)}
        fields |= {"ids": ("",), "remotes": ("",), "patterns": ("",)}
    return Typed(fields)


def looks_of(typed: Typed, held: Project | Organization | None) -> tuple[Looks, dict[str, str]]:
    """What both have, and what is wrong: field → why. Metadata that stands in no field stays as it was."""
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {
        name: checked(wrong, name, partial(checks.line, typed.one(name), name.replace("_", " ")), None)
        for name in ("display_name", "description", "icon")
    }
    found["colour"] = checked(wrong, "colour", lambda: checks.colour(typed.one("colour")), None)
    if held is not None and typed.one("seen") != str(held.changed_at or ""):
        wrong[WHOLE] = _LATE
    return found | {"metadata": _metadata(typed, held, wrong)}, wrong


def _metadata(typed: Typed, held: Project | Organization | None, wrong: dict[str, str]) -> dict[str, str | bool]:
    kept: dict[str, str | bool] = {}
    was = held.metadata if held is not None else {}
    if typed.one("billable") or "billable" in was:
        kept["billable"] = bool(typed.one("billable"))
    for key in KNOWN:
        if text := typed.one(key).strip():
            kept |= _pair(key, text, wrong, key)
    for place, (key, value) in enumerate(zip(typed.all("key"), typed.all("value"), strict=False), 1):
        key, value = key.strip(), value.strip()
        if not key and not value:
            continue
        if key in kept:
            wrong.setdefault(f"key-{place}", f"{key!r} is there already")
        elif key:
            kept |= _pair(key, value, wrong, f"key-{place}")
        else:
            wrong.setdefault(f"key-{place}", "give this value a key")
    return kept


def _pair(key: str, value: str, wrong: dict[str, str], field: str) -> dict[str, str | bool]:
    return checked(wrong, field, lambda: checks.metadata({key: value}), {})


def project_of(typed: Typed, held: Project | None, known: Known) -> tuple[dict[str, Any], dict[str, str]]:
    """Fields of Project that are typed, and what is wrong. held: the one that is changed; then without its name."""
    looks, wrong = looks_of(typed, held)
    found: dict[str, Any] = dict(looks)
    if held is None:
        found["name"] = checked(
            wrong, "name", lambda: checks.name(meant(typed.one("name"), known.get("project", ()))), "project"
        )
    owner = meant(typed.one("organization"), known.get("organization", ()))
    found["organization"] = checked(
        wrong, "organization", lambda: checks.name(owner, "organization") if owner else None, None
    )
    stays = {*typed.all("stays")}
    members = [member for member in (held.members if held else ()) if member_key(member) in stays]
    for field, read in _MEMBERS.items():
        members += checked(wrong, field, partial(read, typed.one(field), known), [])
    return found | {"members": tuple(dict.fromkeys(members))}, wrong


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _ids(text: str, known: Known) -> list[Member]:
    return [checks.member(meant(line, known.get("project", ())), None) for line in _lines(text)]


def _remotes(text: str, known: Known) -> list[Member]:
    return [checks.member(None, line) for line in _lines(text)]


def _patterns(text: str, known: Known) -> list[Member]:
    return [checks.member(line, None, pattern=True) for line in _lines(text)]


_MEMBERS: Mapping[str, Callable[[str, Known], list[Member]]] = {
    "ids": _ids,
    "remotes": _remotes,
    "patterns": _patterns,
}
