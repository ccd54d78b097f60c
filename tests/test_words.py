"""Values in words, as tables of cases."""

from zoneinfo import ZoneInfo

import pytest

from franking import words

NANO = 10**9


@pytest.mark.parametrize(
    ("nano", "said"),
    [
        (None, "-"),
        (0, "$0.00"),
        (1, "$0.000000001"),
        (12, "$0.000000012"),
        (42_000, "$0.000042"),
        (42_100, "$0.000042"),
        (42_500, "$0.000043"),
        (1_234_567, "$0.0012"),
        (9_990_000, "$0.010"),
        (99_900_000, "$0.10"),
        (123_456_789, "$0.12"),
        (500_000_000, "$0.50"),
        (999_999_999, "$1.00"),
        (NANO, "$1.00"),
        (1_234_560_000_000, "$1,234.56"),
        (1_234_565_000_000, "$1,234.57"),
        (9_007_199_254_740_993 * NANO, "$9,007,199,254,740,993.00"),
        (-420_000_000, "-$0.42"),
    ],
)
def test_money_has_the_precision_that_it_needs(nano: int | None, said: str) -> None:
    assert words.money(nano) == said


@pytest.mark.parametrize(
    ("nano", "said"),
    [
        (None, None),
        (0, "0.000000000"),
        (1_234_567, "0.001234567"),
        (-1, "-0.000000001"),
        (9_007_199_254_740_993, "9007199.254740993"),
    ],
)
def test_dollars_for_programs_are_exact(nano: int | None, said: str | None) -> None:
    assert words.dollars(nano) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(None, "-"), (0, "0"), (999, "999"), (1000, "1.0k"), (12_345, "12.3k"), (999_999, "999k"), (4_560_000, "4.5M"),
     (10**9, "1.0B"), (3 * 10**12, "3.0T")],
)  # fmt: skip
def test_short_counts(number: int | None, said: str) -> None:
    assert words.short(number) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "-"), (0, 10, "0%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (1, 3, "33%"), (1, 200, "1%"), (5, 5, "100%")],
)
def test_a_share_never_rounds_to_a_lie(part: int, whole: int, said: str) -> None:
    assert words.percent(part, whole) == said


@pytest.mark.parametrize(
    ("micros", "said"),
    [(None, "-"), (-1, "-"), (0, "0ms"), (420_000, "420ms"), (3_250_000, "3.2s"), (125_000_000, "2m05s"),
     (3_720_000_000, "1h02m")],
)  # fmt: skip
def test_durations(micros: int | None, said: str) -> None:
    assert words.duration(micros) == said


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("müsli 日本", "müsli 日本"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202eevil", "\\u202eevil"),
        ("a\u2028b", "a\\u2028b"),
        ("\udc80", "\\udc80"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_nothing_that_steers_a_terminal_gets_through(raw: str, shown: str) -> None:
    assert words.clean(raw) == shown


def test_times_are_utc_for_programs_and_local_for_people() -> None:
    moment = 1_761_444_000_000_007
    assert words.iso(moment) == "2025-10-26T02:00:00.000007Z"
    assert words.iso(None) is None
    assert words.local(moment, ZoneInfo("Europe/Warsaw")) == "2025-10-26 03:00:00"
    assert words.local(None) == "-"


@pytest.mark.parametrize(("number", "said"), [(1, "1 request"), (0, "0 requests"), (1200, "1,200 requests")])
def test_plural(number: int, said: str) -> None:
    assert words.plural(number, "request") == said
    assert words.count(None) == "-"
    assert words.count(1234567) == "1,234,567"
