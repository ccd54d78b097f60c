"""The list of budgets: order, CSV, the pause; raising one and deleting it."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from franking.budgets import changes, store
from franking.budgets.values import Budget, Raise
from franking.ledger import reader
from franking.ledger.connection import patient
from franking.web.asked import WrongError
from franking.web.pages.budgets import Budgets, budgets
from support.dashboard import NOW, client, question
from support.ledgers import made

CENT = 10_000_000


@contextmanager
def writing(ledger: Path) -> Iterator[sqlite3.Connection]:
    with closing(patient(ledger)) as opened:
        yield opened


def held(ledger: Path) -> list[Budget]:
    with reader.opened(ledger) as opened:
        return store.budgets(opened)


def raises(ledger: Path) -> list[Raise]:
    with reader.opened(ledger) as opened:
        return store.raises(opened, 0)


def of(ledger: Path, address: str = "/budgets", at: int = NOW) -> Budgets:
    with reader.opened(ledger) as opened:
        return budgets(opened, question(address, now=at))


@pytest.fixture
def three(ledger: Path) -> Path:
    """In November ``docs`` cost 20 cents, a project each, and all of them together 80."""
    with writing(ledger) as opened:
        changes.create(opened, Budget("fine", 100 * CENT, include={"project": ("docs",)}), NOW)
        changes.create(opened, Budget("warned", 88 * CENT, hard=True), NOW)
        changes.create(opened, Budget("over", 10 * CENT, "week", include={"project": ("docs", None)}), NOW)
        changes.create(opened, Budget("later", 10 * CENT, starts=NOW + 1), NOW)
    return ledger


def test_those_that_need_a_look_come_first(three: Path) -> None:
    found = of(three)
    assert [each.state.budget.name for each in found.listed] == ["over", "warned", "fine", "later"]
    assert (found.count, found.over, found.warning, found.hard) == (4, 1, 1, True)
    assert found.uncounted == 20
    by_name = of(three, "/budgets?sort.budgets=name").listed
    assert [each.state.budget.name for each in by_name] == ["fine", "later", "over", "warned"]


def test_csv_tells_all_of_it_exactly(three: Path) -> None:
    with client(three) as visitor:
        lines = visitor.get("/budgets?csv=budgets").text.splitlines()
    assert lines[0] == (
        "name,status,spent,amount,share,remaining,days_left,projected,certainty,period,zone,scope,when_over"
    )
    assert any(line.endswith(",UTC,project=docs; project=,tell") for line in lines)
    assert sum(line.startswith("later,inactive,0.000000000,0.100000000,0.0000,0.100000000,,,,") for line in lines) <= 1


def test_the_pause(three: Path) -> None:
    now = time.time_ns() // 1000
    with client(three) as visitor:
        told = visitor.post("/budgets/pause", data={"minutes": "60"})
        assert (told.status_code, told.headers["location"]) == (303, "/budgets?done=paused")
        until = of(three, at=now + 1_000_000 * 60).paused_until
        assert until is not None
        assert 0 <= until - (now + 3_600_000_000) < 60_000_000
        assert "Resume now" in visitor.get("/budgets?done=paused").text
        assert visitor.post("/budgets/resume").headers["location"] == "/budgets?done=resumed"
        assert "Resume now" not in visitor.get("/budgets").text
        for minutes in ("", "61", "-1", "1e9"):
            assert visitor.post("/budgets/pause", data={"minutes": minutes}).status_code == 400


def test_nothing_yet_says_what_a_budget_is(tmp_path: Path) -> None:
    with client(made(tmp_path / "empty.db")) as visitor:
        text = visitor.get("/budgets").text
        assert "No budgets yet" in text
        assert 'href="/budgets/new"' in text


def test_words_that_there_are_not(three: Path) -> None:
    for address in ("/budgets?done=hacked", "/budgets?sort.budgets=secret"):
        with pytest.raises(WrongError):
            of(three, address)


def test_raising(three: Path) -> None:
    with client(three) as visitor:
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 3 * 86_400))
        told = visitor.post("/budgets/1/raise", data={"amount": "2.50", "until": day, "note": " the\n release "})
        assert (told.status_code, told.headers["location"]) == (303, "/budgets/1?done=raised")
        [raised] = raises(three)
        assert (raised.budget, raised.amount, raised.note) == (1, 2_500_000_000, "the release")
        assert time.strftime("%Y-%m-%d %H:%M", time.gmtime(raised.until // 1_000_000 - 60)) == f"{day} 23:59"
        page = visitor.get("/budgets/1").text
        assert "the release" in page
        assert visitor.post("/budgets/1/raise", data={"amount": "1"}).status_code == 303


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [("amount", "0", "more than 0"), ("amount", "1.234,56", "no amount"), ("amount", "9999999999", "a billion"),
     ("until", "2020-01-01", "past already"), ("until", "x", "no time"), ("note", "x" * 301, "at most 300"),
     ("note", "a\u202eb", "printable")],
)  # fmt: skip
def test_a_raise_that_is_none(three: Path, field: str, text: str, said: str) -> None:
    sent = {"amount": "5", "until": "", "note": "why"} | {field: text}
    with client(three) as visitor:
        told = visitor.post("/budgets/1/raise", data=sent)
    assert told.status_code == 422
    assert re.search(f'id="wrong-{field}">[^<]*{said}', told.text)
    assert raises(three) == []


def test_deleting_asks_first(three: Path) -> None:
    with client(three) as visitor:
        assert "cannot be brought back" in visitor.get("/budgets/1/delete").text
        assert len(held(three)) == 4
        assert visitor.post("/budgets/1/delete").headers["location"] == "/budgets?done=deleted"
        assert "fine" not in [budget.name for budget in held(three)]
        for place in ("/budgets/1", "/budgets/1/edit", "/budgets/1/raise", "/budgets/1/delete", "/budgets/99"):
            assert visitor.get(place).status_code == 404
        assert visitor.post("/budgets/1/delete").status_code == 404
