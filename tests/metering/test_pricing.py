"""Pricer: whose figure counts, and when none is known."""

from typing import Any

import pytest

from franking.metering.pricing import Pricer
from franking.metering.values import Cost, Usage

NOW = 1_795_300_000_000_000
PRICES = """
[models."openai/gpt-4o"]
input = "2.00"
output = 8
cache_read = 1.0
"""
TABLE = "genai-prices"


@pytest.fixture(scope="module")
def pricers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pricer]:
    file = tmp_path_factory.mktemp("prices") / "prices.toml"
    file.write_text(PRICES, encoding="utf-8")
    return {"table": Pricer(None), "own": Pricer(file)}


COUNTS: dict[str, Any] = {"input_tokens": 1000, "output_tokens": 100, "cache_read_tokens": 400}


@pytest.mark.parametrize(
    ("pricer", "usage", "asked", "expected"),
    [
        # The list: 600 x $2.50 + 400 x $1.25 + 100 x $10; the user's: 600 x $2 + 400 x $1 + 100 x $8 (a million).
        ("table", Usage(model="openai/gpt-4o", **COUNTS), None, Cost(3_000_000, "price-table", None, 3_000_000)),
        ("own", Usage(model="openai/gpt-4o", **COUNTS), None, Cost(2_400_000, "price-override", None, 2_400_000)),
        (
            "own",
            Usage(model="openai/gpt-4o", reported_cost=7, **COUNTS),
            None,
            Cost(7, "gateway", 7, 2_400_000),
        ),
        ("table", Usage(model="openai/gpt-4o", reported_cost=0, **COUNTS), None, Cost(0, "gateway", 0, 3_000_000)),
        # BYOK: the upstream's bill is the cost, the fee stays beside it.
        (
            "table",
            Usage(model="openai/gpt-4o", reported_cost=5, upstream_cost=100, is_byok=True, **COUNTS),
            None,
            Cost(100, "gateway", 5, 3_000_000),
        ),
        # BYOK without the upstream's bill: the fee alone is not the cost.
        (
            "table",
            Usage(model="openai/gpt-4o", reported_cost=5, is_byok=True, **COUNTS),
            None,
            Cost(3_000_000, "price-table", 5, 3_000_000),
        ),
        (
            "table",
            Usage(model="nobody/knows", reported_cost=5, is_byok=True, **COUNTS),
            None,
            Cost(None, None, 5, None),
        ),
        ("table", Usage(model="nobody/knows", reported_cost=9, **COUNTS), None, Cost(9, "gateway", 9, None)),
        ("table", Usage(reported_cost=9), None, Cost(9, "gateway", 9, None)),
        # Too little is known.
        ("table", Usage(model="openai/gpt-4o"), None, Cost()),
        ("table", Usage(model="openai/gpt-4o", input_tokens=5), None, Cost()),
        ("table", Usage(**COUNTS), None, Cost()),
        ("own", Usage(model="openai/gpt-4o", input_tokens=5, output_tokens=1, cache_read_tokens=6), None, Cost()),
        # Which name counts.
        ("table", Usage(**COUNTS), "openai/gpt-4o", Cost(3_000_000, "price-table", None, 3_000_000)),
        ("table", Usage(model="openai/gpt-4o", **COUNTS), "kilo/auto", Cost(3_000_000, "price-table", None, 3_000_000)),
        ("table", Usage(model="kilo/other", **COUNTS), "openai/gpt-4o", Cost()),
        (
            "table",
            Usage(model="openai/gpt-4o-2031-01-01", **COUNTS),
            "openai/gpt-4o",
            Cost(3_000_000, "price-table", None, 3_000_000),
        ),
        ("table", Usage(model="openai/gpt-4o", **COUNTS), "openai/gpt-4o:free", Cost(0, "price-table", None, 0)),
        ("table", Usage(model="x/y", **COUNTS), "x/y:free", Cost(0, "price-table", None, 0)),
    ],
)
def test_price(pricers: dict[str, Pricer], pricer: str, usage: Usage, asked: str | None, expected: Cost) -> None:
    cost = pricers[pricer].price(usage, asked, "kilo", "openai-chat", NOW)
    assert (cost.cost, cost.cost_source) == (expected.cost, expected.cost_source)
    assert (cost.reported_cost, cost.estimated_cost) == (expected.reported_cost, expected.estimated_cost)
    assert (cost.price is None) == (cost.estimated_cost is None)


def test_the_price_is_named_with_its_version(pricers: dict[str, Pricer]) -> None:
    usage = Usage(model="openai/gpt-4o", **COUNTS)
    table = pricers["table"].price(usage, None, "kilo", "openai-chat", NOW).price
    assert table is not None
    assert table.startswith("genai-prices 0.")
    assert table.endswith(": openrouter/openai/gpt-4o")
    assert pricers["own"].price(usage, None, "kilo", "openai-chat", NOW).price == "prices.toml: openai/gpt-4o"


def test_embeddings_have_no_output(pricers: dict[str, Pricer]) -> None:
    usage = Usage(model="text-embedding-3-small", input_tokens=1000)
    assert pricers["table"].price(usage, None, "openai", "openai-embeddings", NOW).cost == 20_000
    assert pricers["table"].price(usage, None, "openai", "openai-chat", NOW).cost is None


def test_warm_may_be_called_again() -> None:
    pricer = Pricer()
    pricer.warm()
    pricer.warm()


ROUNDS: dict[str, Any] = {"model": "claude-sonnet-4-5", "input_tokens": 250_000, "output_tokens": 100}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        # One round above 200,000 tokens: $6 and $22.50 a million.
        ({}, 1_502_250_000),
        # Two below it: $3 and $15.
        ({"iterations": ((125_000, 50, 0, 0), (125_000, 50, 0, 0))}, 751_500_000),
        # Rounds that do not add up to the totals cannot be told apart.
        ({"iterations": ((125_000, 50, 0, 0),)}, None),
        ({"iterations": ((125_000, 50, 0, 0), (125_000, 50, 0, 0)), "cache_write_1h_tokens": 1}, None),
        # Searches are charged beside: $10 a thousand.
        ({"iterations": ((125_000, 50, 0, 0), (125_000, 50, 0, 0)), "web_searches": 2}, 771_500_000),
    ],
)
def test_long_context_is_a_rounds_own(pricers: dict[str, Pricer], more: dict[str, Any], expected: int | None) -> None:
    usage = Usage(**ROUNDS | more)
    assert pricers["table"].price(usage, None, "anthropic", "anthropic-messages", NOW).estimated_cost == expected
