"""The options that say which requests are meant (``--project``, ``--since`` …), alike in every listing."""

import time
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from pathlib import Path

import typer

from franking import periods
from franking.cli.errors import Failure
from franking.ledger.filters import Filters, Value
from franking.views import people

__all__ = ["filters", "me", "now", "period"]


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def period(name: str | None, since: str | None, until: str | None, zone: tzinfo | None = None) -> periods.Period:
    """The period that the options name; the past month where they name none. Wrong ones are wrong usage."""
    if name and (since or until):
        raise typer.BadParameter("it cannot be combined with --since or --until", param_hint="--period")
    try:
        if since or until:
            return periods.between(since, until, now(), zone)
        return periods.named(name or "month", now(), zone)
    except (ValueError, OverflowError) as fault:
        raise typer.BadParameter(str(fault), param_hint="--since/--until" if since or until else "--period") from None


def filters(
    meant: periods.Period | None = None,
    *,
    mine: bool = False,
    without: Mapping[str, Sequence[str] | None] | None = None,
    **only: Sequence[str] | None,
) -> Filters:
    """The options as Filters; an empty value means unattributed.

    only, without: dimension → the values that requests have to have, and those that they must not have.
    """
    if mine and only.get("user"):
        raise typer.BadParameter("it cannot be combined with --user", param_hint="--mine")
    wanted = {**only, "user": me()} if mine else only
    since, until = (meant.since, meant.until) if meant else (None, None)
    return Filters(since, until, _given(wanted), _given(without or {}))


def _given(named: Mapping[str, Sequence[str] | None]) -> dict[str, tuple[Value, ...]]:
    return {dimension: tuple(value or None for value in values) for dimension, values in named.items() if values}


def me() -> tuple[str, ...]:
    """The names under which this person's requests are stored. Fails where none is known."""
    try:
        return people.me(Path.cwd())
    except people.NobodyError as fault:
        raise Failure(str(fault)) from None
