"""Amounts and lengths of time as people type them."""

import pytest
import typer

from franking.cli import amounts


@pytest.mark.parametrize(
    ("text", "nano"),
    [
        ("50", 50_000_000_000),
        (" 12.50 ", 12_500_000_000),
        ("$1,000", 1_000_000_000_000),
        ("0", 0),
        ("0.000000001", 1),
    ],
)
def test_amounts(text: str, nano: int) -> None:
    assert amounts.nano(text, "AMOUNT") == nano


@pytest.mark.parametrize(
    "text", ["", "x", "-1", "12,50", "1.234,56", "0.0000000001", "NaN", "Infinity", "1e3", "٣", "9" * 13]
)
def test_amounts_that_are_none(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="no amount"):
        amounts.nano(text, "AMOUNT")


@pytest.mark.parametrize(("text", "seconds"), [("30m", 1800), ("1h", 3600), ("2d", 172_800), ("1w", 604_800)])
def test_lengths(text: str, seconds: int) -> None:
    assert amounts.micros(text, "LENGTH") == seconds * 1_000_000


@pytest.mark.parametrize("text", ["", "1", "h", "0h", "-1h", "1.5h", "1y", "123456h"])
def test_lengths_that_are_none(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="no length of time"):
        amounts.micros(text, "LENGTH")
