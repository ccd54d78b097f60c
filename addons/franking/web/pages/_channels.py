"""Alerts and the channels that they are delivered on, as tables: of one budget, and of all channels. Pure."""

from collections.abc import Collection, Mapping, Sequence

from franking.budgets.alert_store import Sent
from franking.budgets.alerts import ALWAYS, next_try
from franking.web.tables import Column, Row, Table

__all__ = ["channels", "sent"]

_GONE = "it is no longer configured"


def sent(found: Sequence[Sent], configured: Collection[str]) -> Table:
    """A budget's alerts: a row for each channel that had to be told, one where there is none.

    configured: the channels that there are now; on others nothing is tried any more.
    """
    columns = (
        Column("when", "Reached", "time"), Column("at", "At"), Column("spent", "Spent", "money", wide=1),
        Column("of", "Of", "money", wide=1), Column("channel", "Channel", nobody="only here and in frank tail"),
        Column("taken", "Taken", "time"), Column("tries", "Tries", "count", wide=2),
        Column("fault", "Why not", nobody="-"), Column("next", "Next try", "time", wide=1),
    )  # fmt: skip
    asked = {one.alert.key for one in found if one.channel not in ALWAYS}
    shown = [one for one in found if one.channel not in ALWAYS]
    shown += [one for one in found if one.channel == ALWAYS[0] and one.alert.key not in asked]
    return Table("reached", "Alerts", columns, tuple(_row(one, configured) for one in shown))


def _row(one: Sent, configured: Collection[str]) -> Row:
    alert = one.alert
    first = (alert.reached_at, f"{alert.threshold}%", alert.spent, alert.amount)
    if one.channel in ALWAYS:
        return Row((*first, None, one.delivered_at, None, None, None), quiet=True)
    waits = one.delivered_at is None
    tried = waits and one.channel in configured
    fault = (one.fault or "not tried yet") if tried else _GONE if waits else None
    then = next_try(one.attempts, one.tried_at) if tried else None
    return Row((*first, one.channel, one.delivered_at, one.attempts, fault, then))


def channels(configured: Sequence[str], troubled: Sequence[Sent], taken: Mapping[str, int]) -> Table:
    """The configured channels: when each took an alert last, how many it did not take, and why."""
    columns = (
        Column("channel", "Channel"), Column("taken", "Last taken", "time"), Column("refused", "Not taken", "count"),
        Column("fault", "Why not", nobody="-"), Column("next", "Next try", "time", wide=1),
    )  # fmt: skip
    rows = []
    for name in configured:
        refused = [one for one in troubled if one.channel == name]
        tries = [then for one in refused if (then := next_try(one.attempts, one.tried_at)) is not None]
        last = max(refused, key=lambda one: one.tried_at or 0, default=None)
        rows.append(
            Row(
                (
                    name,
                    taken.get(name),
                    len(refused),
                    last.fault if last is not None else None,
                    min(tries, default=None),
                )
            )
        )
    return Table("channels", "Alert channels", columns, tuple(rows))
