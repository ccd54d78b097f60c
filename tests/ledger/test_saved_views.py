"""Saved views: kept, renamed, deleted; and what cannot be."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger import saved_views
from franking.ledger.connection import connect, transaction
from franking.ledger.saved_views import ViewsError, delete, rename, save, views


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(connect(tmp_path / "ledger.db")) as opened:
        yield opened


def test_kept_by_name_with_the_query_as_addresses_write_it(ledger: sqlite3.Connection) -> None:
    with transaction(ledger):
        save(ledger, "  zebra  costs ", "by=model&project=a b&not-user=", 7)
        kept = save(ledger, "Ada's", "", 8)
    assert [(view.name, view.query, view.created_at) for view in views(ledger)] == [
        ("Ada's", "", 8),
        ("zebra costs", "by=model&project=a+b&not-user=", 7),
    ]
    rename(ledger, kept.number, "ada's")
    delete(ledger, views(ledger)[1].number)
    assert [view.name for view in views(ledger)] == ["ada's"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (" ", "type a name"),
        ("x" * 81, "81 characters"),
        ("a\u202eb", "cannot be seen"),
        ("TAKEN", "named 'TAKEN' already"),
    ],
)
def test_names_that_cannot_be(ledger: sqlite3.Connection, name: str, said: str) -> None:
    save(ledger, "taken", "", 1)
    other = save(ledger, "other", "", 1)
    with pytest.raises(ViewsError, match=said):
        save(ledger, name, "", 1)
    with pytest.raises(ViewsError, match=said):
        rename(ledger, other.number, name)
    assert [view.name for view in views(ledger)] == ["other", "taken"]


def test_what_is_gone_is_gone(ledger: sqlite3.Connection) -> None:
    with pytest.raises(ViewsError, match="no such view"):
        delete(ledger, 5)
    with pytest.raises(ViewsError, match="no such view"):
        rename(ledger, 5, "x")


def test_bounds(ledger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ViewsError, match="too long"):
        save(ledger, "long", f"project={'x' * 4000}", 1)
    monkeypatch.setattr(saved_views, "MOST", 1)
    save(ledger, "one", "", 1)
    with pytest.raises(ViewsError, match="1 views already"):
        save(ledger, "two", "", 1)


def test_a_ledger_from_before_has_none() -> None:
    with closing(sqlite3.connect(":memory:")) as old:
        assert views(old) == []
