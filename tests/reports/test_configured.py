"""What the configuration says of an invoice, and what stands before it."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from franking import settings
from franking.reports import configured
from franking.reports.invoices import Party, Terms
from franking.settings_invoice import Invoice


@pytest.fixture(scope="module")
def shipped() -> Invoice:
    return settings.load().invoice


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("", Party("", "", "DE1")),
        ("Acme", Party("Acme", "", "DE1")),
        ("\nAcme GmbH\n1 Main St\nBerlin\n", Party("Acme GmbH", "1 Main St\nBerlin", "DE1")),
    ],
)
def test_sender(shipped: Invoice, written: str, sent: Party) -> None:
    assert configured.sender(shipped.model_copy(update={"sender": written, "sender_tax_id": "DE1"})) == sent


@pytest.mark.parametrize(("name", "zone"), [(None, None), ("Asia/Tokyo", ZoneInfo("Asia/Tokyo"))])
def test_zone(shipped: Invoice, name: str | None, zone: ZoneInfo | None) -> None:
    assert configured.zone(shipped.model_copy(update={"zone": name})) == zone


def test_what_is_said_stands_before_the_configuration(shipped: Invoice) -> None:
    found = configured.terms(shipped.model_copy(update={"tax": Decimal(19)}), {"rate": "0.92", "lines": ["day"]})

    assert found == Terms(shipped.currency, Decimal("0.92"), shipped.markup, Decimal(19), ("day",))


@pytest.mark.parametrize("said", [{"rate": "0"}, {"currency": "euro"}, {"lines": []}, {"lines": ["day", "day"]}])
def test_and_is_checked_like_it(shipped: Invoice, said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        configured.terms(shipped, said)
