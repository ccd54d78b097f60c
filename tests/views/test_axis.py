"""What is written at a chart's vertical axis."""

import pytest

from franking.views.axis import labelled
from franking.words import money, short


@pytest.mark.parametrize(
    ("places", "texts"),
    [
        ([0, 10**9, 2 * 10**9], ["$0", "$1", "$2"]),
        ([0, 5 * 10**8, 10**9], ["$0.00", "$0.50", "$1.00"]),
        ([0, 10**13], ["$0", "$10,000"]),
        ([0, 1], ["$0.00", "$0.000000001"]),
    ],
)
def test_cents_are_left_out_where_all_are_whole_dollars(places: list[int], texts: list[str]) -> None:
    assert [text for _, text in labelled(places, money)] == texts


def test_counts_are_short() -> None:
    assert labelled([0, 12_000], short) == [(0, "0"), (12_000, "12.0k")]
