"""Costs by project as they are named now: the same sums as adding up row by row, whatever was put together."""

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.ledger import queries
from franking.ledger.connection import patient
from franking.ledger.filters import Filters
from franking.ledger.record import Record
from franking.projects import changes, merging, questions
from franking.projects.values import Member, Project, ProjectsError
from support import ledgers

ACME, BETA, AGAIN = "git@github.com:acme/api.git", "https://github.com/beta/api", "https://github.com/acme/api.git"
IDS = ["api", "web", "shop", "shop-2"]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [
        ledgers.record(1, project_id="api", repository=ACME, cost=1, user="a", organization_id="stamped"),
        ledgers.record(2, project_id="api", repository=BETA, cost=10, user="a"),
        ledgers.record(3, project_id="web", cost=100, user="a"),
        ledgers.record(4, project_id="web", cost=1_000, user="b", organization_id="stamped"),
        ledgers.record(5, project_id=None, cost=10_000, user="b", repository=ACME),
    ]
    with closing(patient(ledgers.made(tmp_path / "ledger.db", rows))) as opened:
        yield opened


def test_users_of_several_ids_are_counted_once(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Project("all", members=(Member("api"), Member("web"))), 1)
    [nobody, whole] = questions.costs(ledger, Filters(), ("project",)).groups
    assert (nobody.key, nobody.cost) == ((None,), 10_000)
    assert (whole.key, whole.cost, whole.requests, whole.users) == (("all",), 1_111, 4, 2)


def test_the_dearest_are_the_dearest_once_put_together(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Project("acme", members=(Member(repository=ACME),)), 1)
    found = questions.costs(ledger, Filters(), ("project",), top=1)
    assert [(group.key[0], group.cost, group.other) for group in found.groups] == [
        (None, 10_000, False),
        ("web", 1_100, False),
        ("(other)", 11, True),
    ]


def test_organizations_add_up(ledger: sqlite3.Connection) -> None:
    changes.edit(ledger, "web", 1, organization="Acme")
    found = questions.costs(ledger, Filters(), ("organization",))
    assert {group.key[0]: group.cost for group in found.groups} == {None: 10_010, "Acme": 1_100, "stamped": 1}
    assert found.total.cost == 11_111


@pytest.mark.parametrize("version", ["schema-1", "schema-2"])
def test_a_ledger_from_before_there_were_projects_has_none(version: str) -> None:
    file = Path(__file__).parents[1] / "ledger" / "fixtures" / f"{version}.db"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as ledger:
        assert questions.names(ledger).trivial


def test_names_that_are_known(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Project("planned"), 1)
    merging.merge(ledger, "web", "planned", 2)
    assert [(project.name, project.number is not None) for project in questions.known(ledger)] == [
        ("api", False),
        ("planned", True),
    ]
    assert questions.named(ledger, "web").name == "planned"
    with pytest.raises(ProjectsError, match="no project 'nix'"):
        questions.named(ledger, "nix")


def test_an_id_that_was_chosen_is_one_project_in_all_its_repositories(tmp_path: Path) -> None:
    rows = [ledgers.record(1, project_id="mono", repository=remote) for remote in (ACME, BETA)]
    with closing(patient(ledgers.made(tmp_path / "mono.db", rows))) as ledger:
        assert questions.ambiguous(ledger) == {}


def test_a_remote_finds_its_requests_whatever_their_ids_are(tmp_path: Path) -> None:
    told = '{"candidates":[{"field":"project","source":"git-remote","value":"api","where":"","outcome":"won"}]}'
    rows = [
        ledgers.record(1, project_id="api", repository=ACME, cost=1, model="m", provenance=told),
        ledgers.record(2, project_id="api", repository=ACME, cost=10, model="n", provenance=told),
        ledgers.record(3, project_id="old", repository=ACME, cost=100),
        ledgers.record(4, project_id="older", repository=ACME, cost=1_000),
        ledgers.record(5, project_id="older", repository=BETA, cost=10_000, provenance=told),
    ]
    with closing(patient(ledgers.made(tmp_path / "remote.db", rows))) as ledger:
        changes.create(ledger, Project("acme", members=(Member(repository="acme/api"),)), 1)
        assert questions.names(ledger).places == {"api": [ACME], "old": [ACME], "older": [ACME]}
        found = questions.costs(ledger, Filters(), ("project",))
        assert {group.key[0]: group.cost for group in found.groups} == {"acme": 1_111, "older": 10_000}


