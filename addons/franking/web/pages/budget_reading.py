"""A budget's form and the budget: one read from the other. Pure.

Fields: ``name``, ``amount``, ``period``, ``zone``, ``project`` … ``session`` (each value of its dimension; empty ones
are none), ``none`` (dimensions whose unattributed requests count), ``warn``, ``when_over``, ``starts``, ``ends``,
``unknown``, ``floor``; and ``seen``, the moment of the change that the form was made from.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from franking.budgets import checks, periods
from franking.budgets.values import DIMENSIONS, Budget
from franking.ledger.filters import Value
from franking.periods import moment
from franking.views.amounts import nano, plain
from franking.web.forms import WHOLE, Typed, checked, meant
from franking.web.pages.budget_choices import Choices
from franking.words import local

__all__ = ["budget_of", "day_of", "typed_of"]

_ANY = Budget("budget", 1)
"""One that may be so: with another value in it, a field is checked alone."""

_LATE = "It was changed elsewhere since this form was opened. What you typed is below; saving again takes its place."


def typed_of(budget: Budget) -> Typed:
    """The form's fields for a budget."""
    include = budget.include
    return Typed(
        {name: tuple(value for value in include.get(name, ()) if value is not None) for name in DIMENSIONS}
        | {
            "none": tuple(name for name in DIMENSIONS if None in include.get(name, ())),
            "name": (budget.name,),
            "amount": (plain(budget.amount),),
            "period": (budget.period,),
            "zone": (budget.zone,),
            "warn": (", ".join(str(percent) for percent in budget.thresholds),),
            "when_over": ("refuse" if budget.hard else "tell",),
            "starts": (day_of(budget, budget.starts),),
            "ends": (day_of(budget, budget.ends, last=True),),
            "unknown": ("ignore" if budget.unknown_cost is None else "count",),
            "floor": (plain(budget.unknown_cost),),
            "seen": (str(budget.changed_at or ""),),
        }
    )


def day_of(budget: Budget, at: int | None, *, last: bool = False) -> str:
    """A moment as the budget's form says it: a day where it is a midnight, the last day included."""
    if at is None:
        return ""
    where = periods.zone(budget.zone)
    if local(at, where, "%H:%M:%S") != "00:00:00":
        return local(at, where, "%Y-%m-%dT%H:%M:%S")
    return local(at - 1 if last else at, where, "%Y-%m-%d")


def budget_of(typed: Typed, held: Budget | None, choices: Choices, now: int) -> tuple[Budget, dict[str, str]]:
    """The budget that is typed, and what is wrong: field → why. With anything wrong the budget means nothing.

    held: the one that is to be changed. choices: values that may have been meant (``forms.meant``).
    """
    wrong: dict[str, str] = {}
    found: dict[str, Any] = {}

    def field(name: str, read: Callable[[], Any], attribute: str | None = None) -> None:
        """One field; read: its value."""
        kept = attribute or name
        value = checked(wrong, name, lambda: getattr(checks.checked(replace(_ANY, **{kept: read()})), kept), None)
        found[kept] = getattr(_ANY, kept) if name in wrong else value

    field("name", lambda: typed.one("name"))
    field("amount", lambda: nano(typed.one("amount")))
    field("period", lambda: typed.one("period"))
    field("include", lambda: _scope(typed, held, choices))
    field("zone", lambda: typed.one("zone").strip())
    field("warn", lambda: _percents(typed.one("warn")), "thresholds")
    where = ZoneInfo(found["zone"])
    found["starts"] = checked(wrong, "starts", lambda: _day(typed, held, "starts", 0, where, now), None)
    found["ends"] = checked(wrong, "ends", lambda: _day(typed, held, "ends", 1, where, now), None)
    if not {"starts", "ends"} & {*wrong}:
        checked(wrong, "ends", lambda: checks.checked(replace(_ANY, starts=found["starts"], ends=found["ends"])), None)
    counted = typed.one("unknown") == "count"
    field("floor", lambda: nano(typed.one("floor")) if counted else None, "unknown_cost")
    if held is not None and typed.one("seen") != str(held.changed_at or ""):
        wrong[WHOLE] = _LATE
    return replace(held or _ANY, hard=typed.one("when_over") == "refuse", **found), wrong


def _scope(typed: Typed, held: Budget | None, choices: Choices) -> dict[str, tuple[Value, ...]]:
    scope: dict[str, tuple[Value, ...]] = {}
    for name in DIMENSIONS:
        own = tuple(value for value in (held.include.get(name, ()) if held else ()) if value is not None)
        values: list[Value] = [meant(text, (*own, *choices.get(name, ()))) for text in typed.all(name) if text.strip()]
        if name in typed.all("none"):
            values.append(None)
        if values:
            scope[name] = tuple(values)
    return scope


def _percents(text: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[\s,;%]+", text) if part]
    if any(not re.fullmatch(r"\d{1,3}", part, re.ASCII) for part in parts):
        raise ValueError(f"{text!r} are no percents; expected such as 80, or 50, 80")
    return tuple(int(part) for part in parts)


def _day(typed: Typed, held: Budget | None, name: str, which: int, where: ZoneInfo, now: int) -> int | None:
    text = typed.one(name).strip()
    if held is not None and held.zone == where.key and text == typed_of(held).one(name):
        found: int | None = getattr(held, name)
        return found
    return moment(text, now, where)[which] if text else None
