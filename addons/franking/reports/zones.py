"""What the time zone of reports' months is called: that of invoices, so that both tell the same month."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from franking.budgets.periods import local_zone_name
from franking.settings_invoice import Invoice

__all__ = ["zone_name"]


def zone_name(own: Invoice) -> str:
    """The zone of ``configured.zone`` for people."""
    if own.zone is not None:
        return own.zone
    name, now = local_zone_name(), datetime.now(UTC)
    # Where the machine does not tell its zone's name, that is UTC, which its clock need not show.
    told = now.astimezone(ZoneInfo(name)).utcoffset() == now.astimezone().utcoffset()
    return name if told else "this machine's zone"
