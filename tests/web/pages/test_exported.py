"""What the form of an export means, and what is wrong with it."""

import shlex
from zoneinfo import ZoneInfo

import pytest

from franking.web.pages._exported import Wanted, address, wanted
from support.dashboard import NOW, question

UTC = ZoneInfo("UTC")
NO_TIME = "is no time; expected such as 2026-11-22, 2026-11, 2026-11-22T14:05, yesterday or 7d"


def of(query: str, me: tuple[str, ...] = ("ada",), nobody: str = "") -> Wanted:
    pairs = [(key, value) for key, _, value in (part.partition("=") for part in query.split("&") if part)]
    return wanted(pairs, UTC, NOW, me, nobody)


@pytest.mark.parametrize(
    ("query", "means"),
    [
        ("", "format=csv&period=month"),
        ("format=focus&period=all", "format=focus&period=all"),
        ("since=2026-11-01", "format=csv&since=2026-11-01"),
        ("period=week&since=2026-11-01&until=", "format=csv&since=2026-11-01"),
        ("period=range&was=month&since=2026-11-01&until=7d", "format=csv&since=2026-11-01&until=7d"),
        ("period=week&was=range&since=2026-11-01&until=", "format=csv&period=week"),
        ("period=month&was=month&since=&until=2026-11-01", "format=csv&until=2026-11-01"),
        ("period=week&was=month&since=&until=", "format=csv&period=week"),
        ("mine=1&project=a&project=b&not-model=", "format=csv&period=month&mine=1&project=a&project=b&not-model="),
        ("project=a&add=project&how=is&value= b ", "format=csv&period=month&project=a&project=b"),
        ("project=a&add=project&how=is&value=a&do=add", "format=csv&period=month&project=a"),
        ("add=branch&how=unknown&value=x", "format=csv&period=month&branch="),
        ("add=branch&how=is&value=", "format=csv&period=month"),
        ("status=ok&search=x&sort.requests=cost&csv=x", "format=csv&period=month"),
    ],
)
def test_what_is_asked_for(query: str, means: str) -> None:
    found = of(query)
    assert found.form.wrong == {}
    assert found.asked.to_words({}) == f"/export?{means}"
    assert of(means).asked.filters == found.asked.filters


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("format=xml", {"format": "'xml' is none of csv, jsonl, parquet, focus"}),
        ("period=decade", {"period": "'decade' is none of week, month, year, all"}),
        ("period=range", {"since": "type a date, or choose a period"}),
        ("since=x", {"since": f"'x' {NO_TIME}"}),
        ("since=0001&until=y", {"until": f"'y' {NO_TIME}"}),
        ("since=2026-11-02&until=2026-11-01", {"until": "'2026-11-01' is not after '2026-11-02'"}),
        ("mine=1&user=ada", {"mine": "it cannot be combined with a filter by user"}),
        ("mine=1&add=user&how=is&value=ada", {"mine": "it cannot be combined with a filter by user"}),
        ("add=project&how=is&value=&do=add", {"value": "type a value, or choose “is not known”"}),
        ("add=status&how=is&value=ok", {"value": "choose a field, and how it is to be"}),
        ("add=project&how=maybe&value=ok", {"value": "choose a field, and how it is to be"}),
        ("format=xml&since=x&until=y&mine=1&user=ada&add=host&value=v", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field_and_stays_typed(query: str, wrong: dict[str, str] | None) -> None:
    found = of(query)
    if wrong is None:
        assert list(found.form.wrong) == ["since", "until", "value", "mine", "format"]
    else:
        assert found.form.wrong == wrong
    for part in query.split("&"):
        word, _, value = part.partition("=")
        in_force = "value" not in found.form.wrong and "value" in query
        if word in {"add", "how", "value"} and in_force:
            assert ("user", "ada") in found.asked.chosen
        elif word not in {"user", "do", "period"}:
            assert found.form.one(word) == value


def test_who_nobody_knows_is_told() -> None:
    assert of("mine=1", (), "set git's user.email").form.wrong == {"mine": "set git's user.email"}


def test_what_cannot_be_carried_over_is_named() -> None:
    found = of("project=a&status=ok&not-status=ok&http_status=500&cost_from=1&cost_to=2&search=x&by=model")
    assert found.left == ("status", "http status", "the cost", "the search")
    assert of("project=a&period=week").left == ()


@pytest.mark.parametrize(
    ("query", "command"),
    [
        ("", "frank export --format csv --period month -o franking-2026-10-22-to-2026-11-22.csv"),
        ("mine=1&format=focus&period=all", "frank export --format focus --period all --mine -o franking-all.focus.csv"),
        (
            "period=all&project=a b&not-user=&project=$(x)",
            "frank export --format csv --period all --project 'a b' --not-user '' --project '$(x)' -o franking-all.csv",
        ),
    ],
)  # fmt: skip
def test_the_same_in_a_terminal(query: str, command: str) -> None:
    assert of(query).command == command
    assert "franking" in shlex.split(command)[-1]


@pytest.mark.parametrize(
    ("page", "leads"),
    [
        ("/requests", "/export"),
        ("/explore?metric=tokens&by=model&period=week&not-user=a&sort.explored=cost", "/export?period=week&not-user=a"),
        ("/requests?since=7d&status=ok&search=a&before=1_a&project=", "/export?since=7d&status=ok&search=a&project="),
        ("/requests?mine=1&page=2", "/export?mine=1"),
    ],
)  # fmt: skip
def test_other_pages_lead_here_with_what_they_show(page: str, leads: str) -> None:
    assert address(question(page, me=("ada",))) == leads
