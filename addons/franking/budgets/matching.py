"""Which requests a budget counts, told in memory. Pure; projects and organizations by their names of now."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from operator import attrgetter

from franking.budgets import scope
from franking.budgets.values import DIMENSIONS, Budget
from franking.ledger.filters import Value
from franking.projects.names import Names

__all__ = ["Index", "Request", "concerns", "covers", "request"]


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request a budget looks at; None is not known.

    project: as it is named now. organization: its project's, or else the stamped one. model: the answer's; before
    there is one, the one asked for.
    """

    project: Value = None
    organization: Value = None
    feature: Value = None
    user: Value = None
    model: Value = None
    client: Value = None
    session: Value = None


_VALUE = {dimension: attrgetter(dimension) for dimension in DIMENSIONS}


def request(
    names: Names,
    project_id: Value,
    repository: Value,
    organization_id: Value,
    *,
    feature: Value = None,
    user: Value = None,
    model: Value = None,
    client: Value = None,
    session: Value = None,
) -> Request:
    """A Request from what it was stamped with."""
    project = names.of(project_id, repository)
    organization = names.organization(project) or organization_id
    return Request(project, organization, feature, user, model, client, session)


def covers(budget: Budget, asked: Request) -> bool:
    """Does the budget count it? Its projects are to be names of now (``questions.named_now``)."""
    return all(_VALUE[dimension](asked) in values for dimension, values in budget.include.items())


class Index:
    """Budgets, of which those that cover a request are found by what it is, without looking at the others."""

    def __init__(self, budgets: Iterable[Budget]) -> None:
        kinds: dict[tuple[str, ...], dict[tuple[Value, ...], list[Budget]]] = {}
        for budget in budgets:
            named = tuple(dimension for dimension in DIMENSIONS if dimension in budget.include)
            held = kinds.setdefault(named, {})
            for values in product(*(budget.include[dimension] for dimension in named)):
                held.setdefault(values, []).append(budget)
        self._kinds = [(tuple(_VALUE[dimension] for dimension in named), held) for named, held in kinds.items()]

    def covering(self, asked: Request) -> list[Budget]:
        """Those that count the request, each once, in no order."""
        found: list[Budget] = []
        for values, held in self._kinds:
            found += held.get(tuple([value(asked) for value in values]), ())
        return found


def concerns(budget: Budget, project: str, organization: str | None) -> bool:
    """Is it a budget for this project: does it name the project or its organization, or is it for everything?"""
    return scope.concerns(budget.include, project, organization)
