"""Which requests a budget counts, and which budgets are for a project."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.budgets import matching
from franking.budgets.values import DIMENSIONS, Budget
from franking.ledger.filters import Value
from franking.projects.names import Names
from franking.projects.values import Member, Project

NAMES = Names([Project("acme", organization="Acme", members=(Member("api"),)), Project("web")], ["api", "web"])
API = matching.request(NAMES, "api", None, "stamped", feature="cli", user="a", model="m", client="c", session="s")
WEB = matching.request(NAMES, "web", None, "stamped")


def test_a_request_is_seen_as_it_is_named_now() -> None:
    assert (API.project, API.organization) == ("acme", "Acme")
    assert (WEB.project, WEB.organization, WEB.feature) == ("web", "stamped", None)


@pytest.mark.parametrize(
    ("include", "covered"),
    [
        ({}, (True, True)),
        ({"project": ("acme",)}, (True, False)),
        ({"project": ("acme", "web")}, (True, True)),
        ({"project": ("acme",), "user": ("b",)}, (False, False)),
        ({"organization": ("Acme",)}, (True, False)),
        ({"organization": ("stamped",)}, (False, True)),
        ({"feature": (None,)}, (False, True)),
        ({"feature": ("cli",), "model": ("m",), "client": ("c",), "session": ("s",), "user": ("a",)}, (True, False)),
    ],
)
def test_what_a_budget_covers(include: Mapping[str, tuple[Value, ...]], covered: tuple[bool, bool]) -> None:
    budget = Budget("b", 1, include=include)
    assert (matching.covers(budget, API), matching.covers(budget, WEB)) == covered


@pytest.mark.parametrize(
    ("include", "concerned"),
    [
        ({}, True),
        ({"project": ("acme",)}, True),
        ({"project": ("web",)}, False),
        ({"organization": ("Acme",)}, True),
        ({"organization": ("Other",)}, False),
        ({"project": ("acme",), "organization": ("Other",)}, False),
        ({"project": ("acme",), "feature": ("cli",)}, True),
        ({"user": ("a",)}, False),
    ],
)
def test_which_budgets_are_for_a_project(include: Mapping[str, tuple[Value, ...]], concerned: bool) -> None:
    assert matching.concerns(Budget("b", 1, include=include), "acme", "Acme") == concerned


_VALUES = st.sampled_from([None, "a", "b"])
_SCOPE = st.dictionaries(
    st.sampled_from(DIMENSIONS), st.lists(_VALUES, min_size=1, max_size=2, unique=True).map(tuple), max_size=3
)


@given(
    scopes=st.lists(_SCOPE, max_size=8),
    asked=st.builds(matching.Request, **dict.fromkeys(DIMENSIONS, _VALUES)),
)
def test_the_index_finds_what_looking_at_each_finds(
    scopes: list[dict[str, tuple[Value, ...]]], asked: matching.Request
) -> None:
    budgets = [Budget(str(number), 1, include=scope) for number, scope in enumerate(scopes)]
    found = [budget.name for budget in matching.Index(budgets).covering(asked)]
    assert sorted(found) == sorted(budget.name for budget in budgets if matching.covers(budget, asked))