def test_forks_that_a_project_names_need_no_telling_apart(ledger: sqlite3.Connection) -> None:
    assert questions.ambiguous(ledger) == {"api": (ACME, BETA)}
    changes.edit(ledger, "api", 1, members=(Member(repository=ACME), Member(repository=BETA)))
    assert questions.ambiguous(ledger) == {}


_ROW = st.builds(
    ledgers.record,
    st.integers(min_value=0, max_value=10**12),
    project_id=st.sampled_from([None, *IDS]),
    repository=st.sampled_from([None, ACME, BETA, AGAIN]),
    organization_id=st.sampled_from([None, "stamped", "Acme"]),
    user=st.sampled_from([None, "x", "y"]),
    model=st.sampled_from(["m", "n"]),
    cost=st.none() | st.integers(min_value=0, max_value=10**15),
)
_MEMBER = st.one_of(
    st.builds(Member, st.sampled_from(IDS)),
    st.builds(Member, st.none(), st.sampled_from([ACME, "github.com/beta/*"])),
    st.builds(Member, st.sampled_from(IDS), st.sampled_from([ACME, BETA])),
    st.builds(Member, st.just("shop*"), pattern=st.just(True)),
)
_DEFINED = st.lists(
    st.builds(
        Project,
        st.sampled_from(["api", "p", "q"]),
        organization=st.sampled_from([None, "Acme"]),
        members=st.lists(_MEMBER, max_size=2).map(tuple),
    ),
    max_size=3,
)
_NAMES = st.lists(st.sampled_from([None, "p", "q", *IDS]), min_size=1, max_size=2, unique=True).map(tuple)
_OWNERS = st.lists(st.sampled_from([None, "Acme", "stamped"]), min_size=1, max_size=2, unique=True).map(tuple)
_SAID = st.fixed_dictionaries({}, optional={"project": _NAMES, "organization": _OWNERS})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(_ROW, max_size=12),
    defined=_DEFINED,
    merged=st.lists(st.tuples(st.sampled_from(["p", *IDS]), st.sampled_from(["q", *IDS])), max_size=2),
    by=st.lists(st.sampled_from(["project", "organization", "model", "user"]), min_size=1, max_size=2, unique=True),
    include=_SAID,
    exclude=_SAID,
)
def test_folded_sums_are_those_of_the_rows(
    tmp_path: Path,
    rows: list[Record],
    defined: list[Project],
    merged: list[tuple[str, str]],
    by: list[str],
    include: dict[str, tuple[str | None, ...]],
    exclude: dict[str, tuple[str | None, ...]],
) -> None:
    for old in tmp_path.iterdir():
        old.unlink()
    with closing(patient(ledgers.made(tmp_path / "ledger.db", rows))) as ledger:
        for project in defined:
            with contextlib.suppress(ProjectsError):
                changes.create(ledger, project, 1)
        for name, into in merged:
            with contextlib.suppress(ProjectsError):
                merging.merge(ledger, name, into, 2)
        names = questions.names(ledger)
        found = questions.costs(ledger, Filters(include=include, exclude=exclude), by)

        def values(row: Record) -> dict[str, str | None]:
            project = names.of(row.project_id, row.repository)
            owner = names.organization(project) or row.organization_id
            return {"project": project, "organization": owner, "model": row.model, "user": row.user}

        def resolved(said: dict[str, tuple[str | None, ...]]) -> dict[str, set[str | None]]:
            return {
                dimension: {names.resolved(name) if name and dimension == "project" else name for name in named}
                for dimension, named in said.items()
            }

        wanted, unwanted = resolved(include), resolved(exclude)
        expected: dict[tuple[str | None, ...], list[Record]] = {}
        for row in rows:
            told = values(row)
            if all(told[dimension] in named for dimension, named in wanted.items()) and not any(
                told[dimension] in named for dimension, named in unwanted.items()
            ):
                expected.setdefault(tuple(told[dimension] for dimension in by), []).append(row)
        assert {group.key: _told(group) for group in found.groups} == {
            key: _expected(held) for key, held in expected.items()
        }
        assert found.total.requests == sum(len(held) for held in expected.values())


def _told(group: queries.Group) -> tuple[int, int, int]:
    return group.requests, group.cost or 0, group.users


def _expected(rows: list[Record]) -> tuple[int, int, int]:
    return len(rows), sum(row.cost or 0 for row in rows), len({row.user for row in rows} - {None})
