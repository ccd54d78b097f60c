"""Alerts of a running sidecar, without a dashboard too: told once, by a process that no request waits for."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.budgets import alert_store
from franking.ledger import reader
from support import ledgers
from support.hooks import Receiver, receiver
from support.sidecar import Sidecar, children_of
from support.waiting import until

CONFIG = """
[[alerts]]
name = "hook"
kind = "webhook"
url = "{url}"
"""


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def sidecar(tmp_path: Path, hook: Receiver) -> Iterator[Sidecar]:
    running = Sidecar(tmp_path, CONFIG.format(url=hook.url))
    yield running
    assert running.stop() == 0
    assert "canary-hook-path" not in running.output.read_text(encoding="utf-8")


def spend(sidecar: Sidecar, dollars: int) -> None:
    row = ledgers.record(time.time_ns() // 1000, project_id="acme", cost=dollars * 10**9)
    ledgers.add(sidecar.home / "ledger.db", row)


def taken(sidecar: Sidecar) -> bool:
    """Did the hook take an alert, and is that known?"""
    with reader.opened(sidecar.home / "ledger.db") as ledger:
        return any(sent.delivered_at for sent in alert_store.listed(ledger, channel="hook"))


def test_a_threshold_is_told_once_and_the_deliverer_is_kept_up(sidecar: Sidecar, hook: Receiver) -> None:
    assert sidecar.run("budgets", "create", "10", "--project", "acme", "--name", "acme").returncode == 0
    spend(sidecar, 8)
    until(lambda: taken(sidecar), "the first alert is taken", 30)
    before = children_of(sidecar)
    os.kill(before["alerts"], signal.SIGKILL)
    after = until(
        lambda: found if (found := children_of(sidecar)).get("alerts", before["alerts"]) != before["alerts"] else None,
        "another deliverer",
    )
    assert after["proxy"] == before["proxy"]
    spend(sidecar, 3)
    until(lambda: len(hook.got) > 1, "the second alert", 30)
    assert [json.loads(body)["threshold"] for _, _, body in hook.got] == [80, 100]
    listed = json.loads(sidecar.run("alerts", "--json").stdout)["alerts"]
    assert [alert["threshold"] for alert in listed] == [80, 100]


def test_it_ends_with_the_sidecar(sidecar: Sidecar) -> None:
    found = until(lambda: children_of(sidecar).get("alerts"), "the deliverer runs")
    until(lambda: os.getpriority(os.PRIO_PROCESS, found) >= 5, "it steps back")
    sidecar.stop()
    assert not Path(f"/proc/{found}").exists()
