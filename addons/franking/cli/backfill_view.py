"""What ``frank backfill`` has filled in, or would, what it took back, and its runs: for people and for programs."""

import json
from collections.abc import Sequence
from typing import Any

import typer

from franking.attribution.values import INFERRED
from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.backfill import Change, Outcome
from franking.ledger.backfill_runs import Run, Undone
from franking.words import count, dollars, iso, local, money, plural

__all__ = ["show", "show_nothing", "show_runs", "show_undone"]

_MOST = 40
"""Lines of the table; JSON has all."""


def show(outcome: Outcome, *, dry_run: bool, as_json: bool) -> None:
    """Print what was filled in by which rule, and what stays as it is."""
    changes = sorted(
        outcome.changes.values(), key=lambda one: (one.field != "project", -one.requests, one.source, one.value)
    )
    if as_json:
        typer.echo(_as_json(outcome, changes, dry_run))
        return
    out = tables.console()
    if changes:
        out.print(tables.render(_columns(changes[:_MOST]), out.width))
        if len(changes) > _MOST:
            out.print(f"… and {plural(len(changes) - _MOST, 'line')} more; --json has all")
        out.print()
    verb = "would be filled in" if dry_run else "filled in"
    out.print(f"{plural(outcome.looked_at, 'request')} looked at: {outcome.requests:,} {verb}.")
    for field, left in outcome.left.items():
        for number, why in (
            (left.disagree, "its neighbours disagree"),
            (left.rejected, "its value was rejected (frank features)"),
            (left.nothing, "nothing tells it"),
        ):
            if number:
                out.print(f"{plural(number, 'request')} without a {field}, as before: {why}.")
    if outcome.run is not None:
        out.print(f"This was run {outcome.run}; frank backfill --undo {outcome.run} takes it back.")


def _columns(changes: Sequence[Change]) -> list[Column]:
    return [
        Column("Field", [one.field for one in changes]),
        Column("Value", [one.value for one in changes], least=12),
        Column("Rule", [one.source.removeprefix(INFERRED) for one in changes], keep=3),
        Column("Requests", [count(one.requests) for one in changes], "right"),
        Column("Cost", [money(one.cost) for one in changes], "right", keep=2),
    ]


def _as_json(outcome: Outcome, changes: Sequence[Change], dry_run: bool) -> str:
    shape: dict[str, Any] = {
        "run": outcome.run,
        "dry_run": dry_run,
        "looked_at": outcome.looked_at,
        "requests": outcome.requests,
        "changes": [
            {
                "field": one.field,
                "source": one.source,
                "value": one.value,
                "requests": one.requests,
                "cost": dollars(one.cost),
            }
            for one in changes
        ],
        "left": {
            field: {"neighbours_disagree": left.disagree, "rejected": left.rejected, "nothing_tells": left.nothing}
            for field, left in outcome.left.items()
        },
    }
    return json.dumps(shape, indent=2)


def show_undone(undone: Sequence[tuple[Run, Undone]], *, dry_run: bool, as_json: bool) -> None:
    """Print which runs were taken back."""
    if as_json:
        shape = [{"run": run.run, "requests": done.requests, "changed_since": done.changed} for run, done in undone]
        typer.echo(json.dumps({"dry_run": dry_run, "undone": shape}, indent=2))
        return
    verb = "would be as before" if dry_run else "as before"
    for run, done in undone:
        changed = f"; {done.changed:,} were changed since and stay" if done.changed else ""
        typer.echo(f"Run {run.run} of {local(run.started_at)}: {plural(done.requests, 'request')} {verb}{changed}.")


def show_runs(runs: Sequence[Run], *, as_json: bool) -> None:
    """Print the runs, the newest first."""
    if as_json:
        typer.echo(json.dumps({"runs": [_run(run) for run in runs]}, indent=2))
        return
    out = tables.console()
    if not runs:
        out.print("No run of frank backfill has filled anything in yet.")
        return
    columns = [
        Column("Run", [str(run.run) for run in runs], "right"),
        Column("Began", [local(run.started_at) for run in runs]),
        Column("Requests", [count(run.requests) for run in runs], "right"),
        Column("State", [_state(run) for run in runs], keep=1),
    ]
    out.print(tables.render(columns, out.width))


def _state(run: Run) -> str:
    if run.undone_at is not None:
        return f"taken back {local(run.undone_at)}"
    return "stands" if run.ended_at is not None else "stands; it was cut short"


def _run(run: Run) -> dict[str, Any]:
    return {
        "run": run.run,
        "started_at": iso(run.started_at),
        "ended_at": iso(run.ended_at),
        "undone_at": iso(run.undone_at),
        "requests": run.requests,
    }


def show_nothing(*, as_json: bool) -> None:
    """There is no ledger yet."""
    if as_json:
        typer.echo(_as_json(Outcome(), (), dry_run=False))
    else:
        typer.echo("There is no request yet.")
