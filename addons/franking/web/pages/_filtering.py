"""Filters of a page: what is in force, and a form that adds one. Pure; the state is in the address.

The form's own words, ``add`` (a field), ``how`` and ``value``, become the filter's word (``addition``); where they
cannot, the page is shown again with what was typed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from franking.ledger.record import Status
from franking.ledger.wanted import NUMBERS
from franking.web.asked import Asked
from franking.words import NOBODY

__all__ = ["TITLES", "Chip", "FilterError", "Filtering", "addition", "filtering", "nobody", "plain", "typed_filter"]

TITLES: Mapping[str, str] = {
    "project": "Project", "feature": "Feature", "model": "Model", "user": "User", "organization": "Organization",
    "client": "Client", "gateway": "Gateway", "branch": "Branch", "session": "Session", "repository": "Repository",
    "status": "Status", "http_status": "HTTP status", "wire_format": "Wire format", "host": "Host", "path": "Path",
    "method": "Method", "worktree": "Worktree", "machine": "Machine", "editor": "Editor",
    "client_version": "Client version", "task": "Task", "pid": "Process (pid)", "command": "Command",
    "rejected_feature": "Rejected feature", "project_source": "Project's source",
    "feature_source": "Feature's source", "cost_source": "Cost's source",
    "inference_provider": "Inference provider", "finish_reason": "Finish reason", "error_type": "Error type",
}  # fmt: skip
"""What can be filtered by, for people."""

_HOW = {"is": "is", "not": "is not", "unknown": "is not known", "known": "is known"}

_OWN = {"add", "how", "value", "before", "after"}
"""Words that a further filter makes void: the form's, and a list's place."""


class FilterError(Exception):
    """What was typed makes no filter. The text says what is missing."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force. off: the address without it; turned: with the opposite."""

    title: str
    how: str
    value: str
    off: str
    turned: str


@dataclass(frozen=True, slots=True)
class Filtering:
    """fields, ways: what may be chosen. kept: what the form sends along. typed: (field, how, value). wrong: why what
    was typed is no filter. suggestions: (value, field's title).
    """

    fields: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    kept: tuple[tuple[str, str], ...]
    typed: tuple[str, str, str]
    wrong: str
    suggestions: tuple[tuple[str, str], ...] = ()


def plain(asked: Asked) -> Asked:
    """The same without the words that a further filter makes void."""
    return replace(asked, query=tuple(pair for pair in asked.query if pair[0] not in _OWN))


def nobody(field: str) -> str:
    """What a field's NULL is called."""
    return NOBODY.get(field, "(not known)")


def addition(asked: Asked, fields: Collection[str]) -> str | None:
    """The address with the filter that the form asks for; None where it asks for none. Raises FilterError."""
    if not asked.word("add"):
        return None
    pair, bare = typed_filter(_typed(asked), fields), plain(asked)
    return bare.to_words({}) if pair in bare.query else bare.turned(*pair)


def typed_filter(typed: tuple[str, str, str], fields: Collection[str]) -> tuple[str, str]:
    """The word and its value that a field, how it is to be, and a value make. Raises FilterError."""
    field, how, value = typed
    if field not in fields or how not in _HOW:
        raise FilterError("choose a field, and how it is to be")
    value = "" if how in {"unknown", "known"} else _value(field, value)
    return f"not-{field}" if how in {"not", "known"} else field, value


def _value(field: str, value: str) -> str:
    if not value:
        raise FilterError("type a value, or choose “is not known”")
    if field in NUMBERS and not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise FilterError(f"{TITLES[field]} is a whole number")
    if field == "status" and value.lower().replace(" ", "_") not in get_args(Status):
        raise FilterError(f"Status is one of {', '.join(name.replace('_', ' ') for name in get_args(Status))}")
    return value.lower().replace(" ", "_") if field == "status" else value


def filtering(
    asked: Asked, fields: Sequence[str], wrong: str = "", suggestions: Sequence[tuple[str, str]] = ()
) -> Filtering:
    """The filters in force among the fields, and the form."""
    bare = plain(asked)
    chips = []
    for word, value in bare.query:
        field = word.removeprefix("not-")
        if field in fields:
            opposite = field if word.startswith("not-") else f"not-{field}"
            turned = replace(bare, query=tuple(pair for pair in bare.query if pair != (word, value)))
            chips.append(
                Chip(
                    TITLES[field], "is not" if word.startswith("not-") else "is",
                    _shown(field, value), bare.turned(word, value), turned.turned(opposite, value),
                )
            )  # fmt: skip
    listed = {(value, TITLES[field]): None for field, value in suggestions if field in fields and value}
    return Filtering(
        tuple((field, TITLES[field]) for field in fields), tuple(_HOW.items()), tuple(chips),
        tuple(pair for pair in bare.query if pair[0] != "csv"), _typed(asked), wrong, tuple(listed),
    )  # fmt: skip


def _shown(field: str, value: str) -> str:
    if not value:
        return nobody(field)
    return value.replace("_", " ") if field == "status" else value


def _typed(asked: Asked) -> tuple[str, str, str]:
    return asked.word("add"), asked.word("how", "is"), asked.word("value").strip()
