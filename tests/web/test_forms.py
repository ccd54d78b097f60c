"""What was typed, what is wrong, and the writing that other sites cannot ask for."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.schema import VERSION
from franking.web.forms import WHOLE, Form, Typed, checked, meant
from franking.words import clean
from support.dashboard import HOSTILE, client

PLACES = (
    "/budgets/new", "/budgets/1/edit", "/budgets/1/raise", "/budgets/1/delete", "/budgets/pause", "/budgets/resume",
    "/manage/projects/new", "/manage/projects/split", "/projects/docs/edit", "/manage/organizations/new",
    "/manage/organizations/acme/edit", "/invoices/draft",
)  # fmt: skip
"""Every address that changes something."""


def test_fields_and_the_first_that_is_wrong() -> None:
    form = Form(Typed({"a": ("1", "2"), "b": ()}), {WHOLE: "all", "b": "this", "a": "that"})
    assert (form.one("a"), form.all("a"), form.one("b", "x"), form.one("c")) == ("1", ("1", "2"), "x", "")
    assert (form.first, form.count) == ("b", 2)
    assert Form().first == WHOLE


def test_a_fault_stands_by_its_field() -> None:
    wrong: dict[str, str] = {}
    assert checked(wrong, "good", lambda: 5, 0) == 5
    assert checked(wrong, "bad", lambda: int("x"), 0) == 0
    assert list(wrong) == ["bad"]


BUDGET = {"name": "kept as typed", "amount": "5", "period": "day", "zone": "UTC", "warn": "80"}


@pytest.mark.parametrize("value", HOSTILE)
def test_what_pages_show_may_be_typed_back(value: str) -> None:
    assert meant(clean(value), HOSTILE) == value


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9", "null"])
@pytest.mark.parametrize("place", PLACES)
def test_other_origins_change_nothing(ledger: Path, place: str, origin: str) -> None:
    before = ledger.read_bytes()
    with client(ledger) as visitor:
        for headers in ({"Origin": origin}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            assert visitor.post(place, data={"name": "x", "amount": "5"}, headers=headers).status_code == 403
    assert ledger.read_bytes() == before


@pytest.mark.parametrize("place", PLACES)
def test_a_visitor_without_the_token_changes_nothing(ledger: Path, place: str) -> None:
    with client(ledger, token="t" * 20) as visitor:
        told = visitor.post(place, data={"name": "x", "amount": "5"})
        assert (told.status_code, told.headers["location"].startswith("/login")) == (303, True)


def test_without_a_ledger_nothing_is_made(tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    with client(file) as visitor:
        told = visitor.post("/budgets/pause", data={"minutes": "60"})
        assert "frank run" in told.text
    assert not file.exists()


def test_a_ledger_that_cannot_be_written(ledger: Path) -> None:
    """What was typed stays; pages without fields say what is wrong."""
    with closing(sqlite3.connect(ledger)) as opened:
        opened.execute(f"PRAGMA user_version = {VERSION + 1}")
    with client(ledger) as visitor:
        told = visitor.post("/budgets/new", data=BUDGET)
        assert told.status_code == 503
        assert "Nothing was saved" in told.text
        assert 'value="kept as typed"' in told.text
        assert visitor.post("/budgets/pause", data={"minutes": "60"}).status_code == 503


def test_a_form_that_is_too_long(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.post("/budgets/new", data={"name": "x" * 30_000}).status_code == 400
        assert visitor.post("/budgets/new", data={"project": ["x"] * 1200}).status_code == 400


@pytest.mark.parametrize("place", ["/budgets/pause", "/budgets/resume", "/manage/projects/split"])
def test_a_link_changes_nothing(ledger: Path, place: str) -> None:
    with client(ledger) as visitor:
        assert visitor.get(place).status_code == 405
