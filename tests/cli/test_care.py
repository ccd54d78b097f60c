"""``frank prune``, ``frank doctor --repair``."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from franking.cli import doctor
from franking.ledger import rollups
from support import ledgers
from support.commands import Frank

DAY = 86_400_000_000
FIXTURES = Path(__file__).parents[1] / "ledger" / "fixtures"


@pytest.fixture
def ledger(home: Path) -> Path:
    now = time.time_ns() // 1000
    return ledgers.made(home / "ledger.db", [ledgers.record(now - n * 10 * DAY, cost=10**9) for n in range(20)])


def count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as opened:
        return int(opened.execute("SELECT COUNT(*) FROM requests").fetchone()[0])


def test_prune_counts_first(ledger: Path, frank: Frank) -> None:
    assert (
        "10 requests are older than 90 days; none was dropped" in frank("prune", "--older-than", "90d", "--dry-run").out
    )
    assert count(ledger) == 20


@pytest.mark.parametrize(("options", "seen"), [((), 10), (("--keep-totals",), 20)])
def test_prune_drops_and_keeps_totals_where_asked(
    ledger: Path, frank: Frank, options: tuple[str, ...], seen: int
) -> None:
    told = frank("prune", "--older-than", "90d", *options)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("10 requests dropped")
    assert count(ledger) == 10
    assert f'"requests": {seen}' in frank("costs", "--period", "all", "--json").out
    assert "0 requests are older" in frank("prune", "--older-than", "90d").out


@pytest.mark.parametrize("days", ["0d", "x", "", "-3d", "٣d"])
def test_prune_needs_a_number_of_days(ledger: Path, frank: Frank, days: str) -> None:
    told = frank("prune", "--older-than", days)
    assert (told.status, count(ledger)) == (2, 20)


def test_without_a_ledger_there_is_nothing_to_prune(home: Path, frank: Frank) -> None:
    assert frank("prune", "--older-than", "1d").status == 0
    assert not (home / "ledger.db").exists()


def test_doctors_repair_makes_the_totals_anew(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_findings", lambda: iter(()))
    with sqlite3.connect(ledger) as opened:
        opened.execute("UPDATE days SET cost = 1")
    opened.close()
    assert "of the ledger's totals differed" in frank("doctor", "--repair").err
    assert "no totals differ" in frank("doctor", "--repair").err
    with closing(sqlite3.connect(ledger)) as again:
        assert rollups.differences(again) == 0


@pytest.mark.parametrize("version", [1, 2])
def test_another_ledger_comes_in_once(home: Path, frank: Frank, version: int) -> None:
    other = FIXTURES / f"schema-{version}.db"
    mine = ledgers.record(1, id="01930000-0000-7000-8000-000000000002", cost=5)
    ledger = ledgers.made(home / "ledger.db", [mine])
    assert frank("import", str(other), "--dry-run").out == "2 requests would be added; 1 were here already\n"
    assert count(ledger) == 1
    assert frank("import", str(other)).out == "2 requests added; 1 were here already\n"
    assert frank("import", str(other)).out == "0 requests added; 3 were here already\n"
    with closing(sqlite3.connect(ledger)) as opened, closing(sqlite3.connect(other)) as source:
        asked = "SELECT id, cost, project_id, streamed, provenance FROM requests WHERE id <> ? ORDER BY id"
        assert opened.execute(asked, (mine.id,)).fetchall() == source.execute(asked, (mine.id,)).fetchall()
        assert opened.execute("SELECT status, cost FROM requests ORDER BY id").fetchall() == [
            ("ok", 1_234_567),
            ("ok", 5),
            ("interrupted", None),
        ]
        assert rollups.differences(opened) == 0


def test_what_cannot_be_imported(ledger: Path, tmp_path: Path, frank: Frank) -> None:
    (tmp_path / "text").write_text("no ledger")
    for file in (tmp_path / "none", tmp_path / "text", ledger):
        told = frank("import", str(file))
        assert (told.status, told.err.count("\n")) == (1, 1)
    assert count(ledger) == 20


def test_the_dearest_and_the_others(ledger: Path, frank: Frank) -> None:
    ledgers.add(ledger, *(ledgers.record(time.time_ns() // 1000, model=name, cost=1) for name in "abc"))
    assert "(other)" in frank("costs", "--by", "model", "--top", "1").out
