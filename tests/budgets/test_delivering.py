"""The deliverer on a real ledger: told once, tried again until it is taken, by one deliverer at a time."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.budgets import alert_store, changes
from franking.budgets.delivering import Deliverer
from franking.budgets.values import Budget
from franking.ledger import reader
from franking.ledger.connection import patient
from franking.settings_budgets import Alert as Channel
from support import ledgers
from support.hooks import Receiver, receiver

NOW = time.time_ns() // 1000
MINUTE = 60_000_000


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = ledgers.made(tmp_path / "ledger.db", [ledgers.record(NOW, cost=9)])
    with closing(patient(made)) as ledger:
        changes.create(ledger, Budget("acme", 10), NOW)
    return made


def deliverer(file: Path, hook: Receiver) -> Deliverer:
    return Deliverer(file, [Channel.model_validate({"name": "hook", "kind": "webhook", "url": hook.url})])


def test_each_threshold_is_told_once_also_after_a_restart(file: Path, hook: Receiver) -> None:
    for _ in range(2):
        running = deliverer(file, hook)
        running.look(NOW)
        running.look(NOW + 1)
        running.close()
    assert [json.loads(body)["threshold"] for _, _, body in hook.got] == [80]
    ledgers.add(file, ledgers.record(NOW, cost=5))
    running = deliverer(file, hook)
    running.look(NOW + 2)
    assert [json.loads(body)["threshold"] for _, _, body in hook.got] == [80, 100]
    running.close()


def test_what_is_not_taken_is_tried_again_until_it_is(file: Path, hook: Receiver) -> None:
    hook.status = 503
    running = deliverer(file, hook)
    running.look(NOW)
    running.look(NOW + 1)
    assert len(hook.got) == 1
    hook.status = 200
    running.look(NOW + MINUTE)
    running.look(NOW + 100 * MINUTE)
    assert len(hook.got) == 2
    assert len({headers["X-Franking-Delivery"] for _, headers, _ in hook.got}) == 1
    running.close()
    with reader.opened(file) as ledger:
        [kept] = alert_store.listed(ledger, channel="hook")
    assert (kept.attempts, kept.fault) == (2, None)


def test_two_deliverers_on_one_ledger_tell_once(file: Path, hook: Receiver) -> None:
    one, two = deliverer(file, hook), deliverer(file, hook)
    one.look(NOW)
    two.look(NOW)
    assert len(hook.got) == 1
    one.close()
    two.close()


def test_no_url_is_kept_or_logged(file: Path, hook: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    hook.status = 500
    running = deliverer(file, hook)
    running.look(NOW)
    running.close()
    assert "hook did not take an alert" in caplog.text
    assert "canary-hook-path" not in caplog.text
    assert all(b"canary-hook-path" not in each.read_bytes() for each in file.parent.glob("ledger.db*"))


def test_a_ledger_that_cannot_be_read_is_waited_for(
    tmp_path: Path, hook: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    running = deliverer(tmp_path / "none.db", hook)
    running.look(NOW)
    (tmp_path / "none.db").write_bytes(b"no ledger at all" * 100)
    running.look(NOW)
    running.look(NOW)
    assert caplog.text.count("alerts wait") == 1
    running.close()
