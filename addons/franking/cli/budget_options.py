"""The options that ``frank budgets create`` and ``edit`` have, and what they say."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Annotated, Any

import typer

__all__ = [
    "Client",
    "Ends",
    "Feature",
    "Hard",
    "Json",
    "Model",
    "Name",
    "Organization",
    "Period",
    "Project",
    "Session",
    "Starts",
    "Unknown",
    "User",
    "Warn",
    "Zone",
    "changes",
    "moment",
    "scope",
]

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Name = Annotated[str, typer.Argument(metavar="BUDGET", help="Its name, as `frank budgets` lists it.")]


def _for(metavar: str, what: str) -> Any:
    return typer.Option(metavar=metavar, help=f"For {what}; '' is unattributed. May be given more than once.")


Project = Annotated[list[str] | None, _for("P", "this project")]
Organization = Annotated[list[str] | None, _for("O", "this organization")]
Feature = Annotated[list[str] | None, _for("F", "this feature")]
User = Annotated[list[str] | None, _for("U", "this user")]
Model = Annotated[list[str] | None, _for("M", "this model")]
Client = Annotated[list[str] | None, _for("C", "this client")]
Session = Annotated[list[str] | None, _for("S", "this session")]

Period = Annotated[
    str | None, typer.Option(metavar="day|week|month|quarter", help="Begin anew each; month by default.")
]
Zone = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Whose calendar, such as Europe/Berlin; by default this machine's.")
]
Warn = Annotated[
    list[int] | None, typer.Option("--warn", metavar="PERCENT", help="Warn there; 80 by default. Several may be given.")
]
Hard = Annotated[
    bool | None, typer.Option("--hard/--soft", help="Refuse requests when it is over, or (default) only say so.")
]
Starts = Annotated[str | None, typer.Option("--from", metavar="D", help="Count from: 2026-11-22, 2026-12; '' is open.")]
Ends = Annotated[str | None, typer.Option("--until", metavar="D", help="Until, the day itself included; '' is open.")]
Unknown = Annotated[
    str | None,
    typer.Option(metavar="ignore|AMOUNT", help="What a request without a known cost counts; ignored by default."),
]


def scope(said: Mapping[str, Sequence[str] | None]) -> dict[str, tuple[str | None, ...]]:
    """What the options say a budget is for."""
    return {dimension: tuple(value or None for value in values) for dimension, values in said.items() if values}


def changes(
    *,
    period: str | None,
    zone: str | None,
    warn: Sequence[int] | None,
    hard: bool | None,
    starts: str | None,
    ends: str | None,
    unknown: str | None,
    calendar: str,
) -> dict[str, Any]:
    """Fields of Budget that the options give. calendar: the zone whose days ``--from`` and ``--until`` mean."""
    from franking.budgets import periods
    from franking.cli.amounts import nano

    where = periods.zone(zone or calendar)
    said = {"period": period, "zone": zone, "hard": hard, "thresholds": tuple(warn) if warn else None}
    found: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if starts is not None:
        found["starts"] = moment(starts, where, 0, "--from")
    if ends is not None:
        found["ends"] = moment(ends, where, 1, "--until")
    if unknown is not None:
        found["unknown_cost"] = None if unknown == "ignore" else nano(unknown, "--unknown")
    return found


def moment(text: str, where: tzinfo, which: int, option: str) -> int | None:
    """The moment that is written; which: 0 its first, 1 the first after it. None for an empty text."""
    from franking.cli import periods, selection

    if not text:
        return None
    try:
        return periods.moment(text, selection.now(), where)[which]
    except (ValueError, OverflowError) as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None
