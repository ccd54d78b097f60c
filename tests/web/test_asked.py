"""Addresses: what they ask for, and the addresses that pages make of them."""

import pytest

from franking.web.asked import WrongError
from support.dashboard import DAY, NOW, question

MIDNIGHT = NOW // DAY * DAY


@pytest.mark.parametrize(
    ("address", "zone", "since", "until", "name"),
    [
        ("/", "UTC", MIDNIGHT - 31 * DAY, None, "month"),
        ("/?period=week", "UTC", MIDNIGHT - 6 * DAY, None, "week"),
        ("/?period=all", "UTC", None, None, "all"),
        ("/?since=2026-11-20&until=2026-11-21", "UTC", MIDNIGHT - 2 * DAY, MIDNIGHT, "range"),
        ("/?since=2026-11-20", "Asia/Tokyo", MIDNIGHT - 2 * DAY - 9 * 3_600_000_000, None, "range"),
        ("/?since=&until=&period=all", "UTC", None, None, "all"),
    ],
)
def test_the_period(address: str, zone: str, since: int | None, until: int | None, name: str) -> None:
    asked = question(address, zone)
    assert (asked.filters.since, asked.filters.until, asked.period_name) == (since, until, name)


def test_filters() -> None:
    asked = question("/?project=a&project=&not-model=m&other=x")
    assert asked.filters.include == {"project": ("a", None)}
    assert asked.filters.exclude == {"model": ("m",)}
    assert asked.chosen == (("project", "a"), ("project", ""), ("not-model", "m"))


def test_only_mine() -> None:
    assert question("/?mine=1", me=("me@example.com", "me")).filters.include == {"user": ("me@example.com", "me")}


@pytest.mark.parametrize(
    ("address", "said"),
    [("/?period=decade", "no period"), ("/?since=yesteryear", "no time"), (f"/?project={'x' * 5000}", "too long")],
)
def test_what_cannot_be_asked(address: str, said: str) -> None:
    with pytest.raises(WrongError, match=said):
        question(address)


def test_a_word_of_a_page() -> None:
    asked = question("/?by=model&open.days=a&open.days=b")
    assert asked.word("by", "project", expected=("project", "model")) == "model"
    assert asked.word("sort", "-cost") == "-cost"
    assert asked.words("open.days") == ("a", "b")
    with pytest.raises(WrongError, match="by: 'model' is none of project, feature"):
        asked.word("by", expected=("project", "feature"))


def test_addresses() -> None:
    asked = question("/projects?period=week&project=a&open.days=x")
    assert asked.to_words({"period": None}) == "/projects?project=a&open.days=x"
    assert asked.to_words({"project": "b & c"}) == "/projects?period=week&open.days=x&project=b+%26+c"
    assert asked.to(sort__days="-cost") == "/projects?period=week&project=a&open.days=x&sort.days=-cost"
    assert asked.turned("open.days", "x") == "/projects?period=week&project=a"
    assert asked.turned("open.days", "y") == "/projects?period=week&project=a&open.days=x&open.days=y"
    assert asked.page("/models", model="m") == "/models?period=week&model=m"
    assert question("/").to_words({}) == "/"


@pytest.mark.parametrize(
    ("address", "days"),
    [
        ("/", ("2026-10-22", "2026-11-22")),
        ("/?period=all", ("", "")),
        ("/?since=2026-11-01&until=2026-11-03", ("2026-11-01", "2026-11-03")),
        ("/?until=2026-11-03", ("", "2026-11-03")),
    ],
)
def test_the_days_of_from_and_to(address: str, days: tuple[str, str]) -> None:
    assert question(address).days == days
