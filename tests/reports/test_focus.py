"""FOCUS 1.2: every line held to the rules that the specification publishes for the columns that are written.

https://focus.finops.org/focus-specification/v1-2/ , chapters "Columns" (presence, type, nullability, allowed values)
and "Attributes" (column, date/time, key-value, null, numeric and unit handling); the presence rules are those of the
requirements model 1.2.0.1, CostAndUsage-D-003 to D-067.
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
RECOMMENDED = {"ChargeFrequency", "ServiceSubcategory"}
WITH_USAGE_MEASURED = {"ConsumedQuantity", "ConsumedUnit"}
WITH_SUB_ACCOUNTS = {"SubAccountId", "SubAccountName"}
WITH_TAGS = {"Tags"}
WITH_PRICING_CATEGORIES = {"PricingCategory"}
WITH_PUBLISHED_UNIT_PRICES = {"ListUnitPrice", "SkuId", "SkuMeter", "SkuPriceDetails", "SkuPriceId"}
"""All or none of them, by the model's criteria PUBLIC_PRICE_LIST_SUPPORTED and UNIT_PRICING_SUPPORTED."""
KNOWN = MANDATORY | RECOMMENDED | WITH_USAGE_MEASURED | WITH_SUB_ACCOUNTS | WITH_TAGS | WITH_PRICING_CATEGORIES
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
UNIT = re.compile(r"(\d+ )?[A-Z][A-Za-z]*s")
PASCAL = re.compile(r"(x_)?([A-Z][a-z0-9]+)+")
PLACEHOLDERS = {"n/a", "none", "null", "not applicable", "-"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
METADATA = Path(__file__).parents[2] / "docs" / "focus-metadata.json"
START = 1_790_812_799_000_000  # 2026-09-30T23:59:59Z


def faults(row: dict[str, str]) -> list[str]:
    """What of the rules a line breaks."""
    names = list(row)
    found = [f"{name} is missing" for name in KNOWN - row.keys()]
    found += [f"{name} is no column of FOCUS and has no x_" for name in row if name not in KNOWN and name[:2] != "x_"]
    found += [f"{name} is no Pascal case" for name in names if not PASCAL.fullmatch(name) or len(name) > 50]
    if names != sorted(names, key=lambda name: (name.startswith("x_"), name)):
        found.append("the columns are not in the order of their names, our own last")
    if 0 < len(WITH_PUBLISHED_UNIT_PRICES & row.keys()) < len(WITH_PUBLISHED_UNIT_PRICES):
        found.append("unit prices need the Sku columns")
    if found:
        return found
    found += [f"{name} is null" for name in KNOWN - MAY_BE_NULL if not row[name].strip()]
    found += [f"{name}: {row[name]}" for name in KNOWN if row[name].lower() in PLACEHOLDERS]
    found += [f"{name}: {row[name]}" for name, values in ALLOWED.items() if row[name] not in values]
    found += [f"{name}: {row[name]}" for name in MOMENTS if not MOMENT.fullmatch(row[name])]
    numbers = (*COSTS, "ConsumedQuantity", "PricingQuantity")
    found += [f"{name}: {row[name]}" for name in numbers if not NUMERIC.fullmatch(row[name])]
    found += [f"{name}: {row[name]}" for name in ("ConsumedUnit", "PricingUnit") if not UNIT.fullmatch(row[name])]
    if found:
        return found
    if len({Decimal(row[name]) for name in COSTS}) != 1:
        found.append("without a unit price, list and contracted cost match the billed one")
    if not re.fullmatch("[A-Z]{3}", row["BillingCurrency"]):
        found.append("BillingCurrency is no ISO 4217 code")
    if not row["BillingPeriodStart"] <= row["ChargePeriodStart"] < row["BillingPeriodEnd"]:
        found.append("the charge is not in its billing period")
    if row["ChargePeriodStart"] >= row["ChargePeriodEnd"]:
        found.append("the charge's period is empty")
    if bool(row["SubAccountId"]) != bool(row["SubAccountName"]):
        found.append("SubAccountName is null if and only if SubAccountId is")
    tags = json.loads(row["Tags"], object_pairs_hook=list)
    if len(dict(tags)) != len(tags) or any(not isinstance(value, str | None) for _, value in tags):
        found.append("Tags has a key twice, or another value than text")
    if any(not key.startswith("franking/") for key, _ in tags):
        found.append("Tags has a key of ours without our prefix")
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


def test_the_metadata_tells_every_column_as_it_is(tmp_path: Path) -> None:
    """Chapter "Metadata": a schema tells once of each column its type, and of Tags our prefix."""
    (schema,) = json.loads(METADATA.read_text())["Schema"]
    (row,) = told(tmp_path / "ledger.db", ledgers.record(START, cost=7, input_tokens=5))
    defined = {column["ColumnName"]: column for column in schema["ColumnDefinition"]}
    assert (schema["FocusVersion"], [*defined]) == ("1.2", [*row])
    assert len(schema["ColumnDefinition"]) == len(row)
    forms = {"DECIMAL": NUMERIC, "INTEGER": re.compile(r"\d+"), "DATETIME": MOMENT, "JSON": re.compile(r"\{.*\}")}
    for name, column in defined.items():
        assert not row[name] or forms.get(column["DataType"], re.compile(".*")).fullmatch(row[name])
        scale = len(row[name].partition(".")[2])
        assert column["DataType"] != "DECIMAL" or (scale == column["NumberScale"] <= column["NumericPrecision"])
    assert {key.partition("/")[0] for key in json.loads(row["Tags"])} == {*defined["Tags"]["ProviderTagPrefixes"]}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"BilledCost": ""}, "BilledCost is null"),
        ({"ListUnitPrice": "2"}, "ListUnitPrice is no column"),
        ({"ListCost": "2"}, "without a unit price"),
        ({"SubAccountName": "name"}, "SubAccountName is null if"),
        ({"Tags": '{"feature":"cli"}'}, "Tags has a key of ours"),
        ({"ProviderName": "N/A"}, "ProviderName: N/A"),
        ({"PricingUnit": "requests"}, "PricingUnit: requests"),
        ({"x_Late": "", "x_Early": ""}, "the columns are not in the order"),
        ({"ChargePeriodStart": "2026-09-30 23:59:59"}, "ChargePeriodStart"),
        ({"ServiceCategory": "LLM"}, "ServiceCategory: LLM"),
        ({"Model": "m"}, "Model is no column"),
    ],
)
def test_the_rules_find_faults(tmp_path: Path, change: dict[str, str], says: str) -> None:
    (found,) = told(tmp_path / "ledger.db", ledgers.record(START, cost=7))
    assert any(fault.startswith(says) for fault in faults(found | change))
