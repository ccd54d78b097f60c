"""``frank reprice``: shows what changes, changes it only when it is meant to."""

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from support import ledgers
from support.commands import Frank

DAY = 86_400_000_000


@pytest.fixture
def ledger(home: Path, tmp_path: Path) -> Path:
    now = time.time_ns() // 1000
    (tmp_path / "prices.toml").write_text('[models."m"]\ninput = "1"\noutput = "2"\n')
    (tmp_path / "config.toml").write_text(f'[prices]\nfile = "{tmp_path / "prices.toml"}"\n')
    counts: dict[str, Any] = {"input_tokens": 1_000_000, "output_tokens": 500_000}
    old: dict[str, Any] = {"cost": 7, "cost_source": "price-table", "estimated_cost": 7, **counts}
    rows = [
        ledgers.record(now - 1, model="m", **old),
        ledgers.record(now - 2, model="m", cost=5, reported_cost=5, cost_source="gateway", **counts),
        ledgers.record(now - 3, model="gone", **old),
        ledgers.record(now - 4, model="unheard", **counts),
        ledgers.record(now - 40 * DAY, model="m", **old),
    ]
    return ledgers.made(home / "ledger.db", rows)


def costs(ledger: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(ledger) as opened:
        return list(opened.execute("SELECT cost, estimated_cost, cost_source FROM requests ORDER BY started_at DESC"))


def test_a_dry_run_changes_nothing(ledger: Path, frank: Frank) -> None:
    before = costs(ledger)
    told = frank("reprice", "--dry-run")
    assert told.status == 0
    assert "5 requests with tokens: 3 would change." in told.out
    assert "1 request without a price today: the earlier estimate stays." in told.out
    assert "1 request without a price, as before." in told.out
    assert costs(ledger) == before


def test_it_changes_what_is_an_estimate(ledger: Path, frank: Frank) -> None:
    told = json.loads(frank("reprice", "--json").out)
    assert told["models"] == [
        {
            "model": "m",
            "requests": 3,
            "estimated_before": "0.000000014",
            "estimated_after": "6.000000000",
            "cost_before": "0.000000019",
            "cost_after": "4.000000005",
        }
    ]
    two = 2_000_000_000
    assert costs(ledger) == [
        (two, two, "price-override"),
        (5, two, "gateway"),
        (7, 7, "price-table"),
        (None, None, None),
        (two, two, "price-override"),
    ]
    assert "0 changed." in frank("reprice").out


@pytest.mark.parametrize(
    ("options", "changed"), [(["--since", "7d"], 2), (["--model", "gone"], 0), (["--since", "2999-01-01"], 0)]
)
def test_which(ledger: Path, frank: Frank, options: list[str], changed: int) -> None:
    assert json.loads(frank("reprice", "--json", *options).out)["changed"] == changed


def test_wrong_usage_and_no_ledger(home: Path, frank: Frank) -> None:
    assert frank("reprice", "--since", "soon").status == 2
    assert frank("reprice").status == 0


def test_drift(ledger: Path, frank: Frank) -> None:
    frank("reprice")
    told = json.loads(frank("costs", "--drift", "--json").out)
    assert told["rows"] == [
        {
            "model": "m",
            "requests": 1,
            "compared": 1,
            "parted": 1,
            "reported": "0.000000005",
            "estimated": "2.000000000",
            "difference": "1.999999995",
            "byok": 0,
            "not_estimated": 0,
        }
    ]
    out = frank("costs", "--drift").out
    assert "+$2.00" in out
    assert "1 of 1" in out
    assert frank("costs", "--drift", "--csv").status == 2


def test_drift_compares_a_byok_bill_and_not_the_fee(home: Path, frank: Frank) -> None:
    now = time.time_ns() // 1000
    rows = [
        ledgers.record(now, model="a", cost=1000, reported_cost=50, upstream_cost=1000, is_byok=True,
                       cost_source="gateway", estimated_cost=1000),
        ledgers.record(now, model="b", cost=1000, reported_cost=1000, cost_source="gateway", estimated_cost=1100),
        ledgers.record(now, model="b", cost=1000, reported_cost=1000, cost_source="gateway"),
        ledgers.record(now, model="c", cost=1000, cost_source="price-table", estimated_cost=1000),
    ]  # fmt: skip
    ledgers.made(home / "ledger.db", rows)
    told = json.loads(frank("costs", "--drift", "--json").out)["rows"]
    assert [(row["model"], row["parted"], row["compared"], row["byok"], row["not_estimated"]) for row in told] == [
        ("b", 1, 1, 0, 1),
        ("a", 0, 1, 1, 0),
    ]
    out = " ".join(frank("costs", "--drift").out.split())
    assert "+10.0%" in out
    assert "BYOK: 1 request, compared with what the upstream charged, without the fee." in out
    assert "No price is known for 1 request whose cost was reported." in out


def test_drift_of_a_project_is_of_all_its_ids(home: Path, frank: Frank) -> None:
    now = time.time_ns() // 1000
    values = {"cost": 1000, "cost_source": "gateway", "estimated_cost": 1100}
    ledgers.made(
        home / "ledger.db", [ledgers.record(now, model=id_, project_id=id_, **values) for id_ in ("a", "b", "c")]
    )
    assert frank("projects", "create", "both", "--id", "a", "--id", "b").status == 0
    told = json.loads(frank("costs", "--drift", "--json", "--project", "both").out)["rows"]
    assert [row["model"] for row in told] == ["a", "b"]


def test_drift_without_anything_reported(home: Path, frank: Frank) -> None:
    assert "No gateway reported a cost" in frank("costs", "--drift").out
