"""How well requests are attributed."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.ledger import coverage
from franking.ledger.coverage import FeatureUse, Rejected, Share
from franking.ledger.filters import Filters
from support import ledgers

ROWS = [
    ledgers.record(1, project_id="a", project_source="git-remote", feature="cli", feature_source="command", user="x"),
    ledgers.record(
        2, project_id="a", project_source="client-header", feature="cli", feature_source="command", user="y"
    ),
    ledgers.record(
        3, project_id="a", project_source="git-remote", feature="cli", feature_source="client-header", cost=1
    ),
    ledgers.record(4, project_id="a", project_source="git-remote", rejected_feature="Chat", client="kilo"),
    ledgers.record(5, project_id=None, project_source="project-file", rejected_feature="Chat", client="aider"),
    ledgers.record(6, rejected_feature="x", status="http_error"),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(ledgers.made(tmp_path / "ledger.db", ROWS))
    yield opened
    opened.close()


def test_shares(ledger: sqlite3.Connection) -> None:
    assert coverage.share(ledger, Filters()) == Share(
        requests=6, project=4, feature=3, attributed=3, unaided=1, opted_out=1, ended_well=5, unpriced=4
    )
    assert coverage.share(ledger, Filters(since=100)) == Share(0, 0, 0, 0, 0, 0, 0, 0)


def test_features_with_their_sources(ledger: sqlite3.Connection) -> None:
    assert coverage.features(ledger, Filters()) == [
        FeatureUse(None, 3, 0, 6, (("", 3),)),
        FeatureUse("cli", 3, 2, 3, (("command", 2), ("client-header", 1))),
    ]


def test_rejected_values_most_frequent_first(ledger: sqlite3.Connection) -> None:
    assert coverage.rejected(ledger, Filters()) == [
        Rejected("Chat", 2, 5, ("aider", "kilo")),
        Rejected("x", 1, 6, ()),
    ]
    assert len(coverage.rejected(ledger, Filters(), limit=1)) == 1


def test_what_was_filled_in_later_was_not_found_without_help(tmp_path: Path) -> None:
    rows = [
        ledgers.record(1, project_id="a", project_source=project, feature="cli", feature_source=feature)
        for project, feature in (
            ("git-remote", "command"),
            ("backfill:neighbour-session", "command"),
            ("git-remote", "backfill:editor"),
            ("client-header", "backfill:editor"),
        )
    ]
    with contextlib.closing(sqlite3.connect(ledgers.made(tmp_path / "other.db", rows))) as opened:
        share = coverage.share(opened, Filters())
    assert (share.attributed, share.inferred, share.at_once, share.unaided) == (4, 3, 1, 1)
