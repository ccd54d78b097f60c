"""What the form of an export says: which requests, and as what; and what is wrong with it. Pure.

Words: those of every page for the period, "only my usage" and the filters; ``format``; and the form's own:
``period=range`` (from ``since`` to ``until``), ``was`` (the period that the form was shown with), and ``add``, ``how``,
``value`` of one more filter, with ``do=add`` where its button was pressed.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import get_args
from urllib.parse import urlencode

from franking import periods
from franking.ledger.filters import DIMENSIONS
from franking.ledger.wanted import FIELDS
from franking.web.asked import Asked, read
from franking.web.export_formats import FORMATS, named
from franking.web.forms import Form, Typed
from franking.web.pages._filtering import TITLES, FilterError, typed_filter

__all__ = ["FILTERS", "PATH", "PERIODS", "RANGE", "Wanted", "address", "wanted"]

PATH = "/export"
RANGE = "range"
PERIODS = tuple((name, name.capitalize()) for name in get_args(periods.Name))
FILTERS = tuple(field for field in TITLES if field in DIMENSIONS)
"""What an export can be filtered by."""

_ROW = ("add", "how", "value")
_OWN = {*_ROW, "do", "was"}
_OF_THE_LIST = {"search": "the search", "cost_from": "the cost", "cost_to": "the cost"}

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """asked: what is meant, as far as nothing is wrong with it. form: its fields. sent: it comes from the form.

    left: what the page that leads here was filtered by, and an export cannot be.
    """

    asked: Asked
    format: str
    form: Form
    sent: bool
    left: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The file's name."""
        return named(self.format, self.asked.filters, self.asked.zone, self.asked.now)

    @property
    def command(self) -> str:
        """What does the same in a terminal."""
        said = ["frank", "export", "--format", self.format]
        for word, value in self.asked.query:
            if word == "mine":
                said.append("--mine")
            elif word != "format":
                said += [f"--{word}", value]
        return shlex.join([*said, "-o", self.file])


def wanted(pairs: Pairs, zone: tzinfo | None, now: int, me: tuple[str, ...] = (), nobody: str = "") -> Wanted:
    """What the words mean. me: the names that "only my usage" means; nobody: why there are none.

    Raises WrongError where the address is too long.
    """
    said, wrong = dict(pairs), dict[str, str]()
    period = _period(said, now, zone, wrong)
    filters = [(word, value) for word, value in pairs if word.removeprefix("not-") in FILTERS]
    filters += [one for one in _row(said, wrong) if one not in filters]
    mine = [("mine", "1")] if said.get("mine") == "1" else []
    if mine and any(word == "user" for word, _ in filters):
        wrong["mine"] = "it cannot be combined with a filter by user"
    elif mine and nobody:
        wrong["mine"] = nobody
    form = said.get("format", "csv")
    if form not in FORMATS:
        wrong["format"] = f"{form!r} is none of {', '.join(FORMATS)}"
        form = "csv"
    words = (("format", form), *period, *(mine if "mine" not in wrong else ()), *filters)
    asked = read(PATH, words, zone, now, me)
    typed = {**dict(asked.query), "period": asked.period_name}
    if wrong:
        again = ("format", "since", "until", "mine", *(_ROW if "value" in wrong else ()))
        typed |= {word: said.get(word, "") for word in again} | {"period": _named(said)}
    left = dict.fromkeys(
        _OF_THE_LIST.get(word) or TITLES[word.removeprefix("not-")].lower()
        for word, value in pairs
        if word in _OF_THE_LIST or (word.removeprefix("not-") in FIELDS and word.removeprefix("not-") not in FILTERS)
    )
    return Wanted(
        asked,
        form,
        Form(Typed({word: (value,) for word, value in typed.items()}), wrong),
        bool(_OWN & {*said}),
        tuple(left),
    )


def _named(said: dict[str, str]) -> str:
    """The period's name, or RANGE. A date that is typed stands before a period that was there already."""
    dates = said.get("since") or said.get("until")
    name = said.get("period") or ("" if dates else "month")
    chosen = name != RANGE and said.get("was") == RANGE
    return name if name and (chosen or not dates) else RANGE


def _period(said: dict[str, str], now: int, zone: tzinfo | None, wrong: dict[str, str]) -> Pairs:
    """Its words; none where they are wrong."""
    name = _named(said)
    if name != RANGE:
        if name in dict(PERIODS):
            return [("period", name)]
        wrong["period"] = f"{name!r} is none of {', '.join(dict(PERIODS))}"
        return []
    dates = {word: said[word].strip() for word in ("since", "until") if said.get(word, "").strip()}
    if not dates:
        wrong["since"] = "type a date, or choose a period"
    for word, text in dates.items():
        try:
            periods.moment(text, now, zone)
        except (ValueError, OverflowError) as fault:
            wrong[word] = str(fault)
    if not wrong.keys() & {"since", "until"}:
        try:
            periods.between(dates.get("since"), dates.get("until"), now, zone)
        except (ValueError, OverflowError) as fault:
            wrong["until" if "until" in dates else "since"] = str(fault)
    return [] if wrong.keys() & {"since", "until"} else [*dates.items()]


def _row(said: dict[str, str], wrong: dict[str, str]) -> Pairs:
    """The filter that is typed into the form's row. An empty row is none, unless its button was pressed."""
    field, how, value = said.get("add", ""), said.get("how", "is"), said.get("value", "").strip()
    if "add" not in said or (not value and how in {"is", "not"} and said.get("do") != "add"):
        return []
    try:
        return [typed_filter((field, how, value), FILTERS)]
    except FilterError as fault:
        wrong["value"] = str(fault)
        return []


def address(asked: Asked) -> str:
    """The form of an export of what another page shows."""
    kept = [
        (word, value)
        for word, value in asked.query
        if word in {"period", "since", "until", "mine", *_OF_THE_LIST} or word.removeprefix("not-") in FIELDS
    ]
    return f"{PATH}?{urlencode(kept)}" if kept else PATH
