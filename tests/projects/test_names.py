"""To which project a request counts: the order of what has a say, as a table."""

import pytest

from franking.projects.names import Names
from franking.projects.values import Member, Project

PROJECTS = [
    Project("acme-api", members=(Member("api", "github.com/acme/api"), Member("old-api"))),
    Project("beta", members=(Member(repository="github.com/beta/*"), Member("beta-*", pattern=True))),
    Project("beta-labs", members=(Member(repository="github.com/beta/labs"), Member("beta-lab*", pattern=True))),
    Project("part", merged_into="whole"),
    Project("whole", merged_into="all"),
    Project("all", organization="Acme"),
    Project("star*", members=(Member("any*"),)),
]
ACME, BETA, LABS = "git@github.com:acme/api.git", "https://github.com/beta/api", "ssh://git@github.com/beta/labs"

CASES = [
    (None, None, None),
    (None, ACME, None),
    ("api", None, "api"),
    ("api", ACME, "acme-api"),
    ("api", BETA, "beta"),
    ("api", "git@github.com:gamma/api.git", "api"),
    ("labs", LABS, "beta-labs"),
    ("old-api", None, "acme-api"),
    ("old-api", BETA, "beta"),
    ("acme-api", ACME, "acme-api"),
    ("beta-x", None, "beta"),
    ("beta-labs", None, "beta-labs"),
    ("beta-lab-2", None, "beta-labs"),
    ("my-beta-x", None, "my-beta-x"),
    ("part", None, "all"),
    ("whole", None, "all"),
    ("any*", None, "star*"),
    ("anything", None, "anything"),
    ("nobody's", None, "nobody's"),
]


@pytest.mark.parametrize(("project_id", "repository", "project"), CASES)
def test_what_a_request_counts_to(project_id: str | None, repository: str | None, project: str | None) -> None:
    names = Names(PROJECTS)
    assert names.of(project_id, repository) == project
    assert names.of(project_id, repository) == project, "remembered"


def test_without_definitions_every_id_is_its_own() -> None:
    names = Names()
    assert names.trivial
    assert (names.of("a", ACME), names.resolved("a"), names.of(None)) == ("a", "a", None)


def test_organizations_are_the_projects_own() -> None:
    names = Names(PROJECTS)
    assert names.organization(names.of("part")) == "Acme"
    assert names.organization("beta") is None
    assert names.organization("never-defined") is None
    assert names.organization(None) is None


def test_a_circle_in_a_damaged_ledger_ends() -> None:
    names = Names([Project("a", merged_into="b"), Project("b", merged_into="a")])
    assert {names.of("a"), names.of("b")} <= {"a", "b"}


def test_what_a_repository_tells() -> None:
    names = Names(PROJECTS)
    assert names.by_repository
    assert names.caught("api", ACME)
    assert not names.caught("web", ACME)
    assert not Names([Project("a", members=(Member("b"),))]).by_repository
