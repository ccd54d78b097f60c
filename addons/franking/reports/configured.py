"""What the configuration's ``[invoice]`` says of an invoice: its terms, its sender, whose days they are. Pure."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from franking.reports.invoices import Party, Terms
from franking.settings_invoice import Invoice

__all__ = ["sender", "terms", "zone"]


def zone(own: Invoice) -> ZoneInfo | None:
    """Of the invoice's days; None is the machine's."""
    return None if own.zone is None else ZoneInfo(own.zone)


def sender(own: Invoice) -> Party:
    """Who sends it: the first line is the name, the others are the address."""
    name, _, address = own.sender.strip().partition("\n")
    return Party(name, address, own.sender_tax_id)


def terms(own: Invoice, said: Mapping[str, object]) -> Terms:
    """The configuration's, with what is said here, which is checked alike. Raises pydantic.ValidationError."""
    found = Invoice.model_validate(own.model_dump() | dict(said))
    return Terms(found.currency, found.rate, found.markup, found.tax, found.lines)
