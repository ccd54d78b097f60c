"""Budgets made and changed by their form: what is typed is what is stored, and what is wrong stays on the page."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets import changes, store
from franking.budgets.values import Budget
from franking.ledger import reader
from franking.ledger.connection import patient
from support.dashboard import HOSTILE, NOW, client
from support.forms import sent_by

CENT = 10_000_000


def held(ledger: Path) -> list[Budget]:
    with reader.opened(ledger) as opened:
        return store.budgets(opened)


def add(ledger: Path, budget: Budget) -> None:
    with closing(patient(ledger)) as opened:
        changes.create(opened, budget, NOW)


FIELDS = {
    "name": "shop", "amount": "1,234.56", "period": "week", "zone": "Europe/Berlin", "warn": "90, 50",
    "project": ["docs", "", "infra"], "none": ["user"], "when_over": "refuse", "unknown": "count", "floor": "0.05",
    "starts": "2026-11-01", "ends": "2026-11-30",
}  # fmt: skip


def test_a_budget_is_made_as_typed(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.post("/budgets/new", data=FIELDS)
        assert (told.status_code, told.headers["location"]) == (303, "/budgets/1?done=made")
        [budget] = held(ledger)
        assert (budget.name, budget.amount, budget.period, budget.zone) == (
            "shop", 1_234_560_000_000, "week", "Europe/Berlin",
        )  # fmt: skip
        assert budget.include == {"project": ("docs", "infra"), "user": (None,)}
        assert (budget.thresholds, budget.hard, budget.unknown_cost) == ((50, 90), True, 50_000_000)
        # The first moment of 1 November in Berlin, and the first after 30 November.
        assert (budget.starts, budget.ends) == (1_793_487_600_000_000, 1_796_079_600_000_000)
        assert "The budget was made" in visitor.get("/budgets/1?done=made").text


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("amount", "1.234,56", "no amount of dollars"),
        ("amount", "", "no amount of dollars"),
        ("amount", "0", "more than 0"),
        ("amount", "9999999999", "at most a billion"),
        ("name", " ", "no name for a budget"),
        ("name", "a\u202eb", "no name for a budget"),
        ("period", "year", "no period"),
        ("zone", "Mars/Olympus", "no time zone"),
        ("zone", "../../etc/passwd", "no time zone"),
        ("warn", "eighty", "no percents"),
        ("warn", "0, 80", "from 1 to 99"),
        ("floor", "x", "no amount of dollars"),
        ("starts", "soon", "no time"),
        ("ends", "2026-10-01", "end before it starts"),
    ],
)
def test_what_is_wrong_stands_by_its_field_and_the_rest_stays(ledger: Path, field: str, text: str, said: str) -> None:
    with client(ledger) as visitor:
        told = visitor.post("/budgets/new", data=FIELDS | {field: text})
    assert told.status_code == 422
    page = told.text
    assert held(ledger) == []
    assert re.search(f'id="wrong-{field}">[^<]*{said}', page), page
    [marked] = re.findall(r'<(?:input|select)[^>]*aria-invalid="true"[^>]*>', page)
    assert f'name="{field}"' in marked
    assert "autofocus" in marked
    assert f"wrong-{field}" in marked
    assert page.count(" autofocus") == 1
    for name, kept in (("name", "shop"), ("amount", "1,234.56"), ("warn", "90, 50"), ("floor", "0.05")):
        if name != field:
            assert re.search(f'name="{name}"[^>]* value="{kept}"', page)
    for value in ("docs", "infra"):
        assert f'value="{value}" aria-label="Project' in page
    assert 'value="refuse" checked' in page
    assert 'value="week" selected' in page or field == "period"


def test_a_name_that_is_taken(ledger: Path) -> None:
    add(ledger, Budget("fine", 100 * CENT))
    with client(ledger) as visitor:
        told = visitor.post("/budgets/new", data=FIELDS | {"name": "fine"})
        assert (told.status_code, "There is a budget" in told.text) == (422, True)


def test_editing_shows_what_is_stored_and_changes_what_is_typed(ledger: Path) -> None:
    with client(ledger) as visitor:
        visitor.post("/budgets/new", data=FIELDS)
        page = visitor.get("/budgets/1/edit").text
        sent = sent_by(page)
        assert sent["starts"] == ["2026-11-01"]
        assert sent["ends"] == ["2026-11-30"]
        before = held(ledger)[0]
        assert visitor.post("/budgets/1/edit", data=sent).headers["location"] == "/budgets/1?done=changed"
        after = held(ledger)[0]
        assert {**as_dict(after), "changed_at": 0} == {**as_dict(before), "changed_at": 0}
        sent = sent_by(visitor.get("/budgets/1/edit").text)
        visitor.post("/budgets/1/edit", data=sent | {"project": [""], "none": [], "name": "all"})
        assert (held(ledger)[0].include, held(ledger)[0].name) == ({}, "all")


def as_dict(budget: Budget) -> dict[str, object]:
    return {name: getattr(budget, name) for name in Budget.__slots__}


def test_a_time_of_day_that_a_command_gave_stays(ledger: Path) -> None:
    add(ledger, Budget("odd", CENT, starts=NOW + 1, ends=NOW + 86_400_000_001))
    with client(ledger) as visitor:
        visitor.post("/budgets/1/edit", data=sent_by(visitor.get("/budgets/1/edit").text))
    assert (held(ledger)[0].starts, held(ledger)[0].ends) == (NOW + 1, NOW + 86_400_000_001)


def test_a_change_made_elsewhere_is_not_lost_unseen(ledger: Path) -> None:
    add(ledger, Budget("fine", 100 * CENT))
    with client(ledger) as visitor:
        sent = sent_by(visitor.get("/budgets/1/edit").text)
        with closing(patient(ledger)) as opened:
            changes.edit(opened, "fine", NOW + 7, amount=CENT)
        told = visitor.post("/budgets/1/edit", data=sent | {"amount": "77"})
        assert (told.status_code, "changed elsewhere" in told.text) == (422, True)
        again = sent_by(told.text)
        assert again["amount"] == ["77"]
        assert visitor.post("/budgets/1/edit", data=again).status_code == 303


def test_names_of_the_wire_survive_the_form(ledger: Path) -> None:
    names = tuple(name for name in HOSTILE if "\n" not in name)
    add(ledger, Budget("hostile", CENT, include={"project": names, "user": (*names, None)}))
    with client(ledger) as visitor:
        for address in ("/budgets", "/budgets/1", "/budgets/1/edit", "/budgets/1/delete", "/budgets/1/raise"):
            text = visitor.get(address).text
            for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
                assert bad not in text
        sent = sent_by(visitor.get("/budgets/1/edit").text)
        assert visitor.post("/budgets/1/edit", data=sent).status_code == 303
    assert held(ledger)[0].include == {"project": names, "user": (*names, None)}


def test_an_address_may_say_what_a_new_one_is_for(ledger: Path) -> None:
    with client(ledger) as visitor:
        page = visitor.get("/budgets/new", params={"project": '"><img src=x>', "name": "n"}).text
        assert "<img" not in page
        assert 'value="&#34;&gt;&lt;img src=x&gt;"' in page
