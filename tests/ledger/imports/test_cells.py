"""Cells as values: exact, and refused with what was expected."""

from collections.abc import Callable
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from franking.ledger.imports import cells
from franking.ledger.imports.cells import Cell, Unfit

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("cell", "unit", "nano"),
    [
        ("0.000000001", "dollars", 1),
        ("1.234567891", "dollars", 1_234_567_891),
        ("$1.25", "dollars", 1_250_000_000),
        (" 0.10 ", "dollars", 100_000_000),
        ("1e-05", "dollars", 10_000),
        ("2.5E-9", "dollars", 2),
        ("3.5E-9", "dollars", 4),
        ("0.12345678912345678912345", "dollars", 123_456_789),
        ("-0.5", "dollars", -500_000_000),
        ("1234567", "micro-dollars", 1_234_567_000),
        ("0.0005", "micro-dollars", 0),
        (12, "micro-dollars", 12_000),
        (Decimal("0.1"), "dollars", 100_000_000),
        ("7", "nano-dollars", 7),
        ("", "dollars", None),
        (None, "dollars", None),
    ],
)
def test_money_is_exact(cell: Cell, unit: str, nano: int | None) -> None:
    assert cells.money(cell, unit) == nano


@pytest.mark.parametrize("cell", ["1,5", "1,234.50", "1.234,50"])
def test_a_comma_is_not_guessed_at(cell: str) -> None:
    with pytest.raises(Unfit, match=r"decimal point.*comma"):
        cells.money(cell, "dollars")


@pytest.mark.parametrize(
    "cell", ["x", "1.2.3", "NaN", "Infinity", "1e999", "1" * 80, "€5", True, "100000001", "--1", "٣", Decimal("1e400")]
)
def test_what_is_no_money(cell: Cell) -> None:
    with pytest.raises(Unfit, match="expected an amount of dollars"):
        cells.money(cell, "dollars")


@pytest.mark.parametrize(("cell", "number"), [("12", 12), ("12.0", 12), (Decimal("3.0"), 3), ("", None), (0, 0)])
def test_counts(cell: Cell, number: int | None) -> None:
    assert cells.count(cell) == number


@pytest.mark.parametrize("cell", ["-1", "1.5", "1,000", "x", "1e30", False])
def test_what_is_no_count(cell: Cell) -> None:
    with pytest.raises(Unfit, match="expected a whole number"):
        cells.count(cell)


@pytest.mark.parametrize(
    ("cell", "unit", "zone", "micros"),
    [
        ("2026-11-22T14:05:06.000007Z", "iso", UTC, 1_795_356_306_000_007),
        ("2026-11-22 14:05:06.713", "iso", UTC, 1_795_356_306_713_000),
        ("2026-11-22T14:05:06", "iso", BERLIN, 1_795_352_706_000_000),
        ("2026-11-22T14:05:06+01:00", "iso", UTC, 1_795_352_706_000_000),
        ("2026-11-22 14:05:06.123456789 UTC", "iso", BERLIN, 1_795_356_306_123_456),
        ("2026-11-22 14:05:06+00", "iso", BERLIN, 1_795_356_306_000_000),
        ("1795356306", "seconds", UTC, 1_795_356_306_000_000),
        (Decimal("1795356306.5"), "seconds", UTC, 1_795_356_306_500_000),
        (1_795_356_306_000, "milliseconds", UTC, 1_795_356_306_000_000),
        ("1795356306000007", "microseconds", UTC, 1_795_356_306_000_007),
        ("", "iso", UTC, None),
    ],
)
def test_moments(cell: Cell, unit: str, zone: tzinfo, micros: int | None) -> None:
    assert cells.moment(cell, unit, zone) == micros


@pytest.mark.parametrize(
    ("cell", "unit", "says"),
    [
        ("22.11.2026", "iso", "ISO 8601"),
        ("1795356306000007", "iso", "ISO 8601"),
        ("2026-11-22", "iso", "ISO 8601"),
        ("2026-02-30T00:00:00Z", "iso", "a time that there is"),
        ("1969-12-31T23:59:59Z", "iso", "1970"),
        ("1795356306000007", "seconds", "1970 and 9999"),
        ("soon", "seconds", "seconds since 1970"),
    ],
)
def test_what_is_no_moment(cell: Cell, unit: str, says: str) -> None:
    with pytest.raises(Unfit, match=says):
        cells.moment(cell, unit, UTC)


HOUR, DAY = 3_600_000_000, 86_400_000_000
NOON = 1_795_305_600_000_000
"""2026-11-22, midnight UTC."""


@pytest.mark.parametrize(
    ("cell", "length", "zone", "begins", "lasts"),
    [
        ("2026-11-22", "day", UTC, NOON, DAY),
        ("2026-11-22 00:00:00", "day", UTC, NOON, DAY),
        ("2026-11-22T00:00:00.000Z", "day", BERLIN, NOON, DAY),
        ("2026-11-22", "day", BERLIN, NOON - HOUR, DAY),
        ("2026-10-25", "day", BERLIN, NOON - 28 * DAY - 2 * HOUR, 25 * HOUR),
        ("2026-11-22T05:00:00Z", "hour", UTC, NOON + 5 * HOUR, HOUR),
        ("2026-11-16", "week", UTC, NOON - 6 * DAY, 7 * DAY),
        ("2026-W47", "week", UTC, NOON - 6 * DAY, 7 * DAY),
        ("2026-11", "month", UTC, NOON - 21 * DAY, 30 * DAY),
        ("2026-12-01", "month", UTC, NOON + 9 * DAY, 31 * DAY),
    ],
)
def test_periods(cell: str, length: str, zone: tzinfo, begins: int, lasts: int) -> None:
    assert cells.period(cell, length, zone) == (begins, begins + lasts)


@pytest.mark.parametrize(
    ("cell", "length"),
    [
        ("2026-13-01", "day"), ("2026-11-22T05:00:00Z", "day"), ("11/22/2026", "day"), ("Total", "day"),
        ("2026-11-22T05:01:00Z", "hour"), ("2026-11-17", "week"), ("2026-W60", "week"), ("2026-13", "month"),
        ("1969-01-01", "day"), ("0000-01-01", "day"),
    ],
)  # fmt: skip
def test_what_is_no_period(cell: str, length: str) -> None:
    with pytest.raises(Unfit, match="expected"):
        cells.period(cell, length, UTC)


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.truth, "TRUE", True),
        (cells.truth, 0, False),
        (cells.truth, "f", False),
        (cells.truth, " ", None),
        (cells.milliseconds, "250.123", 250_123),
        (cells.text, "", None),
        (cells.text, 7, "7"),
        (cells.text, "a\ud800", "a?"),
    ],
)
def test_others(read: Callable[[Cell], Any], cell: Cell, value: object) -> None:
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell"), [(cells.truth, "maybe"), (cells.milliseconds, "-1"), (cells.text, "x" * 5000)]
)
def test_others_that_do_not_fit(read: Callable[[Cell], Any], cell: Cell) -> None:
    with pytest.raises(Unfit, match="expected"):
        read(cell)
