"""Questions about projects as questions about ids: which Filters they become."""

from franking.ledger.filters import Filters
from franking.projects import folding
from franking.projects.names import Names
from franking.projects.values import Member, Project

REMOTE = "git@github.com:acme/api.git"
MERGED = Names([Project("all", organization="Acme"), Project("part", merged_into="all")], ["part", "web", "web-2"])
PLACED = Names(
    [Project("acme", members=(Member("api", "github.com/acme/api"), Member("old")))], ["api", "old"], {"api": [REMOTE]}
)


def test_without_definitions_a_question_stays_as_it_is() -> None:
    filters = Filters(include={"project": ("a",), "organization": ("o",)})
    assert folding.matched(Names(), filters) == (filters,)


def test_a_question_that_is_not_about_projects_stays_as_it_is() -> None:
    filters = Filters(5, 9, {"feature": ("cli",)})
    [(same, turned)] = folding.parts(MERGED, filters, ("day", "model"))
    assert same == filters
    assert turned(("2026-11-22", "m")) == ("2026-11-22", "m")


def test_a_project_becomes_its_ids() -> None:
    asked = Filters(5, 9, {"project": ("all",), "feature": ("cli",)})
    [(part, turned)] = folding.parts(MERGED, asked, ("project", "model"))
    assert part == Filters(5, 9, {"project": ("part",), "feature": ("cli",)})
    assert turned(("part", "m")) == ("all", "m")


def test_an_earlier_name_means_the_same() -> None:
    by_old, by_new = (folding.matched(MERGED, Filters(include={"project": (name,)})) for name in ("part", "all"))
    assert by_old == by_new


def test_all_but_one_project_leaves_room_for_ids_that_come_later() -> None:
    assert folding.matched(MERGED, Filters(exclude={"project": ("all", None)})) == (
        Filters(exclude={"project": ("part", None)}),
    )


def test_nothing_is_asked_where_nothing_can_be_found() -> None:
    assert folding.matched(MERGED, Filters(include={"project": ("nobody",)})) == ()


def test_repositories_tell_apart_what_one_id_means() -> None:
    found = folding.parts(PLACED, Filters(), ("project",))
    assert [part for part, _ in found] == [
        Filters(exclude={"project": ("api",)}),
        Filters(include={"project": ("api",), "repository": (REMOTE,)}),
        Filters(include={"project": ("api",)}, exclude={"repository": (REMOTE,)}),
    ]
    assert [turned(("api",)) for _, turned in found[1:]] == [("acme",), ("api",)]


def test_a_project_of_ids_and_repositories_is_asked_in_parts() -> None:
    assert folding.matched(PLACED, Filters(include={"project": ("acme",)})) == (
        Filters(include={"project": ("old",)}),
        Filters(include={"project": ("api",), "repository": (REMOTE,)}),
    )


def test_a_projects_organization_goes_before_the_stamped_one() -> None:
    found = folding.parts(MERGED, Filters(include={"organization": ("Acme",)}), ("organization",))
    assert [part for part, _ in found] == [
        Filters(include={"project": ("part",)}),
        Filters(include={"organization": ("Acme",)}, exclude={"project": ("part",)}),
    ]
    assert [turned(("stamped",)) for _, turned in found] == [("Acme",), ("stamped",)]
    [(rest, _)] = folding.parts(MERGED, Filters(include={"organization": ("Other",)}), ("organization",))
    assert rest == Filters(include={"organization": ("Other",)}, exclude={"project": ("part",)})
