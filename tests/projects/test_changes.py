"""Projects defined, edited, renamed, archived; what stands against it is said in one line, and changes nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.connection import patient
from franking.projects import changes, merging, questions, store
from franking.projects.values import Member, Organization, Project, ProjectsError
from support import ledgers


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [ledgers.record(1_000_000 * n, project_id=id_, cost=10**n) for n, id_ in enumerate(["api", "web", "shop"])]
    with closing(patient(ledgers.made(tmp_path / "ledger.db", rows))) as opened:
        yield opened


def whose(ledger: sqlite3.Connection) -> dict[str, str | None]:
    names = questions.names(ledger)
    return {id_: names.of(id_) for id_ in store.seen(ledger)}


def test_a_project_has_what_it_was_given(ledger: sqlite3.Connection) -> None:
    given = Project(
        "acme", "Acme Ltd", "Two\nlines", "#112233", "A", "Acme", {"billable": True, "billing_rate": "1.20"},
        (Member("api"), Member(repository="git@github.com:acme/web.git"), Member("acme-*", pattern=True)),
    )  # fmt: skip
    made = changes.create(ledger, given, 5)
    kept = store.project(ledger, "acme")
    assert kept == made._replace(created_at=5, changed_at=5)
    assert kept.members == (Member("api"), Member(repository="github.com/acme/web"), Member("acme-*", pattern=True))
    assert (kept.title, kept.billable, str(kept.billing_rate)) == ("Acme Ltd", True, "1.20")
    assert [each.name for each in store.organizations(ledger)] == ["Acme"]
    assert whose(ledger) == {"api": "acme", "shop": "shop", "web": "web"}


def test_a_project_that_is_only_seen_is_defined_by_its_first_edit(ledger: sqlite3.Connection) -> None:
    assert store.projects(ledger) == []
    assert [project.number for project in questions.known(ledger)] == [None, None, None]
    changes.edit(ledger, "web", 7, colour="#ABCDEF")
    assert [(each.name, each.colour) for each in store.projects(ledger)] == [("web", "#abcdef")]
    changes.edit(ledger, "web", 8, organization="")
    assert store.project(ledger, "web") == Project("web", colour="#abcdef", number=1, created_at=7, changed_at=8)


def test_history_follows_a_rename_and_the_old_name_leads_there(ledger: sqlite3.Connection) -> None:
    changes.rename(ledger, "api", "Acme API", 5)
    changes.rename(ledger, "api", "Acme", 6)
    assert whose(ledger)["api"] == "Acme"
    names = questions.names(ledger)
    assert {names.resolved(name) for name in ("api", "Acme API", "Acme")} == {"Acme"}
    changes.rename(ledger, "Acme", "api", 7)
    assert {each.name: set(each.members) for each in store.projects(ledger)} == {
        "api": {Member("Acme API"), Member("Acme")}
    }


def test_nothing_rewrites_what_a_request_was_stamped_with(ledger: sqlite3.Connection) -> None:
    before = ledger.execute("SELECT * FROM requests ORDER BY id").fetchall()
    changes.create(ledger, Project("acme", members=(Member("api"),)), 1)
    changes.rename(ledger, "web", "site", 2)
    merging.merge(ledger, "shop", "site", 3)
    changes.archive(ledger, "site", 4)
    assert ledger.execute("SELECT * FROM requests ORDER BY id").fetchall() == before


def test_archived_and_back(ledger: sqlite3.Connection) -> None:
    assert changes.archive(ledger, "web", 5).archived_at == 5
    assert [each.archived_at for each in questions.known(ledger) if each.name == "web"] == [5]
    assert changes.unarchive(ledger, "web", 6).archived_at is None
    assert [each.archived_at for each in questions.known(ledger)] == [None, None, None]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda ledger: changes.create(ledger, Project("acme"), 9), "there is a project 'acme' already"),
        (lambda ledger: changes.create(ledger, Project("api"), 9), "'api' is an id of project 'acme'"),
        (lambda ledger: changes.create(ledger, Project(" "), 9), "the name is empty"),
        (lambda ledger: changes.create(ledger, Project("x", members=(Member("api"),)), 9), "id api belongs to project"),
        (lambda ledger: changes.create(ledger, Project("x", members=(Member("acme"),)), 9), "a project of its own"),
        (lambda ledger: changes.edit(ledger, "nix", 9, colour=None), "no project 'nix'"),
        (lambda ledger: changes.edit(ledger, "acme", 9, colour="red"), "no colour"),
        (lambda ledger: changes.rename(ledger, "acme", "acme", 9), "its name already"),
        (lambda ledger: changes.rename(ledger, "acme", "web", 9), "frank projects merge acme --into web"),
        (lambda ledger: changes.rename(ledger, "web", "acme", 9), "there is a project 'acme' already"),
        (lambda ledger: changes.rename(ledger, "web", "api", 9), "frank projects edit acme --drop-id api"),
        (lambda ledger: changes.edit_organization(ledger, "", 9), "organization is empty"),
    ],
)
def test_conflicts_are_refused_and_change_nothing(
    ledger: sqlite3.Connection, change: Callable[[sqlite3.Connection], object], says: str
) -> None:
    changes.create(ledger, Project("acme", members=(Member("api"),)), 5)
    before = store.projects(ledger)
    with pytest.raises(ProjectsError, match=says):
        change(ledger)
    assert not ledger.in_transaction
    assert store.projects(ledger) == before


def test_organizations_are_defined_and_edited(ledger: sqlite3.Connection) -> None:
    changes.edit_organization(ledger, "Acme", 5, display_name="Acme Ltd", metadata={"client_address": "Street 1"})
    changes.edit(ledger, "web", 6, organization="Acme")
    changes.edit_organization(ledger, "Acme", 7, colour="#112233")
    assert store.organization(ledger, "Acme") == Organization(
        "Acme", "Acme Ltd", None, "#112233", None, {"client_address": "Street 1"}, 5, 7
    )
