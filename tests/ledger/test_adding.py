"""Sums that are added up and taken away: what is unknown, and what is left of it."""

import pytest

from franking.ledger.adding import FIGURES, Row, added, figures, keyed, runs

COSTLY = (2, 70, 1, 0, 0, 0, 9, None, None, None, None)
"""Two requests, one of them priced, of which one tells its input."""

COUNTS = (1, 1, 0, 0, 0, 0)
NOTHING = (1, None, 1, 0, 0, 0, None, None, None, None, None)
UNKNOWN = (0,) * 6


def row(key: str, told: tuple[int | None, ...], counts: tuple[int, ...], users: int = 1) -> Row:
    return (key, *told, *counts, users)


def test_a_key_of_one_row_stays_that_row() -> None:
    rows = [row("a", COSTLY, COUNTS), row("b", NOTHING, UNKNOWN)]
    for parts in ([(1, rows)], [(1, rows[:1]), (1, rows[1:])]):
        alone, together = added(parts, keyed([0], None), 1)
        assert alone == {("a",): rows[0][1:], ("b",): rows[1][1:]}
    assert together == {}


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([(1, COSTLY, COUNTS), (1, NOTHING, UNKNOWN)], (3, 70, 2, 0, 0, 0, 9, None, None, None, None)),
        ([(1, NOTHING, UNKNOWN), (1, NOTHING, UNKNOWN)], (2, None, 2, 0, 0, 0, None, None, None, None, None)),
        # What is taken away may be all that was known.
        ([(1, (3, 70, 2, 0, 0, 0, 9, *[None] * 4), COUNTS), (-1, COSTLY, COUNTS)], NOTHING),
        ([(-1, COSTLY, COUNTS), (1, (3, 75, 2, 0, 0, 0, 9, *[None] * 4), (2, 1, 0, 0, 0, 0))],
         (1, 5, 1, 0, 0, 0, None, None, None, None, None)),
    ],
)  # fmt: skip
def test_parts_of_a_key(parts: list[tuple[int, tuple[int | None, ...], tuple[int, ...]]], told: Row) -> None:
    rows = [(sign, [row("a", some, counts), row(f"of {place}", NOTHING, UNKNOWN)])
            for place, (sign, some, counts) in enumerate(parts)]  # fmt: skip
    alone, together = added(rows, keyed([0], None), 1)
    assert [*alone] == [(f"of {place}",) for place, (sign, _) in enumerate(rows) if sign == 1]
    assert tuple(figures(together["a",])) == told
    assert len(told) == FIGURES


@pytest.mark.parametrize(
    ("places", "labels", "key"),
    [
        ([0], None, (1,)),
        ([1, 0], None, ("a", 1)),
        ([0], ["mon", "tue"], ("tue",)),
        ([0, 1], ["mon", "tue"], ("tue", "a")),
        ([1, 0], ["mon", "tue"], ("a", "tue")),
    ],
)
def test_keys_in_the_order_asked_for(places: list[int], labels: list[str | None] | None, key: Row) -> None:
    assert keyed(places, labels)((1, "a", 5, 6)) == key


def test_rows_that_follow_one_another_with_the_same_keys_are_one() -> None:
    rows = [("a", "x", 1, None), ("a", None, 2, None), ("a", "y", None, 5), ("b", None, None, 7), ("a", "x", 1, 1)]
    assert [(at, [*users], [*sums]) for at, users, sums in runs(rows, 1)] == [
        (("a",), ["x", "y"], [3, 5]),
        (("b",), [], [None, 7]),
        (("a",), ["x"], [1, 1]),
    ]
