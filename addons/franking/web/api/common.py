"""Parameters that many questions share: the period, the filters, the place of a page; and what they mean. Pure."""

import zoneinfo
from collections.abc import Collection, Mapping
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any, get_args
from urllib.parse import quote, unquote

from franking import periods
from franking.ledger.browsing import Place
from franking.ledger.filters import Filters, Value
from franking.periods import Period
from franking.web.api.parameters import Parameter, WrongError, choice, text, whole

__all__ = [
    "EXCLUDED",
    "dimensions",
    "filters",
    "limit",
    "nanos",
    "period",
    "place",
    "places",
    "spans",
    "written",
    "zone",
]

EXCLUDED = "not-"
"""Before a dimension's name: none of these values."""

_DAY = (
    "20[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    "|02-(?:0[1-9]|1[0-9]|2[0-8]))|20(?:[02468][048]|[13579][26])-02-29"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])?"
_MOMENT = f"today|yesterday|[0-9]{{1,4}}[hdw]|20[0-9]{{2}}(?:-(?:0[1-9]|1[0-2]))?|(?:{_DAY})(?:T{_CLOCK})?"
_LONGEST = 300
"""Characters of a value to filter by; projects and features have 256 at most."""

_EXPECTED = "a time such as 2026-11-22, 2026-11, 2026-11-22T14:05Z, yesterday or 7d"
_CURSOR = r"[0-9]{1,16}_(?:[0-9A-Za-z_.~-]|%[0-9A-F]{2})*"


def spans(default: str = "month") -> tuple[Parameter, ...]:
    """The parameters that name a period. default: the one that is meant where none is named."""
    names = get_args(periods.Name)
    meant = f"The past week (today and six days), month or year, or all; {default} where no time is named."
    return (
        choice("period", meant, names),
        text("since", "From that moment, or that day's or month's first.", _MOMENT, longest=40, expected=_EXPECTED),
        text("until", "To that moment, or that day's or month's end.", _MOMENT, longest=40, expected=_EXPECTED),
        choice("zone", "The zone of days and months, and of times without an offset.", _zones(), default="UTC"),
    )


def _zones() -> list[str]:
    return ["UTC", *sorted(zoneinfo.available_timezones() - {"UTC"})]


def zone(values: Mapping[str, Any]) -> tzinfo:
    """The zone that is asked for."""
    return UTC if values["zone"] == "UTC" else zoneinfo.ZoneInfo(values["zone"])


def period(values: Mapping[str, Any], now: int, default: str = "month") -> Period:
    """The period that is asked for. Raises WrongError where its parts do not go together."""
    since, until = values["since"], values["until"]
    if values["period"] and (since or until):
        raise WrongError("period", "expected without since and until")
    if not since and not until:
        return periods.named(values["period"] or default, now, zone(values))
    try:
        return periods.between(since, until, now, zone(values))
    except (ValueError, OverflowError) as fault:
        raise WrongError("until" if since and until else "since", str(fault)) from None


def dimensions(names: Collection[str], pattern: str | None = None, expected: str = "") -> tuple[Parameter, ...]:
    """For each dimension its filters, to include and to exclude. pattern, expected: of a value."""
    return tuple(
        text(prefix + name, f"{meant} with this value of {name}; empty: those of which it is not known.", pattern,
             longest=_LONGEST, expected=expected, how="repeated")
        for name in names
        for prefix, meant in (("", "Only requests"), (EXCLUDED, "No requests"))
    )  # fmt: skip


def filters(values: Mapping[str, Any], names: Collection[str], span: Period) -> Filters:
    """What the filters and the period say together."""
    sides: list[dict[str, tuple[Value, ...]]] = [
        {name: tuple(value or None for value in values[prefix + name]) for name in names if values[prefix + name]}
        for prefix in ("", EXCLUDED)
    ]
    return Filters(span.since, span.until, *sides)


def limit(default: int, most: int = 1000) -> Parameter:
    """How many rows at most."""
    return whole("limit", "How many rows at most.", 1, most, default)


_PLACES = {"before": "What is next older than this place", "after": "What is next newer than this place"}


def places(*names: str) -> tuple[Parameter, ...]:
    """The parameters that name a page's place: ``before``, ``after``."""
    return tuple(
        text(name, f"{_PLACES[name]}; as an answer gave it.", _CURSOR, longest=4000, then=_place,
             expected="what an answer gave as older or newer")
        for name in names
    )  # fmt: skip


def place(values: Mapping[str, Any]) -> tuple[Place | None, Place | None]:
    """``before`` and ``after``. Raises WrongError for both at once."""
    if values["before"] is not None and values["after"] is not None:
        raise WrongError("after", "expected without before")
    return values["before"], values["after"]


def _place(cursor: str) -> Place:
    moment, _, id_ = cursor.partition("_")
    return Place(int(moment), unquote(id_))


def written(place: Place | None) -> str | None:
    """A place as an address says it."""
    return None if place is None else f"{place.started_at}_{quote(place.id, safe='')}"


def nanos(dollars: str) -> int:
    """Nano-dollars of decimal text with nine places at most."""
    return int(Decimal(dollars).scaleb(9))
