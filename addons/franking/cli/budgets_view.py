"""Budgets for people: a table with bars that fits, one budget in full, and the lines of a check."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from franking.budgets import periods
from franking.budgets.state import urgent_first
from franking.budgets.values import Budget, Raise, State
from franking.cli import tables
from franking.cli.tables import Column
from franking.words import clean, local, money, percent, plural

__all__ = ["check", "show", "show_one"]

_STYLES = {"ok": "green", "warning": "yellow", "over": "bold red", "inactive": "dim"}
_WIDTH = 14
_BAR = 6


def show(states: Sequence[State], paused_until: int | None) -> None:
    """Print all of them, those that need a look first.

    Days are those that are left, today among them; beside what it will come to stands how sure that is.
    """
    out = tables.console()
    out.print(Text("Budgets", style="bold"))
    _paused(out, paused_until)
    out.print()
    if not states:
        out.print("No budgets yet. Make one: frank budgets create 50 --project NAME")
        return
    listed = urgent_first(states)
    styles = [_STYLES[state.status] for state in listed]
    columns = [
        Column("Budget", [state.budget.name for state in listed], least=16),
        Column("Spent", [money(state.spent) for state in listed], "right"),
        Column("Of", [money(state.amount) for state in listed], "right"),
    ]
    if out.is_terminal or out.width <= 1000:
        bars = [tables.bar(state.spent, max(state.amount, state.spent), _BAR, out.encoding) for state in listed]
        columns.append(Column("", [bar.ljust(_BAR) for bar in bars], keep=6, styles=styles))
    columns += [
        Column("Share", [percent(state.spent, state.amount) for state in listed], "right", keep=9),
        Column("State", [state.status for state in listed], styles=styles),
        Column("Days", [str(state.days_left or "-") for state in listed], "right", keep=7),
        Column("By its end", [_projected(state) for state in listed], keep=5),
        Column("Left", [money(state.remaining) for state in listed], "right", keep=4),
        Column("Per", [_per(state.budget) for state in listed], keep=3),
        Column("For", [_for(state.budget) for state in listed], keep=2, least=20),
    ]
    out.print(tables.render(columns, out.width))
    unknown = sum(state.spending.unknown for state in states if state.budget.unknown_cost is None)
    if unknown:
        out.print()
        out.print(
            Text(
                "Requests without a known price do not count; to let them: frank budgets edit BUDGET --unknown AMOUNT",
                style="dim",
            )
        )


def _paused(out: Console, until: int | None) -> None:
    if until is not None:
        end = local(until, form="%Y-%m-%d %H:%M")
        out.print(Text(f"Paused until {end}: no budget refuses anything. To end it: frank budgets resume", "yellow"))


def _projected(state: State) -> str:
    if state.projection is None:
        return "-"
    return f"{money(state.projection.amount)} {state.projection.sure}"


def _per(budget: Budget) -> str:
    return f"{budget.period}, hard" if budget.hard else budget.period


def _for(budget: Budget) -> str:
    said = [
        f"{dimension} {' or '.join(value or '(unattributed)' for value in values)}"
        for dimension, values in budget.include.items()
    ]
    return ", ".join(said) or "everything"


def show_one(state: State, raises: Sequence[Raise]) -> None:
    """Print one in full."""
    out = tables.console()
    out.print(Text(clean(state.budget.name), style="bold"))
    out.print()
    for label, value in (*_standing(state), *_terms(state, raises)):
        style = _STYLES[state.status] if label == "state" else ""
        out.print(Text.assemble(f"{label:<{_WIDTH}}", (clean(value), style)), soft_wrap=True)


def _standing(state: State) -> Iterator[tuple[str, str]]:
    yield "state", state.status
    yield "spent", f"{money(state.spent)} of {money(state.amount)} ({percent(state.spent, state.amount)})"
    yield "left", money(state.remaining)
    if state.spending.unknown:
        floor = state.budget.unknown_cost
        counted = "not counted" if floor is None else f"counted as {money(floor)} each"
        yield "unpriced", f"{plural(state.spending.unknown, 'request')}, {counted}"
    if state.window is None:
        return
    yield "period", f"{_day(state, state.window.start)} to {_day(state, state.window.end)} ({state.budget.zone})"
    yield "days left", str(state.days_left)
    if state.projection is not None:
        yield "by its end", f"{money(state.projection.amount)}, by the time passed; sureness: {state.projection.sure}"
        if state.projection.exhausted_at is not None and state.status != "over":
            yield "used up", f"{_day(state, state.projection.exhausted_at)}, if it goes on so"


def _terms(state: State, raises: Sequence[Raise]) -> Iterator[tuple[str, str]]:
    budget = state.budget
    yield "for", _for(budget)
    yield "amount", f"{money(budget.amount)} a {budget.period}"
    yield "warns at", ", ".join(f"{percent_}%" for percent_ in (*budget.thresholds, 100))
    yield "when over", "refuses requests (hard)" if budget.hard else "only says so (soft)"
    for label, moment in (("starts", budget.starts), ("ends", budget.ends)):
        if moment is not None:
            yield label, _day(state, moment)
    for each in raises:
        why = f": {each.note}" if each.note else ""
        yield "raised by", f"{money(each.amount)}, {_day(state, each.since)} to {_day(state, each.until)}{why}"


def _day(state: State, moment: int) -> str:
    return local(moment, periods.zone(state.budget.zone), "%Y-%m-%d %H:%M")


def check(states: Sequence[State], paused_until: int | None, project: str | None) -> None:
    """A line for each budget that was looked at."""
    out = tables.console()
    _paused(out, paused_until)
    if not states:
        out.print(Text(clean(f"no budget covers {project!r}" if project is not None else "there is no budget")))
    for state in urgent_first(states):
        share = f"{money(state.spent)} of {money(state.amount)} ({percent(state.spent, state.amount)})"
        until = f", until {_day(state, state.window.end)}" if state.window else ""
        line = clean(f"{state.budget.name}: {share}{until}")
        out.print(Text.assemble((f"{state.status:<9}", _STYLES[state.status]), line), soft_wrap=True)
