"""Which budgets a project's prompt tells of: those for everything, for it, or for its organization."""

from collections.abc import Mapping

import pytest

from franking.budgets.scope import concerns, named_now
from franking.ledger.filters import Value
from franking.projects.names import Names
from franking.projects.values import Project

_NAMES = Names([Project("all"), Project("part", merged_into="all")], ["part", "web"])


@pytest.mark.parametrize(
    ("include", "concerned"),
    [
        ({}, True),
        ({"project": ("web",)}, True),
        ({"project": ("api", "web")}, True),
        ({"project": ("api",)}, False),
        ({"project": (None,)}, False),
        ({"organization": ("Acme",)}, True),
        ({"organization": ("Other",)}, False),
        ({"project": ("web",), "organization": ("Other",)}, False),
        ({"project": ("web",), "feature": ("cli",)}, True),
        ({"feature": ("cli",)}, False),
        ({"user": ("jane",)}, False),
    ],
)
def test_what_concerns_a_project(include: Mapping[str, tuple[Value, ...]], concerned: bool) -> None:
    assert concerns(include, "web", "Acme") is concerned


def test_a_project_of_no_organization_is_in_none() -> None:
    assert not concerns({"organization": ("Acme",)}, "web", None)
    assert concerns({"organization": (None,)}, "web", None)


@pytest.mark.parametrize(
    ("asked", "named"),
    [(("part",), ("all",)), (("part", "all", None), ("all", None)), (("web",), ("web",)), (("gone",), ("gone",))],
)
def test_projects_by_their_names_of_now(asked: tuple[Value, ...], named: tuple[Value, ...]) -> None:
    assert named_now(_NAMES, {"project": asked, "user": ("part",)}) == {"project": named, "user": ("part",)}


def test_without_a_project_nothing_is_renamed() -> None:
    include = {"feature": ("part",)}
    assert named_now(_NAMES, include) is include
