"""Counters since the ledger's beginning."""

import sqlite3
from contextlib import closing
from pathlib import Path

from franking.ledger.counters import COUNTED, Counted, Unattributed, counted, unattributed
from support import ledgers

DAY = 86_400_000_000


def test_sums_by_label_set_the_busiest_first(tmp_path: Path) -> None:
    rows = [
        ledgers.record(0, project_id="b", model="m", cost=5, input_tokens=1),
        ledgers.record(500 * DAY, project_id="b", model="m", status="stream_error"),
        ledgers.record(500 * DAY, project_id="a", requested_model="m", user="ann", cost=1, output_tokens=2),
        ledgers.record(500 * DAY, project_id="a", model="m", user="bob", client="kilo"),
        ledgers.record(500 * DAY, status="in_flight"),
    ]
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        found = counted(ledger)
    assert [one.labels for one in found] == [
        ("b", None, "m", None, "kilo"),
        ("a", None, "m", None, "kilo"),
        ("a", None, "m", "kilo", "kilo"),
    ]
    first = dict(zip(COUNTED, found[0].sums, strict=True))
    assert first == {
        "requests": 2, "cost": 5, "errors": 1, "unpriced_ok": 0, "input_tokens": 1, "output_tokens": 0,
        "cache_read_tokens": 0, "cache_write_tokens": 0, "reasoning_tokens": 0,
    }  # fmt: skip


def test_who_opted_out_is_not_unattributed(tmp_path: Path) -> None:
    rows = [
        ledgers.record(0, project_source="project-file", feature="cli"),
        ledgers.record(0, feature="cli"),
        ledgers.record(0, project_source="nobody", feature="cli"),
        ledgers.record(0, project_id="a"),
    ]
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        assert unattributed(ledger) == Unattributed(2, 1)


def test_an_empty_ledger(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db"))) as ledger:
        assert counted(ledger) == list[Counted]()
        assert unattributed(ledger) == Unattributed(0, 0)
