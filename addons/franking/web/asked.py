"""What an address asks for: the period, whose requests, filters, and how tables are sorted and opened. Pure but for
``asked``, which may ask git who is asking.

The whole state of a page is in its address, so that a link gives the same page again. Every page understands

    period=week|month|year|all      or since=D and until=D (2026-11-22, 2026-11, yesterday, 7d)
    mine=1                          only my usage
    project=P, not-project=P        (any dimension; repeatable; an empty value is unattributed)
    sort.TABLE=COLUMN, =-COLUMN     all.TABLE=1 (every row)    open.TABLE=KEY (repeatable)    csv=TABLE

and whatever further words of its own it reads with ``word``.
"""

import time
import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from urllib.parse import unquote, urlencode

import anyio.to_thread
from starlette.requests import Request

from franking import periods
from franking.ledger.filters import DIMENSIONS, Filters, Value
from franking.ledger.wanted import FIELDS
from franking.periods import Period
from franking.views import people
from franking.words import local

__all__ = ["Asked", "WrongError", "asked", "names", "read", "zone"]

_LONGEST = 4000
"""Characters of an address's question; what is longer was not made by a page of ours."""


class WrongError(Exception):
    """The address asks for something that there is not. The text says what was expected."""


@dataclass(frozen=True, slots=True)
class Asked:
    """path, query: the address. filters: which requests are meant. period_name: a name of ``periods``, or ``range``.

    zone: the viewer's, None for the machine's. now: microseconds UTC.
    """

    path: str
    query: tuple[tuple[str, str], ...]
    period: Period
    period_name: str
    mine: bool
    filters: Filters
    zone: tzinfo | None
    now: int

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """The filters among the words."""
        return tuple(pair for pair in self.query if pair[0].removeprefix("not-") in DIMENSIONS)

    @property
    def days(self) -> tuple[str, str]:
        """The period's first and last day as dates, for the fields of from and to; empty where it is open."""
        since, until = self.period.since, self.period.until
        last = self.now if until is None else until - 1
        return (
            "" if since is None else local(since, self.zone, "%Y-%m-%d"),
            "" if since is None and until is None else local(last, self.zone, "%Y-%m-%d"),
        )

    def word(self, name: str, default: str = "", expected: Collection[str] | None = None) -> str:
        """A page's own word in the address. Raises WrongError for one that is not expected."""
        found = next((value for key, value in self.query if key == name), default)
        if expected is not None and found not in expected:
            raise WrongError(f"{name}: {found!r} is none of {', '.join(expected)}")
        return found

    def words(self, name: str) -> tuple[str, ...]:
        """Every value of a word that may be repeated."""
        return tuple(value for key, value in self.query if key == name)

    def to(self, **changes: str | None) -> str:
        """The same page's address with other words; None takes one away. ``__`` stands for a dot: ``sort__days``."""
        return self.to_words({name.replace("__", "."): value for name, value in changes.items()})

    def to_words(self, changes: Mapping[str, str | None], path: str | None = None) -> str:
        """The same for words of any name, and for another page: what is asked for goes along."""
        kept = [(key, value) for key, value in self.query if key not in changes]
        kept += [(key, value) for key, value in changes.items() if value is not None]
        return _address(self.path if path is None else path, kept)

    def turned(self, name: str, value: str) -> str:
        """The address with one value of a repeatable word added, or taken away where it is there."""
        pair = (name, value)
        kept = [each for each in self.query if each != pair]
        return _address(self.path, kept if pair in self.query else [*self.query, pair])

    def page(self, path: str, **words: str) -> str:
        """Another page's address with the period and "only my usage" of this one, and these words."""
        kept = [(key, value) for key, value in self.query if key in {"period", "since", "until", "mine"}]
        return _address(path, [*kept, *((key.replace("__", "-"), value) for key, value in words.items())])


def _address(path: str, query: Collection[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(list(query))}" if query else path


async def asked(request: Request) -> Asked:
    """What this request asks for, by the viewer's clock. Raises WrongError."""
    me = await names() if request.query_params.get("mine") == "1" else ()
    query = tuple(request.query_params.multi_items())
    return read(request.url.path, query, zone(request), time.time_ns() // 1000, me)


async def names() -> tuple[str, ...]:
    """The names that "only my usage" means. Raises WrongError where none is known."""
    try:
        return await anyio.to_thread.run_sync(people.me, Path.cwd())
    except people.NobodyError as fault:
        raise WrongError(str(fault)) from None


def read(
    path: str, query: tuple[tuple[str, str], ...], zone: tzinfo | None, now: int, me: tuple[str, ...] = ()
) -> Asked:
    """What an address asks for. me: the names that "only my usage" means. Raises WrongError."""
    if sum(len(key) + len(value) for key, value in query) > _LONGEST:
        raise WrongError("the address is too long")
    query = tuple((key, value) for key, value in query if value or key.removeprefix("not-") in FIELDS)
    said = dict(query)
    name = said.get("period", "month")
    try:
        if "since" in said or "until" in said:
            name = "range"
            period = periods.between(said.get("since"), said.get("until"), now, zone)
        else:
            period = periods.named(name, now, zone)
    except (ValueError, OverflowError) as fault:
        raise WrongError(f"period: {fault}") from None
    include: dict[str, tuple[Value, ...]] = {}
    exclude: dict[str, tuple[Value, ...]] = {}
    for key, value in query:
        dimension = key.removeprefix("not-")
        if dimension in DIMENSIONS:
            sides = exclude if key.startswith("not-") else include
            sides[dimension] = (*sides.get(dimension, ()), value or None)
    mine = said.get("mine") == "1"
    if mine:
        include["user"] = me
    return Asked(path, query, period, name, mine, Filters(period.since, period.until, include, exclude), zone, now)


def zone(request: Request) -> tzinfo | None:
    """The viewer's zone, that the browser told, as far as this machine knows it; None for the machine's."""
    name = request.cookies.get("zone")
    try:
        return zoneinfo.ZoneInfo(unquote(name)) if name else None
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None
