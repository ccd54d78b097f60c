"""``frank doctor``: every check, for people and for programs, and a status that scripts can go by."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len

from franking.health import books
from franking.health.values import Finding
from franking.ledger.schema import VERSION
from support import ledgers
from support.commands import Frank


@pytest.fixture
def no_runtimes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_runtimes")
def test_an_empty_home_is_no_failure(frank: Frank) -> None:
    told = frank("doctor", "--json")
    assert told.status == 0
    shape = json.loads(told.out)
    assert shape["ok"] is True
    verdicts = {check["name"]: check["verdict"] for check in shape["checks"]}
    assert verdicts["configuration"] == "ok"
    assert verdicts["sidecar"] == "warn"
    assert verdicts["ledger"] == "ok"
    assert all(check["todo"] for check in shape["checks"] if check["verdict"] == "fail")


@pytest.mark.usefixtures("no_runtimes")
@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_failure_is_the_status_and_says_what_to_do(
    home: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    ledgers.made(home / "ledger.db", [ledgers.record(1)])
    home.chmod(0o755)
    told = frank("doctor")
    assert told.status == 1
    assert f"chmod700{home}" in "".join(told.out.split())
    assert "1 failed" in told.out
    assert all(cell_len(line) <= width for line in told.out.splitlines())


@pytest.mark.usefixtures("no_runtimes")
def test_a_broken_configuration_and_ledger_stop_no_other_check(home: Path, frank: Frank, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[nonsense]\nx = 1\n")
    (home / "ledger.db").write_bytes(b"no database" * 500)
    told = frank("doctor", "--json")
    verdicts = {check["name"]: check["verdict"] for check in json.loads(told.out)["checks"]}
    assert told.status == 1
    assert (verdicts["configuration"], verdicts["ledger"]) == ("fail", "fail")
    assert verdicts["prices"] == "ok"


@pytest.mark.usefixtures("no_runtimes")
def test_absurd_token_counts_are_told_and_stop_no_other_check(home: Path, frank: Frank) -> None:
    ledgers.made(home / "ledger.db", [ledgers.record(number, input_tokens=2**62) for number in range(3)])
    told = frank("doctor", "--json")
    found = {check["name"]: check for check in json.loads(told.out)["checks"]}
    assert (told.status, found["totals"]["verdict"]) == (1, "fail")
    assert "add up to more than 64 bits hold; request " in found["totals"]["says"]
    assert {"attribution", "callers", "rejected values", "unpriced"} <= found.keys()
    repaired = frank("doctor", "--repair")
    assert (repaired.status, repaired.err.count("\n")) == (1, 1)
    assert "cannot be made anew" in repaired.err
    assert "nothing was changed" in repaired.err


@pytest.mark.usefixtures("no_runtimes")
@pytest.mark.parametrize(
    ("newer", "verdict", "todo"), [(-1, "warn", "frank start brings it here"), (1, "fail", "update this one")]
)
def test_a_ledger_of_another_version_is_no_damage(
    home: Path, frank: Frank, newer: int, verdict: str, todo: str
) -> None:
    file = ledgers.made(home / "ledger.db", [ledgers.record(1)])
    with closing(sqlite3.connect(file)) as ledger:
        ledger.execute("DROP TABLE session_numbers")
        ledger.execute(f"PRAGMA user_version = {VERSION + newer}")
    told = frank("doctor", "--json")
    found = {check["name"]: check for check in json.loads(told.out)["checks"]}
    assert found["ledger"]["verdict"] == verdict
    assert todo in found["ledger"]["todo"]
    assert "restore" not in told.out
    assert "totals" not in found


@pytest.mark.usefixtures("no_runtimes")
def test_a_check_that_the_ledger_refuses_stops_no_other(
    home: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    def callers(ledger: sqlite3.Connection) -> Finding:
        ledger.execute("SELECT no_such_column FROM entries")
        raise AssertionError

    ledgers.made(home / "ledger.db", [ledgers.record(1)])
    monkeypatch.setattr(books, "callers", callers)
    told = frank("doctor", "--json")
    found = {check["name"]: check for check in json.loads(told.out)["checks"]}
    assert (told.status, found["callers"]["verdict"], found["unpriced"]["verdict"]) == (1, "fail", "ok")
    assert "no_such_column" in found["callers"]["says"]
