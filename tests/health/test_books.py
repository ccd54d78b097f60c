"""Checks of what was recorded."""

import json
import sqlite3
import time
from pathlib import Path

import pytest

from franking.attribution import provenance
from franking.attribution.values import Attribution, Fault
from franking.health import books
from support import ledgers

NOW = time.time_ns() // 1000
GOOD = {"project_id": "p", "project_source": "git-remote", "feature": "cli", "feature_source": "command", "cost": 1}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path))
    return tmp_path


def test_a_ledger_that_is_missing_sound_or_damaged(home: Path) -> None:
    assert books.integrity().verdict == "ok"
    file = ledgers.made(home / "ledger.db", [ledgers.record(NOW + number) for number in range(500)])
    assert "sound, 500 requests" in books.integrity().says
    with sqlite3.connect(file) as ledger:
        ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ledger.close()
    damaged = bytearray(file.read_bytes())
    damaged[4096 * 3 : 4096 * 8] = b"\xff" * 4096 * 5
    file.write_bytes(damaged)
    finding = books.integrity()
    assert finding.verdict == "fail"
    assert finding.todo is not None


@pytest.mark.parametrize(
    ("good", "bad", "verdict"), [(0, 0, "ok"), (10, 0, "ok"), (8, 2, "ok"), (7, 3, "warn"), (0, 1, "warn")]
)
def test_attribution_is_held_to_its_goal(home: Path, good: int, bad: int, verdict: str) -> None:
    rows = [*(ledgers.record(NOW, **GOOD) for _ in range(good)), *(ledgers.record(NOW) for _ in range(bad))]
    with sqlite3.connect(ledgers.made(home / "ledger.db", rows)) as ledger:
        assert books.attribution(ledger).verdict == verdict


def test_callers_that_could_not_be_found(home: Path) -> None:
    file = ledgers.made(home / "ledger.db", [ledgers.record(NOW, pid=1)])
    with sqlite3.connect(file) as ledger:
        assert books.callers(ledger).verdict == "ok"
    told = provenance.encode(Attribution(faults=(Fault("127.0.0.1 port 1", "the caller is in another container"),)), ())
    ledgers.add(file, ledgers.record(NOW, provenance=told), ledgers.record(NOW, provenance="no json"))
    with sqlite3.connect(file) as ledger:
        finding = books.callers(ledger)
    assert finding.verdict == "warn"
    assert "2 of 3 requests" in finding.says
    assert "the caller is in another container (1)" in finding.says


def test_rejections_and_prices_of_the_past_week_only(home: Path) -> None:
    month_ago = NOW - 30 * 86_400_000_000
    file = ledgers.made(home / "ledger.db", [ledgers.record(month_ago, rejected_feature="Chat")])
    with sqlite3.connect(file) as ledger:
        assert (books.rejections(ledger).verdict, books.priced(ledger).verdict) == ("ok", "ok")
    ledgers.add(file, ledgers.record(NOW, rejected_feature="Chat", client="kilo"))
    with sqlite3.connect(file) as ledger:
        assert (books.rejections(ledger).verdict, books.priced(ledger).verdict) == ("warn", "warn")
        assert "'Chat' (1)" in books.rejections(ledger).says


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (None, "ok"),
        ("[]", "ok"),
        ("no json", "ok"),
        ('{"client": 1}', "ok"),
        (json.dumps([{"client": "java", "host": "api.openai.com", "when": NOW}]), "warn"),
        (json.dumps([{"client": "java", "host": "api.openai.com", "when": 0}]), "ok"),
    ],
    ids=["no file", "none", "no JSON", "no list", "lately", "long ago"],
)
def test_clients_that_refused(home: Path, text: str | None, verdict: str) -> None:
    if text is not None:
        (home / "refused.json").write_text(text)
    finding = books.refusals()
    assert finding.verdict == verdict
    assert verdict == "ok" or "java (to api.openai.com)" in finding.says


def test_prices_have_a_version_and_a_date() -> None:
    assert "genai-prices" in books.prices().says
    assert "days ago" in books.prices().says


def test_no_sidecar_no_rows_waiting(home: Path) -> None:
    assert books.waiting().verdict == "ok"


def test_lost_rows_are_told_also_when_the_sidecar_has_stopped(home: Path) -> None:
    (home / "health.json").write_text(json.dumps({"lost": 3, "waiting": 0, "last_error": None}))
    finding = books.waiting()
    assert (finding.verdict, finding.todo is not None) == ("fail", True)
    assert finding.says.startswith("3 rows were lost")


def test_budgets_that_cannot_be_checked_are_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert books.budgets().verdict == "ok"
    (home / "health.json").write_text(json.dumps({"budgets_fault": "the ledger cannot be read", "blocked": 2}))
    monkeypatch.setattr("franking.supervisor.state.read_state", lambda: object())
    finding = books.budgets()
    assert (finding.verdict, "requests pass: the ledger cannot be read" in finding.says) == ("fail", True)


def test_totals_are_proven_against_the_requests(home: Path) -> None:
    file = ledgers.made(home / "ledger.db", [ledgers.record(NOW - number * 10**9, cost=1) for number in range(20)])
    with sqlite3.connect(file) as ledger:
        assert books.totals(ledger).verdict == "ok"
        ledger.execute("UPDATE quarters SET cost = 5 WHERE bucket = (SELECT MAX(bucket) FROM quarters)")
        finding = books.totals(ledger)
    assert finding.verdict == "fail"
    assert "--repair" in (finding.todo or "")


def test_totals_that_cannot_be_proved(home: Path) -> None:
    rows = [ledgers.record(NOW, cost=2**62) for _ in range(3)]
    with sqlite3.connect(ledgers.made(home / "ledger.db", rows)) as ledger:
        finding = books.totals(ledger)
    assert finding.verdict == "fail"
    assert "they cannot be proved" in finding.says
    assert any(row.id in finding.says for row in rows)
