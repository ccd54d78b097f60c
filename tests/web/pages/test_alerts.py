"""The band on every page, and dismissing: by a form, with a script and without."""

import re
import time
from pathlib import Path

import pytest

from franking.budgets.values import Budget
from support.alerts import budgets, noted
from support.dashboard import HOSTILE, client, seed
from support.ledgers import made, record

CENT = 10_000_000
NAME = "<script>document.title='owned'</script>"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    now = time.time_ns() // 1000
    file = made(tmp_path / "told.db", [*seed(now), record(now, cost=10**9)])
    hostile = [Budget(name, CENT) for name in HOSTILE if "\n" not in name and name != NAME]
    budgets(file, now, Budget(NAME, CENT, hard=True), *hostile[:1])
    noted(file, now)
    return file


@pytest.mark.parametrize(
    "address", ["/", "/budgets/new", "/requests", "/requests/none", "/?period=never", "/budgets/1"]
)
def test_it_is_on_every_page(told: Path, address: str) -> None:
    with client(told) as visitor:
        text = visitor.get(address).text
    assert text.count('class="alert over"') == (0 if address == "/?period=never" else 2)
    assert 'id="alerts" aria-label="Alerts"' in text
    assert "<script>document" not in text
    assert text.count("; requests are refused") == text.count('class="alert over"') // 2


def test_not_before_the_token_was_shown(told: Path) -> None:
    with client(told, token="a-token-that-is-long-enough") as visitor:
        assert 'id="alerts"' not in visitor.get("/login").text
        assert visitor.get("/alerts").status_code == 303
        assert visitor.post("/alerts/dismiss", data={"key": "all"}).headers["location"].startswith("/login")


def test_dismissing_without_a_script_leads_back(told: Path) -> None:
    with client(told) as visitor:
        text = visitor.get("/requests?period=week").text
        assert text.count('name="there" value="/requests?period=week"') == 2
        [first, second] = re.findall(r'<form class="alert over" id="alert-(\S+)"', text)
        answer = visitor.post("/alerts/dismiss", data={"key": first, "there": "/requests?period=week"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/requests?period=week")
        assert "httponly" in answer.headers["set-cookie"].lower()
        assert re.findall(r'id="alert-(\S+)"', visitor.get("/").text) == [second]
        answer = visitor.post("/alerts/dismiss", data={"key": "all", "there": "https://evil.example.com/"})
        assert answer.headers["location"] == "/"
        assert 'class="alert ' not in visitor.get("/").text


def test_with_a_script_the_band_alone_comes_back(told: Path) -> None:
    with client(told) as visitor:
        answer = visitor.post("/alerts/dismiss", data={"key": "all"}, headers={"HX-Request": "true"})
        assert answer.text.strip().startswith('<section class="alerts"')
        assert 'class="alert ' not in answer.text
        assert 'class="alert ' not in visitor.get("/alerts").text


def test_nothing_where_there_is_no_ledger(tmp_path: Path) -> None:
    with client(tmp_path / "none.db") as visitor:
        assert 'data-mark=""' in visitor.get("/alerts").text
        assert 'data-mark=""' in visitor.get("/").text


def test_no_other_site_dismisses(told: Path) -> None:
    with client(told) as visitor:
        answer = visitor.post("/alerts/dismiss", data={"key": "all"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
