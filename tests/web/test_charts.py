"""Charts as values: ticks, what is drawn, and the same as a table."""

import pytest

from franking.web.charts import Chart, Series, drawn, ticks
from franking.web.tables import as_csv

CHART = Chart(
    "cost",
    "Cost by day",
    ("2026-11-21", "2026-11-22"),
    (Series("a", (10**9, 3 * 10**9), "1"), Series("b", (0, 10**9), "2")),
)


@pytest.mark.parametrize(
    ("most", "places"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (5, [0, 1, 2, 3, 4, 5]),
        (6, [0, 2, 4, 6]),
        (7_300, [0, 2000, 4000, 6000, 8000]),
        (10**12, [0, 2 * 10**11, 4 * 10**11, 6 * 10**11, 8 * 10**11, 10**12]),
    ],
)
def test_ticks_are_round_and_reach_the_top(most: int, places: list[int]) -> None:
    assert ticks(most) == places


@pytest.mark.parametrize("most", range(1, 3000, 7))
def test_ticks_are_few(most: int) -> None:
    found = ticks(most)
    assert found[-1] >= most
    assert len(found) <= 7


def test_what_is_drawn() -> None:
    told = drawn(CHART, ["Sat", "Sun"])
    assert told["buckets"] == ["Sat", "Sun"]
    assert told["sums"] == ["$1.00", "$4.00"]
    assert told["series"][1] == {"name": "b", "look": "2", "amounts": (0, 10**9), "said": ["$0.00", "$1.00"]}
    assert told["ticks"] == [(0, "$0"), (10**9, "$1"), (2 * 10**9, "$2"), (3 * 10**9, "$3"), (4 * 10**9, "$4")]


def test_the_same_as_a_table() -> None:
    assert as_csv(CHART.table()) == (
        "time,a,b,total\n2026-11-21,1.000000000,0.000000000,1.000000000\n"
        "2026-11-22,3.000000000,1.000000000,4.000000000\n"
    )
    assert CHART.table().total == ("Total", 4 * 10**9, 10**9, 5 * 10**9)
