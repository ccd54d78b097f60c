"""Which month a scheduled report is due for. Pure."""

from datetime import date, tzinfo

from franking import periods
from franking.reports.months import Month, last_whole, month

__all__ = ["due"]

_SETTLED = 3_600_000_000
"""An hour into the day: by then the requests of the month's last minutes have ended."""


def due(day: int, at: int, zone: tzinfo | None, zone_name: str) -> tuple[Month, int]:
    """The newest month whose report is due at that moment, and since when, in microseconds UTC."""
    newest = month(last_whole(at, zone), zone, zone_name)
    since = _since(newest, day)
    if at >= since:
        return newest, since
    return newest.before, _since(newest.before, day)


def _since(of: Month, day: int) -> int:
    last = date.fromisoformat(of.days[-1])
    after = date(last.year + last.month // 12, last.month % 12 + 1, day)
    return periods.moment(after.isoformat(), 0, of.zone)[0] + _SETTLED
