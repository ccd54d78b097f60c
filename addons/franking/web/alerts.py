"""Alerts of budgets as a band on top of every page, and which of them a visitor has dismissed. Pure.

What is dismissed is kept in a cookie of that visitor, as the alerts' keys; a budget's next threshold is another alert.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from franking.budgets import periods
from franking.budgets.standing import Standing, mark
from franking.words import local

__all__ = ["ALL", "COOKIE", "SECONDS", "Band", "Notice", "band", "dismissed", "kept"]

COOKIE = "dismissed"
SECONDS = 93 * 86_400
"""How long the cookie is kept: longer than any period."""

ALL = "all"
"""Dismisses every alert that stands."""

_AT_ONCE = 2
"""Alerts shown at a time; a page is not about them."""

_MOST = 100
"""Keys that a cookie has room for, the newest."""

_KEY = re.compile(r"[0-9]{1,18}-[0-9]{1,18}-[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Notice:
    """One alert. days: its period, in the budget's own zone."""

    it: Standing
    days: str

    @property
    def key(self) -> str:
        """What it is dismissed by."""
        return self.it.alert.key


@dataclass(frozen=True, slots=True)
class Band:
    """shown: what a visitor has not dismissed, the most urgent. further: how many more. mark: of all that stand."""

    shown: tuple[Notice, ...] = ()
    further: int = 0
    mark: str = ""


def band(stands: Sequence[Standing], gone: Collection[str]) -> Band:
    """The band. gone: the keys that were dismissed."""
    left = [one for one in stands if one.alert.key not in gone]
    shown = tuple(Notice(one, _days(one)) for one in left[:_AT_ONCE])
    return Band(shown, len(left) - len(shown), mark(stands))


def dismissed(cookie: str) -> tuple[str, ...]:
    """The keys of a cookie, as far as they are any."""
    return tuple(key for key in cookie.split(".") if _KEY.fullmatch(key))


def kept(stands: Sequence[Standing], gone: Collection[str], key: str) -> str:
    """The cookie after one more was dismissed, or ALL; what stands no longer is left out of it."""
    there = [one.alert.key for one in sorted(stands, key=lambda one: -one.alert.reached_at)]
    return ".".join([each for each in there if key in (each, ALL) or each in gone][:_MOST])


def _days(one: Standing) -> str:
    where = periods.zone(one.budget.zone)
    first, last = (local(at, where, "%-d %b") for at in (one.window.start, one.window.end - 1))
    if first == last:
        return first
    day, month = first.split()
    return f"{day} to {last}" if month == last.split()[1] else f"{first} to {last}"
