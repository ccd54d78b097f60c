"""The page of health: the sidecar's numbers, what was found, who refused; and frank doctor run beside it."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from franking.budgets.values import Budget
from franking.health.values import Finding
from franking.supervisor.state import State
from franking.web.pages._doctor import Checked
from franking.web.pages.health import Health, Noted, health
from support.alerts import budgets, noted
from support.dashboard import HOSTILE, NOW, client, question
from support.ledgers import made, record
from support.waiting import until

STATE = State(pid=7, version="1.0", started_at=NOW - 3_600_000_000, proxy=("127.0.0.1", 8787), restarts=1,
              last_death="killed by SIGKILL")  # fmt: skip
NUMBERS = {"requests": 12, "in_flight": 1, "waiting": 3, "lost": 0, "last_error": None}
FINDINGS = (
    Finding("git", "ok", "2.39"), Finding("home", "warn", "not there", "make it"), Finding("ledger", "fail", "damaged"),
)  # fmt: skip


def of(state: State | None = None, numbers: Any = None, refused: Any = (), checked: Checked | None = None) -> Health:
    return health(Noted(state, numbers or {}, refused), checked, question("/health"))


def test_the_sidecars_numbers() -> None:
    found = of(STATE, NUMBERS)
    assert (found.up_for, found.requests, found.under_way, found.waiting, found.lost) == (3_600_000_000, 12, 1, 3, 0)
    assert (found.last_error, found.verdict, found.findings) == (None, None, [])


def test_numbers_of_no_sidecar_or_of_none_that_can_be_read_are_not_known() -> None:
    assert of(None, NUMBERS).waiting is None
    assert of(STATE, {"waiting": "many"}).waiting is None


def test_what_needs_a_look_comes_first() -> None:
    found = of(checked=Checked(NOW - 5_000_000, FINDINGS))
    assert [one.name for one in found.findings] == ["ledger", "home", "git"]
    assert (found.verdict, found.ago) == ("fail", 5_000_000)
    assert found.table.rows[1].cells == ("warn", "home", "not there", "make it")


def test_who_refused() -> None:
    noted = [
        {"client": "curl", "host": "api.kilo.ai", "when": NOW - 9, "count": 2, "error": "unknown ca"},
        {"client": "node", "host": "api.kilo.ai", "when": NOW, "count": "x"},
    ]
    assert [row.cells for row in of(refused=noted).refused.rows] == [
        ("node", "api.kilo.ai", NOW, None, ""), ("curl", "api.kilo.ai", NOW - 9, 2, "unknown ca")
    ]  # fmt: skip


def test_a_channel_that_did_not_take_an_alert(home: Path) -> None:
    now = time.time_ns() // 1000
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text('[[alerts]]\nname = "hook"\nkind = "webhook"\nurl = "https://example.com/x"\n')
    ledger = budgets(made(home / "ledger.db", [record(now, cost=10**9)]), now, Budget("all", 10_000_000))
    with client(ledger) as visitor:
        assert "did not take" not in visitor.get("/health").text
        noted(ledger, now, hook="the receiver answered HTTP 500")
        text = visitor.get("/health").text
        assert "<strong>hook</strong> did not take 1 alert: <bdi>the receiver answered HTTP 500</bdi>" in text
        assert "example.com/x" not in text
        assert visitor.get("/health?csv=channels").text.splitlines()[1].startswith("hook,,1,the receiver")


def test_the_page_looks_by_itself_and_again_on_demand(home: Path, tmp_path: Path) -> None:
    home.mkdir(exist_ok=True)
    refused = [{"client": name, "host": "api.kilo.ai", "when": 1, "count": 1, "error": name} for name in HOSTILE]
    (home / "refused.json").write_text(json.dumps(refused), encoding="utf-8")
    with client(made(tmp_path / "some.db")) as visitor:
        text = visitor.get("/health").text
        assert "Checking…" in text
        assert "which is not this home's ledger" in text
        for bad in ("<script>document", "<img", "\u202e", "\x00"):
            assert bad not in text
        text = until(lambda: told if "Checking…" not in (told := visitor.get("/health").text) else None, "a look", 60)
        assert re.search("<bdi>Configuration</bdi>", text)
        assert "Checked just now" in text
        lines = visitor.get("/health?csv=checks").text.splitlines()
        assert lines[0] == "verdict,name,says,todo"
        assert any(line.startswith("warn,sidecar,") for line in lines)
        again = visitor.post("/health/check", headers={"Sec-Fetch-Site": "same-origin"})
        assert (again.status_code, again.headers["location"]) == (303, "/health")
        assert visitor.post("/health/check", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_page_without_a_ledger_and_with_a_sidecars_words(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    state = STATE.__class__(**{name: getattr(STATE, name) for name in STATE.__struct_fields__} | {"started_at": 0})
    monkeypatch.setattr("franking.web.pages.health.read_state", lambda: state)
    monkeypatch.setattr("franking.web.pages.health.read_health", lambda: NUMBERS | {"last_error": "disk full"})
    assert time.time_ns() // 1000 > state.started_at
    with client(tmp_path / "missing.db") as visitor:
        text = visitor.get("/health").text
    for words in ("127.0.0.1:8787", "pid 7", "started anew 1 time", "disk full", "killed by SIGKILL", "1 under way"):
        assert words in text
