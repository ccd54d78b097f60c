"""``frank alerts``: the list at several widths, and the proof of a channel."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from rich.cells import cell_len

from franking.budgets import alert_store, changes
from franking.budgets.alerts import Alert
from franking.budgets.values import Budget
from franking.cli.alerts_view import Bell
from franking.ledger import reader
from franking.ledger.connection import patient
from support import ledgers
from support.commands import Frank
from support.hooks import Receiver, receiver


@pytest.fixture
def ledger(home: Path) -> Path:
    file = ledgers.made(home / "ledger.db")
    now = time.time_ns() // 1000
    with closing(patient(file)) as opened:
        changes.create(opened, Budget("acme", 10**10), now)
        alert_store.note(opened, [Alert(1, "acme", 5, 80, now, 8 * 10**9, 10**10)], ["hook", "team"])
        hook, team = alert_store.claim(opened, ["hook", "team"], now)
        alert_store.settle(opened, hook, now, None)
        alert_store.settle(opened, team, now, "the receiver answered HTTP 500")
    return file


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Receiver]:
    with receiver() as running:
        config = f'[[alerts]]\nname = "hook"\nkind = "webhook"\nurl = "{running.url}"\n'
        (tmp_path / "config.toml").write_text(config)
        yield running


def test_what_was_reached_and_who_was_told(ledger: Path, frank: Frank) -> None:
    out = frank("alerts").out
    assert "acme" in out
    assert "hook, team (not taken, 1 try: the receiver answered HTTP 500)" in out


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_it_fits(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert max(cell_len(line) for line in frank("alerts").out.splitlines()) <= width


def test_as_json(ledger: Path, frank: Frank) -> None:
    [alert] = json.loads(frank("alerts", "--json").out)["alerts"]
    assert (alert["budget"], alert["threshold"], alert["spent"]) == ("acme", 80, "8.000000000")
    taken = {each["channel"]: each["delivered_at"] is not None for each in alert["channels"]}
    assert taken == {"dashboard": True, "hook": True, "team": False, "terminal": True}


def test_without_any(home: Path, frank: Frank) -> None:
    assert frank("alerts").out == "no budget has reached a threshold\n"
    assert json.loads(frank("alerts", "--json").out) == {"alerts": []}
    tested = frank("alerts", "test")
    assert (tested.status, "no other channel is configured" in tested.err) == (0, True)


def test_a_channel_is_proved(hook: Receiver, frank: Frank, home: Path) -> None:
    done = frank("alerts", "test", "hook")
    assert (done.status, done.out.startswith("hook: taken (")) == (0, True)
    assert json.loads(hook.got[0][2])["test"] is True
    hook.status = 500
    done = frank("alerts", "test", "hook")
    assert (done.status, done.out) == (1, "hook: NOT taken: the receiver answered HTTP 500\n")


def test_all_are_proved_without_a_name(hook: Receiver, frank: Frank, home: Path) -> None:
    done = frank("alerts", "test", "--json")
    assert done.status == 0
    assert [each["channel"] for each in json.loads(done.out)["channels"]] == ["dashboard", "terminal", "hook"]


def test_one_that_is_not_there(hook: Receiver, frank: Frank, home: Path) -> None:
    done = frank("alerts", "test", "nobody")
    assert done.status == 1
    assert "there are dashboard, terminal, hook" in done.err


def test_a_tail_says_what_is_reached_meanwhile_once(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    early, late = Bell(0), Bell(time.time_ns() // 1000)
    with reader.opened(ledger) as opened:
        for _ in range(2):
            early.ring(opened)
            late.ring(opened)
    assert capsys.readouterr().err == "! budget acme has reached 80 %: $8.00 of $10.00 spent\n"
