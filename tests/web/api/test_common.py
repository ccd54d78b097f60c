"""Periods, filters and places as an address says them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from franking.ledger.browsing import Place
from franking.ledger.filters import Filters
from franking.web.api import common
from franking.web.api.parameters import WrongError, read
from support.dashboard import NOW

WORDS = (*common.spans(), *common.places("before", "after"), *common.dimensions(["project", "user"]))


def values(**given: str | list[str]) -> dict[str, Any]:
    pairs = [
        (name.replace("__", "-"), one)
        for name, each in given.items()
        for one in ([each] if isinstance(each, str) else each)
    ]
    return read(WORDS, pairs)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("given", "since", "until"),
    [
        ({}, "2026-10-22", None),
        ({"period": "week"}, "2026-11-16", None),
        ({"period": "all"}, None, None),
        ({"since": "2026-11-02", "until": "2026-11-03"}, "2026-11-02", "2026-11-04"),
        ({"since": "2026-02"}, "2026-02-01", None),
        ({"until": "2024-02-29"}, None, "2024-03-01"),
        ({"since": "yesterday"}, "2026-11-21", None),
        ({"since": "2026-11-02", "zone": "Europe/Berlin"}, "2026-11-01T23:00", None),
        ({"since": "2026-11-02T10:00:05+02:00"}, "2026-11-02T08:00:05", None),
        ({"since": "2026-11-02T10:00", "zone": "Asia/Tokyo"}, "2026-11-02T01:00", None),
        ({"since": "12h"}, "2026-11-22", None),
    ],
)
def test_a_period(given: dict[str, str], since: str | None, until: str | None) -> None:
    found = common.period(values(**given), NOW)
    assert (found.since, found.until) == (since and at(since), until and at(until))


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"period": "week", "since": "today"}, "period"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "until"),
        ({"since": "2026-02-29"}, "since"),
        ({"since": "2026-13"}, "since"),
        ({"since": "1999-01-01"}, "since"),
        ({"since": ""}, "since"),
        ({"until": "2026-11-01T25:00"}, "until"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"period": "decade"}, "period"),
        ({"before": "x"}, "before"),
        ({"before": "1_a b"}, "before"),
    ],
)
def test_a_period_that_is_none(given: dict[str, str], parameter: str) -> None:
    with pytest.raises(WrongError) as caught:
        common.period(values(**given), NOW)
    assert caught.value.parameter == parameter


def test_filters_include_and_exclude_and_know_the_unattributed() -> None:
    said = values(period="all", project=["a", ""], not__user="eve")
    found = common.filters(said, ["project", "user"], common.period(said, NOW))
    assert found == Filters(None, None, {"project": ("a", None)}, {"user": ("eve",)})


@pytest.mark.parametrize("place", [Place(5, ""), Place(NOW, "0190-ab"), Place(1, "odd id/ü_%"), Place(0, "a" * 64)])
def test_a_place_comes_back_as_it_was_written(place: Place) -> None:
    assert common.place(values(before=common.written(place) or "")) == (place, None)
    assert common.written(None) is None


def test_two_places_at_once_are_none() -> None:
    with pytest.raises(WrongError, match="without before"):
        common.place(values(before="1_", after="1_"))


@pytest.mark.parametrize(("text", "nano"), [("0", 0), ("1", 10**9), ("0.000000001", 1), ("12.5", 12_500_000_000)])
def test_dollars_are_exact(text: str, nano: int) -> None:
    assert common.nanos(text) == nano
