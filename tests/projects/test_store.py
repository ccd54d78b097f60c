"""Definitions of a stored ledger of their first schema, as this program reads them."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.connection import connect
from franking.projects import questions, store
from franking.projects.values import Member, Organization, Project
from support import ledgers

FIXTURE = Path(__file__).parents[1] / "ledger" / "fixtures" / "schema-5.db"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    shutil.copy(FIXTURE, tmp_path / "ledger.db")
    with closing(connect(tmp_path / "ledger.db")) as opened:
        yield opened


def test_definitions_are_read(ledger: sqlite3.Connection) -> None:
    whole = Project(
        "acme-api", "Acme API", None, "#2f6f4f", "A", "Acme", {"billable": True},
        (Member("example-repo"), Member(repository="github.com/acme/*")), None, 1, 5, 5,
    )  # fmt: skip
    part = Project("part", merged_into="acme-api", number=2, created_at=5, changed_at=6, archived_at=7)
    assert store.projects(ledger) == [whole, part]
    assert store.project(ledger, "part") == part
    assert store.project(ledger, "nix") is None
    acme = Organization("Acme", "Acme Ltd", metadata={"client_address": "Street 1"}, created_at=5, changed_at=5)
    assert store.organizations(ledger) == [acme]
    assert questions.names(ledger).of("example-repo") == "acme-api"


def test_ids_that_requests_have(tmp_path: Path) -> None:
    rows = [ledgers.record(n, project_id=id_) for n, id_ in enumerate(["b", "a", None, "b"])]
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db", rows))) as opened:
        assert store.seen(opened) == ["a", "b"]
