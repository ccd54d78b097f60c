"""Questions about projects turned into questions about what requests were stamped with. Pure.

What counts to a project may be several ids, and of one id only the requests from some repositories. So a question
becomes several, each with Filters of its own that have no request in common; nearly always it stays one. A request's
organization is that of its project where that was given one, else the one it was stamped with.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from franking.ledger.filters import Filters, Value
from franking.ledger.queries import Part, unturned
from franking.projects.names import Names

__all__ = ["matched", "parts"]

_FOLDED = ("project", "organization")

_Values = Mapping[str, tuple[Value, ...]]


def matched(names: Names, filters: Filters) -> tuple[Filters, ...]:
    """Filters by ids and repositories that together mean what the given ones mean by projects; none in common."""
    return tuple(part for part, _ in parts(names, filters))


def parts(names: Names, filters: Filters, by: Sequence[str] = ()) -> list[Part]:
    """The same with what turns the keys of a question by these dimensions into projects and organizations."""
    if names.trivial or not {*by, *filters.include, *filters.exclude}.intersection(_FOLDED):
        return [(filters, unturned)]
    return _Folding(names, filters, by).parts()


class _Folding:
    def __init__(self, names: Names, filters: Filters, by: Sequence[str]) -> None:
        self._names, self._filters, self._by = names, filters, tuple(by)
        self._organizations = "organization" in {*by, *filters.include, *filters.exclude}
        self._include = _without(filters.include, _FOLDED)
        self._exclude = _without(filters.exclude, _FOLDED)
        self._wanted = self._resolved(filters.include)
        self._unwanted = self._resolved(filters.exclude) or set()

    def parts(self) -> list[Part]:
        plain = {id_: self._names.of(id_) for id_ in self._names.seen if id_ not in self._names.places}
        owned: dict[str, list[Value]] = {}
        rest: list[Value] = []
        left_out: list[Value] = [*self._names.places]
        for id_, project in plain.items():
            organization = self._organization(project)
            if organization is not None:
                owned.setdefault(organization, []).extend([id_] if self._meant(project) else [])
                left_out.append(id_)
            else:
                (rest if self._meant(project) else left_out).append(id_)
        (rest if self._meant(None) else left_out).append(None)
        found = [self._part({"project": tuple(ids)}, {}, None, owner) for owner, ids in owned.items() if ids]
        if "project" in self._filters.include:
            found.append(self._part({"project": tuple(rest)}, {}, None, None) if rest else None)
        else:
            found.append(self._part({}, {"project": tuple(left_out)} if left_out else {}, None, None))
        found += self._placed()
        return [part for part in found if part is not None]

    def _placed(self) -> Iterable[Part | None]:
        """Of the ids that are told apart by repositories: each project's, and what no repository tells."""
        for id_, places in self._names.places.items():
            targets: dict[str | None, list[Value]] = {}
            for place in places:
                targets.setdefault(self._names.of(id_, place), []).append(place)
            for project, repositories in targets.items():
                if self._meant(project):
                    include = {"project": (id_,), "repository": tuple(repositories)}
                    yield self._part(include, {}, project, self._organization(project))
            if self._meant(project := self._names.of(id_)):
                exclude = {"repository": tuple(places)}
                yield self._part({"project": (id_,)}, exclude, project, self._organization(project))

    def _part(self, include: _Values, exclude: _Values, project: str | None, organization: str | None) -> Part | None:
        """project, organization: what the requests count to, where that is the same for all; None: told by their ids,
        by their stamp. None where the filters want nothing of it.
        """
        more, less = dict(self._include), dict(self._exclude)
        if self._organizations and organization is None:
            more |= _only(self._filters.include, "organization")
            less |= _only(self._filters.exclude, "organization")
        elif self._organizations and not _has(self._filters, "organization", organization):
            return None
        for dimension, values in include.items():
            held = more.get(dimension)
            more[dimension] = values if held is None else tuple(value for value in values if value in held)
        for dimension, values in exclude.items():
            less[dimension] = tuple(dict.fromkeys((*less.get(dimension, ()), *values)))
        return replace(self._filters, include=more, exclude=less), self._turned(project, organization)

    def _turned(
        self, project: str | None, organization: str | None
    ) -> Callable[[tuple[Value, ...]], tuple[Value, ...]]:
        if not {*self._by}.intersection(_FOLDED):
            return unturned

        def turned(key: tuple[Value, ...]) -> tuple[Value, ...]:
            return tuple(
                (project or self._names.of(value))
                if dimension == "project"
                else (organization or value)
                if dimension == "organization"
                else value
                for dimension, value in zip(self._by, key, strict=True)
            )

        return turned

    def _organization(self, project: str | None) -> str | None:
        return self._names.organization(project) if self._organizations else None

    def _resolved(self, values: _Values) -> set[Value] | None:
        """The projects that the values name; None where none are named."""
        if "project" not in values:
            return None
        return {None if value is None else self._names.resolved(value) for value in values["project"]}

    def _meant(self, project: str | None) -> bool:
        return (self._wanted is None or project in self._wanted) and project not in self._unwanted


def _has(filters: Filters, dimension: str, value: Value) -> bool:
    return value in filters.include.get(dimension, (value,)) and value not in filters.exclude.get(dimension, ())


def _without(values: _Values, dimensions: Sequence[str]) -> dict[str, tuple[Value, ...]]:
    return {dimension: held for dimension, held in values.items() if dimension not in dimensions}


def _only(values: _Values, dimension: str) -> dict[str, tuple[Value, ...]]:
    return {dimension: values[dimension]} if dimension in values else {}
