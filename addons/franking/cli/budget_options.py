"""The options that ``frank budgets create`` and ``edit`` have, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated, Any

import typer

__all__ = ["Json", "Name", "Said", "moment", "said"]

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Name = Annotated[str, typer.Argument(metavar="BUDGET", help="Its name, as `frank budgets` lists it.")]

_Values = list[str] | None


def _for(metavar: str, what: str) -> Any:
    return typer.Option(metavar=metavar, help=f"For {what}; '' is unattributed. May be given more than once.")


@dataclass(frozen=True, slots=True)
class Said:
    """What the options say; None is nothing. include: what the budget is for; changes: of its other fields."""

    include: Mapping[str, tuple[str | None, ...]]
    period: str | None
    zone: str | None
    warn: Sequence[int] | None
    hard: bool | None
    starts: str | None
    ends: str | None
    unknown: str | None

    def changes(self, calendar: str) -> dict[str, Any]:
        """Fields of Budget. calendar: whose days ``--from`` and ``--until`` mean where the options name no zone."""
        from franking.budgets import periods
        from franking.cli.amounts import nano

        where = periods.zone(self.zone or calendar)
        thresholds = tuple(self.warn) if self.warn else None
        said = {"period": self.period, "zone": self.zone, "hard": self.hard, "thresholds": thresholds}
        found: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        if self.starts is not None:
            found["starts"] = moment(self.starts, where, 0, "--from")
        if self.ends is not None:
            found["ends"] = moment(self.ends, where, 1, "--until")
        if self.unknown is not None:
            found["unknown_cost"] = None if self.unknown == "ignore" else nano(self.unknown, "--unknown")
        return found


def said(
    project: Annotated[_Values, _for("P", "this project")] = None,
    organization: Annotated[_Values, _for("O", "this organization")] = None,
    feature: Annotated[_Values, _for("F", "this feature")] = None,
    user: Annotated[_Values, _for("U", "this user")] = None,
    model: Annotated[_Values, _for("M", "this model")] = None,
    client: Annotated[_Values, _for("C", "this client")] = None,
    session: Annotated[_Values, _for("S", "this session")] = None,
    period: Annotated[
        str | None, typer.Option(metavar="day|week|month|quarter", help="Begin anew each; month by default.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Whose calendar, such as Europe/Berlin; by default this machine's."),
    ] = None,
    warn: Annotated[
        list[int] | None,
        typer.Option("--warn", metavar="PERCENT", help="Warn there; 80 by default. Several may be given."),
    ] = None,
    hard: Annotated[
        bool | None, typer.Option("--hard/--soft", help="Refuse requests when it is over, or (default) only say so.")
    ] = None,
    starts: Annotated[
        str | None, typer.Option("--from", metavar="D", help="Count from: 2026-11-22, 2026-12; '' is open.")
    ] = None,
    ends: Annotated[
        str | None, typer.Option("--until", metavar="D", help="Until, the day itself included; '' is open.")
    ] = None,
    unknown: Annotated[
        str | None,
        typer.Option(metavar="ignore|AMOUNT", help="What a request without a known cost counts; ignored by default."),
    ] = None,
) -> Said:
    """What the options say, for a command that is ``taking`` them."""
    given = {"project": project, "organization": organization, "feature": feature, "user": user,
             "model": model, "client": client, "session": session}  # fmt: skip
    include = {name: tuple(value or None for value in values) for name, values in given.items() if values}
    return Said(include, period, zone, warn, hard, starts, ends, unknown)


def moment(text: str, where: tzinfo, which: int, option: str) -> int | None:
    """The moment that is written; which: 0 its first, 1 the first after it. None for an empty text."""
    from franking import periods
    from franking.cli import selection

    if not text:
        return None
    try:
        return periods.moment(text, selection.now(), where)[which]
    except (ValueError, OverflowError) as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None
