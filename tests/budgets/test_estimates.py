"""Estimates: size, bound on the output and price; the priciest that may be meant; else what is assumed."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from franking.budgets.estimates import Assumed, Estimator
from franking.metering.pricing import Found
from franking.metering.rates import FREE, Rate, Rates

DOLLAR = 10**9
PRICES = {
    "dear": Rates({"input": Rate(Decimal(5000)), "output": Rate(Decimal(25_000))}),
    "cheap": Rates({"input": Rate(Decimal(100)), "output": Rate(Decimal(400))}),
    "free": FREE,
}


class Prices:
    """A price list of three."""

    def __init__(self) -> None:
        self.asked = 0

    def find(
        self, models: Sequence[str], gateway: str, wire_format: str, tier: str | None, when_us: int
    ) -> Found | None:
        self.asked += 1
        return Found(PRICES[models[0]], "price-table", None) if models[0] in PRICES else None


def estimate(
    models: tuple[str, ...], size: int | None = 4096, max_tokens: int | None = None, form: str = "openai-chat"
) -> int:
    return Estimator(Prices(), Assumed(3 * DOLLAR, 15 * DOLLAR, 2000)).estimate(
        models, "kilo", form, 0, size, max_tokens
    )


@pytest.mark.parametrize(
    ("models", "size", "max_tokens", "form", "cost"),
    [
        (("dear",), 4096, None, "openai-chat", 1024 * 5000 + 2000 * 25_000),
        (("dear",), 4096, 10, "openai-chat", 1024 * 5000 + 10 * 25_000),
        (("dear",), 4097, 10, "openai-chat", 1280 * 5000 + 10 * 25_000),
        (("dear",), 0, 10, "openai-chat", 10 * 25_000),
        (("dear",), None, 10, "openai-chat", 8192 * 5000 + 10 * 25_000),
        (("dear",), 4096, None, "openai-embeddings", 1024 * 5000),
        (("cheap", "dear", "unknown"), 4096, 0, "openai-chat", 1024 * 5000),
        (("dear",), 0, 10**30, "openai-chat", 10**6 * 25_000),
        (("free",), 4096, None, "openai-chat", 0),
        (("unknown",), 4096, None, "openai-chat", 1024 * 3000 + 2000 * 15_000),
        ((), 4096, None, "openai-chat", 1024 * 3000 + 2000 * 15_000),
    ],
)
def test_what_it_may_cost(
    models: tuple[str, ...], size: int | None, max_tokens: int | None, form: str, cost: int
) -> None:
    assert estimate(models, size, max_tokens, form) == cost


def test_what_was_computed_serves_again_that_day() -> None:
    prices = Prices()
    estimator = Estimator(prices, Assumed(0, 0, 0))
    for at in (0, 1, 2, 86_400_000_000):
        estimator.estimate(("dear",), "kilo", "openai-chat", at, 4096)
    assert prices.asked == 2
