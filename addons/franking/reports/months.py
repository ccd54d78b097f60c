"""Calendar months of a time zone: their moments, their days, and which is the last whole one. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from franking import periods

__all__ = ["Month", "last_whole", "month"]


@dataclass(frozen=True, slots=True)
class Month:
    """name: ``2026-11``. since, until: microseconds UTC, until itself not included. zone: None is the machine's.

    zone_name: the zone for people.
    """

    name: str
    since: int
    until: int
    zone: tzinfo | None
    zone_name: str

    @property
    def words(self) -> str:
        """``November 2026``."""
        return f"{date.fromisoformat(f'{self.name}-01'):%B %Y}"

    @property
    def days(self) -> tuple[str, ...]:
        """Every day's label, ``2026-11-01`` first."""
        first = date.fromisoformat(f"{self.name}-01")
        every = (first + timedelta(days=number) for number in range(31))
        return tuple(day.isoformat() for day in every if day.month == first.month)

    @property
    def before(self) -> "Month":
        """The month before it."""
        last = date.fromisoformat(f"{self.name}-01") - timedelta(days=1)
        return month(f"{last:%Y-%m}", self.zone, self.zone_name)


def month(name: str, zone: tzinfo | None, zone_name: str) -> Month:
    """The month of that name. Raises ValueError where it is none, or before there were any times."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", name) or name < "1971":
        raise ValueError("expected a month, such as 2026-11")
    try:
        since, until = periods.moment(name, 0, zone)
    except (ValueError, OverflowError):
        raise ValueError("expected a month, such as 2026-11") from None
    return Month(name, since, until, zone, zone_name)


def last_whole(at: int, zone: tzinfo | None) -> str:
    """The name of the last month that has ended."""
    local = datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(zone)
    return f"{local.date().replace(day=1) - timedelta(days=1):%Y-%m}"
