"""Projects put together and taken apart again; circles are refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.connection import patient
from franking.ledger.filters import Filters
from franking.projects import changes, merging, questions, store
from franking.projects.values import Member, Project, ProjectsError
from support import ledgers

ACME, BETA, AGAIN = "git@github.com:acme/api.git", "https://github.com/beta/api", "https://github.com/acme/api.git"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        ledgers.record(1, project_id="api", repository=ACME, cost=1, provenance="{}"),
        ledgers.record(2, project_id="api", repository=AGAIN, cost=10, provenance="{}"),
        ledgers.record(3, project_id="api", repository=BETA, cost=100),
        ledgers.record(4, project_id="api", cost=1_000),
        ledgers.record(5, project_id="web", repository="git@github.com:acme/web.git", cost=10_000),
        ledgers.record(6, project_id="shop", cost=100_000),
    ]
    with closing(patient(ledgers.made(tmp_path / "ledger.db", rows))) as opened:
        yield opened


def costs(ledger: sqlite3.Connection) -> dict[str | None, int | None]:
    return {group.key[0]: group.cost for group in questions.costs(ledger, Filters(), ("project",)).groups}


def test_merged_projects_count_as_one_and_split_again(ledger: sqlite3.Connection) -> None:
    merging.merge(ledger, "web", "shop", 1)
    merging.merge(ledger, "shop", "api", 2)
    assert costs(ledger) == {"api": 111_111}
    assert [project.name for project in questions.known(ledger)] == ["api"]
    assert merging.split(ledger, "shop", 3) == ["shop"]
    assert costs(ledger) == {"shop": 110_000, "api": 1_111}
    assert merging.split(ledger, "web", 4) == ["web"]
    assert costs(ledger) == {"shop": 100_000, "web": 10_000, "api": 1_111}


@pytest.mark.parametrize(
    ("name", "into", "says"),
    [
        ("web", "web", "one project already"),
        ("shop", "web", "'web' is itself a part of 'shop'; first: frank projects split web"),
        ("nix", "web", "no project 'nix'"),
        ("shop", "nix", "no project 'nix'"),
    ],
)
def test_circles_and_unknown_names_are_refused(ledger: sqlite3.Connection, name: str, into: str, says: str) -> None:
    merging.merge(ledger, "web", "shop", 1)
    before = store.projects(ledger)
    with pytest.raises(ProjectsError, match=says):
        merging.merge(ledger, name, into, 2)
    assert store.projects(ledger) == before


def test_an_id_of_several_repositories_is_told_apart(ledger: sqlite3.Connection) -> None:
    places = questions.ambiguous(ledger)
    assert list(places) == ["api"]
    assert merging.split(ledger, "api", 1, places["api"]) == ["acme/api", "beta/api"]
    assert costs(ledger) == {"shop": 100_000, "web": 10_000, "api": 1_000, "beta/api": 100, "acme/api": 11}
    assert questions.ambiguous(ledger) == {}
    changes.rename(ledger, "acme/api", "acme", 2)
    assert costs(ledger)["acme"] == 11


def test_what_is_split_off_joins_a_project_of_its_name(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Project("acme/api", members=(Member("web"),)), 1)
    merging.split(ledger, "api", 2, questions.ambiguous(ledger)["api"])
    assert costs(ledger)["acme/api"] == 10_011


def test_repositories_of_one_name_at_two_hosts_get_their_whole_address(ledger: sqlite3.Connection) -> None:
    places = ("git@github.com:acme/api.git", "git@gitlab.com:acme/api.git")
    assert merging.split(ledger, "api", 1, places) == ["github.com/acme/api", "gitlab.com/acme/api"]


def test_where_there_is_nothing_to_split_it_is_said(ledger: sqlite3.Connection) -> None:
    with pytest.raises(ProjectsError, match="nothing to split"):
        merging.split(ledger, "web", 1, questions.ambiguous(ledger).get("web", ()))
