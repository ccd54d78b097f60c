"""Alerts and reports of a running sidecar, without a dashboard too: told once, by a process no request waits for."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from franking.budgets import alert_store
from franking.ledger import reader
from franking.reports import sent as sent_reports
from franking.reports.months import last_whole
from support import ledgers
from support.hooks import Receiver, receiver
from support.sidecar import Sidecar, children_of
from support.waiting import until

CONFIG = """
[[alerts]]
name = "hook"
kind = "webhook"
url = "{url}"

[[reports]]
name = "team"
channels = ["hook"]
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


def reported(sidecar: Sidecar) -> bool:
    """Did the hook take the last month's report, and is that known?"""
    with reader.opened(sidecar.home / "ledger.db") as ledger:
        return any(one.delivered_at for one in sent_reports.listed(ledger))


def told(hook: Receiver, kind: str) -> list[dict[str, Any]]:
    """What the hook was told of that kind."""
    return [body for body in (json.loads(body) for _, _, body in hook.got) if body["kind"] == kind]


def test_a_threshold_is_told_once_and_the_deliverer_is_kept_up(sidecar: Sidecar, hook: Receiver) -> None:
    assert sidecar.run("budgets", "create", "10", "--project", "acme", "--name", "acme").returncode == 0
    spend(sidecar, 8)
    until(lambda: taken(sidecar), "the first alert is taken")
    until(lambda: reported(sidecar), "the report is taken", 60)
    before = children_of(sidecar)
    os.kill(before["alerts"], signal.SIGKILL)
    after = until(
        lambda: found if (found := children_of(sidecar)).get("alerts", before["alerts"]) != before["alerts"] else None,
        "another deliverer",
    )
    assert after["proxy"] == before["proxy"]
    spend(sidecar, 3)
    until(lambda: len(told(hook, "budget-alert")) > 1, "the second alert")
    assert [body["threshold"] for body in told(hook, "budget-alert")] == [80, 100]
    assert [body["id"] for body in told(hook, "monthly-report")] == [f"team-{last_whole(time.time_ns() // 1000, None)}"]
    listed = json.loads(sidecar.run("alerts", "--json").stdout)["alerts"]
    assert [alert["threshold"] for alert in listed] == [80, 100]


def test_it_ends_with_the_sidecar(sidecar: Sidecar) -> None:
    found = until(lambda: children_of(sidecar).get("alerts"), "the deliverer runs")
    until(lambda: os.getpriority(os.PRIO_PROCESS, found) >= 5, "it steps back")
    sidecar.stop()
    assert not Path(f"/proc/{found}").exists()
