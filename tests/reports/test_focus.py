"""FOCUS 1.2: every line held to the rules that the specification publishes for the columns that are written.

https://focus.finops.org/focus-specification/v1-2/ : presence, type, value format, nullability, allowed values, and the
products of unit prices and quantities.
"""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import reader
from franking.ledger.filters import Filters
from franking.reports import exports
from support import ledgers
from support.dashboard import HOSTILE

MANDATORY = {
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd",
    "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart",
    "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit",
    "ProviderName", "PublisherName", "ServiceCategory", "ServiceName",
}  # fmt: skip
KNOWN = MANDATORY | {
    "ChargeFrequency", "ConsumedQuantity", "ConsumedUnit", "ContractedUnitPrice", "ListUnitPrice", "PricingCategory",
    "ServiceSubcategory", "SubAccountId", "SubAccountName", "Tags",
}  # fmt: skip
COSTS = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")
MAY_BE_NULL = {"ChargeClass", "SubAccountId", "SubAccountName", "Tags"}
MOMENTS = ("BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd")
ALLOWED = {
    "ChargeCategory": {"Usage", "Purchase", "Tax", "Credit", "Adjustment"},
    "ChargeClass": {"", "Correction"},
    "ChargeFrequency": {"One-Time", "Recurring", "Usage-Based"},
    "PricingCategory": {"Standard", "Dynamic", "Committed", "Other"},
    "ServiceCategory": {"AI and Machine Learning"},
    "ServiceSubcategory": {"Generative AI"},
}
NUMERIC = re.compile(r"-?\d+(\.\d+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
START = 1_790_812_799_000_000  # 2026-09-30T23:59:59Z


def faults(row: dict[str, str]) -> list[str]:
    """What of the rules a line breaks."""
    found = [f"{name} is missing" for name in MANDATORY - row.keys()]
    found += [f"{name} is no column of FOCUS and has no x_" for name in row if name not in KNOWN and name[:2] != "x_"]
    found += [f"{name} is null" for name in KNOWN - MAY_BE_NULL if not row[name]]
    found += [f"{name}: {row[name]}" for name, values in ALLOWED.items() if row[name] not in values]
    found += [f"{name}: {row[name]}" for name in MOMENTS if not MOMENT.fullmatch(row[name])]
    numbers = (*COSTS, "ConsumedQuantity", "ContractedUnitPrice", "ListUnitPrice", "PricingQuantity")
    found += [f"{name}: {row[name]}" for name in numbers if not NUMERIC.fullmatch(row[name])]
    if found:
        return found
    quantity = Decimal(row["PricingQuantity"])
    if Decimal(row["ListUnitPrice"]) * quantity != Decimal(row["ListCost"]):
        found.append("ListUnitPrice times PricingQuantity is not ListCost")
    if Decimal(row["ContractedUnitPrice"]) * quantity != Decimal(row["ContractedCost"]):
        found.append("ContractedUnitPrice times PricingQuantity is not ContractedCost")
    if not re.fullmatch("[A-Z]{3}", row["BillingCurrency"]):
        found.append("BillingCurrency is no ISO 4217 code")
    if not row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["BillingPeriodEnd"]:
        found.append("the charge is not in its billing period")
    if row["ChargePeriodStart"] >= row["ChargePeriodEnd"]:
        found.append("the charge's period is empty")
    if any(not isinstance(value, str | None) for value in json.loads(row["Tags"]).values()):
        found.append("Tags has another value than text")
    return found


def told(file: Path, *rows: Any) -> list[dict[str, str]]:
    ledgers.made(file, rows)
    with reader.opened(file) as ledger:
        exports.export(ledger, (Filters(),), "focus", file.with_name("out"))
    return list(csv.DictReader(io.StringIO(file.with_name("out").read_text("utf-8"), newline="")))


@pytest.mark.parametrize("name", [None, *HOSTILE])
@pytest.mark.parametrize("cost", [0, 1, 123_456_789_012])
def test_every_line_keeps_the_rules(tmp_path: Path, name: str | None, cost: int) -> None:
    row = ledgers.record(
        START, cost=cost, project_id=name, model=name, user=name, gateway=None, host=None, ended_at=START + 2_000_000
    )
    (found,) = told(tmp_path / "ledger.db", row)
    assert faults(found) == []
    assert (found["BillingPeriodStart"], found["BillingPeriodEnd"]) == ("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z")


def test_a_request_without_a_cost_is_left_out(tmp_path: Path) -> None:
    assert told(tmp_path / "ledger.db", ledgers.record(START), ledgers.record(START, cost=7))[0]["BilledCost"] == (
        "0.000000007"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"BilledCost": ""}, "BilledCost is null"),
        ({"ListUnitPrice": "2"}, "ListUnitPrice times"),
        ({"ChargePeriodStart": "2026-09-30 23:59:59"}, "ChargePeriodStart"),
        ({"ServiceCategory": "LLM"}, "ServiceCategory: LLM"),
        ({"Model": "m"}, "Model is no column"),
    ],
)
def test_the_rules_find_faults(tmp_path: Path, change: dict[str, str], says: str) -> None:
    (found,) = told(tmp_path / "ledger.db", ledgers.record(START, cost=7))
    assert any(fault.startswith(says) for fault in faults(found | change))
