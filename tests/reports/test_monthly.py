"""Splits, rounded amounts and sentences of a monthly report: they add up, and nothing unknown is a nought."""

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.reports.monthly import TOP, Figures, Part, Report, Subject, change, notes, split, written
from franking.reports.months import month

OCTOBER = month("2026-10", ZoneInfo("Europe/Berlin"), "Europe/Berlin")
REPORT = Report(Subject("all"), OCTOBER, OCTOBER.until, Figures(), Figures(), 0, (), ())

COSTS = st.none() | st.integers(0, 10**13)
PARTS = st.dictionaries(st.none() | st.text(max_size=3), st.tuples(st.integers(0, 99), COSTS), max_size=30)


@given(PARTS)
def test_the_parts_of_a_split_add_up(parts: dict[str | None, tuple[int, int | None]]) -> None:
    found = split("model", [(value, value or "", Figures(*held)) for value, held in parts.items()]).parts
    assert sum(part.requests for part in found) == sum(requests for requests, _ in parts.values())
    costs = [cost for _, cost in parts.values() if cost is not None]
    assert sum(part.cost or 0 for part in found) == sum(costs)
    assert any(part.cost is not None for part in found) == bool(costs)
    assert len(found) <= TOP + 2
    assert [part.other for part in found].count(True) == (sum(value is not None for value in parts) > TOP + 1)


@given(st.lists(COSTS, max_size=40))
def test_amounts_add_up_as_they_are_written(costs: list[int | None]) -> None:
    *texts, total = written(costs)
    assert [text == "-" for text in texts] == [cost is None for cost in costs]
    amounts = [Decimal(text.replace(",", "")) for text in texts if text != "-"]
    assert (total == "-") == (not amounts)
    if amounts:
        assert sum(amounts) == Decimal(total.replace(",", ""))
        assert abs(Decimal(total.replace(",", "")) * 10**9 - sum(cost or 0 for cost in costs)) <= 50_000


@pytest.mark.parametrize(
    ("costs", "texts"),
    [
        ([], ["-"]),
        ([None], ["-", "-"]),
        ([0], ["0.0000", "0.0000"]),
        ([1, None], ["0.000000001", "-", "0.000000001"]),
        ([1_234_567_890_000], ["1,234.5679", "1,234.5679"]),
        ([333_333_333] * 3, ["0.3334", "0.3333", "0.3333", "1.0000"]),
    ],
)
def test_how_amounts_are_written(costs: list[int | None], texts: list[str]) -> None:
    assert written(costs) == texts


def test_the_dearest_come_first_then_nobody_then_the_others() -> None:
    parts = [(f"m{number:02}", f"m{number:02}", Figures(1, number)) for number in range(14)]
    found = split("model", [*parts, (None, "", Figures(2, 10**9))], top=3).parts
    assert [(part.name, part.cost, part.other) for part in found] == [
        ("m13", 13, False), ("m12", 12, False), ("m11", 11, False), ("(not known)", 10**9, False),
        ("(11 others)", 55, True),
    ]  # fmt: skip
    assert found[-1] == Part("(11 others)", None, 11, 55, other=True)


def test_one_more_than_the_top_is_named_too() -> None:
    parts = [(str(number), str(number), Figures(1)) for number in range(4)]
    assert not any(part.other for part in split("user", parts, top=3).parts)


@pytest.mark.parametrize(
    ("cost", "before", "said"),
    [
        (2 * 10**9, Figures(), "no requests in September 2026"),
        (2 * 10**9, Figures(1), "September 2026: -"),
        (2 * 10**9, Figures(1, 0), "September 2026: $0.00"),
        (None, Figures(1, 10**9), "September 2026: $1.00"),
        (2 * 10**9, Figures(1, 10**9), "+100% on September 2026 ($1.00)"),
        (5 * 10**8, Figures(1, 10**9), "-50% on September 2026 ($1.00)"),
        (10**9, Figures(1, 10**9), "+0% on September 2026 ($1.00)"),
        (10**13, Figures(1, 10**9), "+999,900% on September 2026 ($1.00)"),
    ],
)
def test_the_change(cost: int | None, before: Figures, said: str) -> None:
    assert change(replace(REPORT, figures=Figures(1, cost), before=before)) == said


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (Figures(5, 1), []),
        (Figures(5, 1, unpriced=1), ["1 request ended well without a known price: not in the cost."]),
        (Figures(5, 1, no_usage=2), ["2 requests ended well and told no tokens."]),
        (Figures(5, 1, failed=3, running=1), ["3 requests failed.", "1 request had not ended yet."]),
    ],
)
def test_what_is_to_be_known_is_said(figures: Figures, said: list[str]) -> None:
    assert notes(replace(REPORT, figures=figures)) == said


def test_a_month_that_is_not_over_says_so() -> None:
    assert notes(replace(REPORT, made_at=OCTOBER.until - 1)) == [
        "The month is not over: this is what there is until 2026-10-31 23:59."
    ]
