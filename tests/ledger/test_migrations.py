import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import migrations, rollups
from franking.ledger.connection import connect
from franking.ledger.migrations import migrate
from franking.ledger.schema import COLUMNS, MIGRATIONS, VERSION, LedgerError
from support.ledgers import made, record

FIXTURES = Path(__file__).parent / "fixtures"


def open_plain(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None)


def version(file: Path) -> int:
    with closing(open_plain(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def with_further(monkeypatch: pytest.MonkeyPatch, *further: tuple[str, ...]) -> None:
    monkeypatch.setattr(migrations, "MIGRATIONS", MIGRATIONS + further)


@pytest.mark.parametrize("stored", sorted(FIXTURES.glob("schema-*.db")), ids=lambda file: file.stem)
def test_a_ledger_of_every_earlier_schema_is_brought_here(tmp_path: Path, stored: Path) -> None:
    file = tmp_path / "ledger.db"
    shutil.copy(stored, file)
    was = version(file)
    assert f"schema-{was}" == stored.stem
    with closing(connect(file)) as connection:
        assert [row[1] for row in connection.execute("PRAGMA table_info(requests)")] == [*COLUMNS, "bucket"]
        rows = connection.execute("SELECT id, cost, project_id, status FROM requests ORDER BY id").fetchall()
        assert connection.execute("SELECT count(*) FROM microdollar_usage").fetchone()[0] == len(rows)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert rollups.differences(connection) == 0
        after = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM requests ORDER BY id").fetchall()
    assert rows == [
        ("01930000-0000-7000-8000-000000000001", 1_234_567, "example-repo", "ok"),
        ("01930000-0000-7000-8000-000000000002", None, None, "http_error"),
        ("01930000-0000-7000-8000-000000000003", None, "example-repo", "in_flight"),
    ]
    with closing(open_plain(stored)) as before:
        assert before.execute(f"SELECT {', '.join(COLUMNS)} FROM requests ORDER BY id").fetchall() == after
    assert version(file) == VERSION
    assert (tmp_path / f"ledger.db.before-{VERSION}").exists() == (was < VERSION)


def test_there_is_a_stored_ledger_of_every_schema() -> None:
    assert {file.stem for file in FIXTURES.glob("schema-*.db")} >= {f"schema-{n}" for n in range(1, VERSION + 1)}


def test_a_copy_is_taken_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(tmp_path / "ledger.db", [record(1)])
    with_further(monkeypatch, ("ALTER TABLE entries ADD COLUMN further TEXT", "UPDATE entries SET further = 'x'"))
    with closing(open_plain(file)) as connection:
        migrate(connection, file, to=VERSION + 1)
        assert connection.execute("SELECT further FROM entries").fetchall() == [("x",)]
    copy = tmp_path / f"ledger.db.before-{VERSION + 1}"
    assert (version(file), version(copy)) == (VERSION + 1, VERSION)
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(open_plain(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM requests").fetchone() == (1,)
    assert not list(tmp_path.glob("*.partial"))


def test_a_migration_that_fails_leaves_the_last_whole_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made(tmp_path / "ledger.db", [record(1)])
    with_further(monkeypatch, ("CREATE TABLE one (a)",), ("CREATE TABLE two (a)", "no SQL"))
    with closing(open_plain(file)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, file, to=VERSION + 2)
        assert not connection.in_transaction
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert "one" in tables
    assert "two" not in tables
    assert version(file) == VERSION + 1
    assert (tmp_path / f"ledger.db.before-{VERSION + 2}").exists()


def test_a_newer_ledger_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = made(tmp_path / "ledger.db", [record(1)])
    with closing(open_plain(file)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(LedgerError, match="newer franking"):
        connect(file)
    assert version(file) == VERSION + 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ledger.db"]


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE notes (a)", "PRAGMA user_version = 3", "PRAGMA application_id = 7"]
)
def test_another_programs_database_is_refused(tmp_path: Path, statement: str) -> None:
    with closing(open_plain(tmp_path / "ledger.db")) as connection:
        connection.execute(statement)
    with pytest.raises(LedgerError, match="another program"):
        connect(tmp_path / "ledger.db")


def test_a_new_ledger_is_the_owners_alone_and_can_give_pages_back(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "new" / "ledger.db")) as connection:
        assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert {file.stat().st_mode & 0o777 for file in (tmp_path / "new").iterdir()} == {0o600}
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_rights_for_others_are_taken_away(tmp_path: Path) -> None:
    file = made(tmp_path / "ledger.db")
    file.chmod(0o644)
    with closing(connect(file)):
        assert file.stat().st_mode & 0o777 == 0o600
