"""``frank backup``: a ledger of its own, over nothing that is there."""

import sqlite3
from contextlib import closing
from pathlib import Path

from support import ledgers
from support.commands import Frank


def test_a_backup_is_a_ledger_of_its_own(home: Path, tmp_path: Path, frank: Frank) -> None:
    ledgers.made(home / "ledger.db", [ledgers.record(place) for place in range(20)])
    copy = tmp_path / "copy.db"
    told = frank("backup", str(copy))

    assert told.status == 0
    assert f"{copy}: 20 requests, " in told.out
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT COUNT(*) FROM requests").fetchone() == (20,)
    assert copy.stat().st_mode & 0o777 == 0o600
    again = frank("backup", str(copy))
    assert (again.status, again.err) == (1, f"frank: {copy} is there already; name another file, or remove it\n")
    assert not list(tmp_path.glob("*.partial"))


def test_without_a_ledger_there_is_nothing_to_copy(home: Path, tmp_path: Path, frank: Frank) -> None:
    told = frank("backup", str(tmp_path / "copy.db"))

    assert (told.status, "there is nothing to copy" in told.err) == (1, True)
    assert not (tmp_path / "copy.db").exists()
    assert not (home / "ledger.db").exists()
