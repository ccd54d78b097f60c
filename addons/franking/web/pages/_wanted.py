"""Which requests an address means, and where in the list of them. Pure.

Its words: any field of ``wanted.FIELDS``, with ``not-`` before it to exclude, empty for "not known"; ``search`` (a
text, or how an id begins), ``cost_from`` and ``cost_to`` (US dollars), ``before`` and ``after`` (the place of a page).
"""

import re
from decimal import Decimal

from franking.ledger.browsing import Place
from franking.ledger.wanted import FIELDS, NUMBERS, Field, Wanted
from franking.web.api import common
from franking.web.api.parameters import WrongError as WrongPlaceError
from franking.web.asked import Asked, WrongError

__all__ = ["meant", "places"]

_ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{0,27}")
_DOLLARS = re.compile(r"\$?([0-9]{1,9}(?:\.[0-9]{1,9})?)")
_BEFORE, _AFTER = common.places("before", "after")


def meant(asked: Asked) -> Wanted:
    """The requests that the address means. Raises WrongError."""
    sides: dict[str, dict[str, tuple[Field, ...]]] = {"": {}, "not-": {}}
    for word, value in asked.query:
        field, prefix = word.removeprefix("not-"), "not-" if word.startswith("not-") else ""
        if field in FIELDS:
            sides[prefix][field] = (*sides[prefix].get(field, ()), _value(field, value))
    if asked.mine:
        sides[""]["user"] = asked.filters.include["user"]
    text = asked.word("search").strip()
    if len(text) > 200:
        raise WrongError("search: 200 characters are the most")
    named = _ID.fullmatch(text) is not None
    return Wanted(
        asked.filters.since, asked.filters.until, sides[""], sides["not-"], _nanos(asked, "cost_from"),
        _nanos(asked, "cost_to"), id_begins=text if named else None, text=None if named or not text else text,
    )  # fmt: skip


def _value(field: str, value: str) -> Field:
    if not value:
        return None
    if field not in NUMBERS:
        return value
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise WrongError(f"{field}: {value!r} is no whole number")
    return int(value)


def _nanos(asked: Asked, word: str) -> int | None:
    text = asked.word(word).strip()
    if not text:
        return None
    found = _DOLLARS.fullmatch(text)
    if found is None:
        raise WrongError(f"{word}: {text!r} is no amount; expected US dollars such as 0.25")
    return int(Decimal(found[1]).scaleb(9))


def places(asked: Asked) -> tuple[Place | None, Place | None]:
    """``before`` and ``after``. Raises WrongError."""
    try:
        before, after = (
            parameter.value([text] if (text := asked.word(parameter.name)) else ()) for parameter in (_BEFORE, _AFTER)
        )
        return common.place({"before": before, "after": after})
    except WrongPlaceError as fault:
        raise WrongError(f"{fault.parameter}: {fault}") from None
