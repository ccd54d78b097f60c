"""Members: each once, each of one project alone, and taken away only where they are."""

import pytest

from franking.projects import members
from franking.projects.values import Member, Project, ProjectsError

PLACED = Member("api", "github.com/acme/api")
PROJECT = Project("acme", members=(Member("api"), PLACED, Member("a-*", pattern=True)))


def test_its_own_name_is_no_member_and_each_is_kept_once() -> None:
    project = Project("acme", members=(Member("acme"), Member(" b "), Member("b"), Member(repository="Acme/API")))
    assert members.own(project) == (Member("b"), Member(repository="*/acme/api"))


@pytest.mark.parametrize(
    ("dropped", "left"),
    [
        (Member("api"), (PLACED, Member("a-*", pattern=True))),
        (Member("a-*", pattern=True), (Member("api"), PLACED)),
        (Member(repository="https://github.com/acme/api"), (Member("api"), Member("a-*", pattern=True))),
    ],
)
def test_members_are_dropped(dropped: Member, left: tuple[Member, ...]) -> None:
    assert members.without(PROJECT, [dropped]) == left


@pytest.mark.parametrize("dropped", [Member("a-*"), Member("acme"), Member(repository="github.com/acme/web")])
def test_what_is_no_member_cannot_be_dropped(dropped: Member) -> None:
    with pytest.raises(ProjectsError, match="project 'acme' has no "):
        members.without(PROJECT, [dropped])


def test_a_member_reads_as_the_options_say_it() -> None:
    assert [str(member) for member in PROJECT.members] == [
        "id api",
        "id api at remote github.com/acme/api",
        "pattern a-*",
    ]
