"""Prices, as programs get them."""

from typing import Any

from support.dashboard import HOSTILE
from support.ledgers import record


def test_prices_of_what_was_used_and_of_one_model(asking: Any, now: int) -> None:
    ask = asking(
        [
            record(now, gateway="openai", model="gpt-4o"),
            record(now, gateway="openai", model="gpt-4o"),
            record(now, gateway="kilo", model="no-such-model"),
        ]
    )
    told = ask("/prices")
    assert [(one["model"], one["gateway"], one["requests"]) for one in told["prices"]] == [
        ("gpt-4o", "openai", 2), ("no-such-model", "kilo", 1),
    ]  # fmt: skip
    known, unknown = told["prices"]
    assert (known["source"], known["per_million"]["output"]) == ("price-table", "10")
    assert (unknown["source"], unknown["price"], unknown["per_million"]) == (None, None, {})
    assert ask("/prices", model="gpt-4o")["prices"][0]["per_million"]["input"] == "2.5"
    assert ask("/prices", model=HOSTILE[0])["prices"][0]["price"] is None
