"""What a question about projects means in ids and repositories, told from its dimensions and their values. Pure.

``folding`` says how, and turns it into Filters; here no more is loaded than a shell's prompt can wait for.
"""

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from franking.ledger.filters import Value
    from franking.projects.names import Names

    Values = Mapping[str, tuple[Value, ...]]

__all__ = ["FOLDED", "Meant", "meant"]

FOLDED = ("project", "organization")
"""The dimensions that projects change."""


class Meant(NamedTuple):
    """Requests that have one of each of the included values and none of the excluded.

    project, organization: what they count to, where that is the same for all; None: told by their ids, by their stamp.
    """

    include: "Values"
    exclude: "Values"
    project: str | None = None
    organization: str | None = None


def meant(names: "Names", include: "Values", exclude: "Values", by: "Sequence[str]" = ()) -> list[Meant]:
    """By ids and repositories what the values mean by projects: parts without a request in common. by: see there."""
    if names.trivial or not {*by, *include, *exclude}.intersection(FOLDED):
        return [Meant(include, exclude)]
    return _Meaning(names, Meant(include, exclude), by).parts()


class _Meaning:
    def __init__(self, names: "Names", asked: Meant, by: "Sequence[str]") -> None:
        self._names, self._asked = names, asked
        self._organizations = "organization" in {*by, *asked.include, *asked.exclude}
        self._include = _without(asked.include, FOLDED)
        self._exclude = _without(asked.exclude, FOLDED)
        self._wanted = self._resolved(asked.include)
        self._unwanted = self._resolved(asked.exclude) or set()

    def parts(self) -> list[Meant]:
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
        if "project" in self._asked.include:
            found.append(self._part({"project": tuple(rest)}, {}, None, None) if rest else None)
        else:
            found.append(self._part({}, {"project": tuple(left_out)} if left_out else {}, None, None))
        found += self._placed()
        return [part for part in found if part is not None]

    def _placed(self) -> "Iterable[Meant | None]":
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

    def _part(
        self, include: "Values", exclude: "Values", project: str | None, organization: str | None
    ) -> Meant | None:
        """None where the question wants nothing of it."""
        more, less = dict(self._include), dict(self._exclude)
        if self._organizations and organization is None:
            more |= _only(self._asked.include, "organization")
            less |= _only(self._asked.exclude, "organization")
        elif self._organizations and not _has(self._asked, "organization", organization):
            return None
        for dimension, values in include.items():
            held = more.get(dimension)
            more[dimension] = values if held is None else tuple(value for value in values if value in held)
        for dimension, values in exclude.items():
            less[dimension] = tuple(dict.fromkeys((*less.get(dimension, ()), *values)))
        return Meant(more, less, project, organization)

    def _organization(self, project: str | None) -> str | None:
        return self._names.organization(project) if self._organizations else None

    def _resolved(self, values: "Values") -> "set[Value] | None":
        """The projects that the values name; None where none are named."""
        if "project" not in values:
            return None
        return {None if value is None else self._names.resolved(value) for value in values["project"]}

    def _meant(self, project: str | None) -> bool:
        return (self._wanted is None or project in self._wanted) and project not in self._unwanted


def _has(asked: Meant, dimension: str, value: "Value") -> bool:
    return value in asked.include.get(dimension, (value,)) and value not in asked.exclude.get(dimension, ())


def _without(values: "Values", dimensions: "Sequence[str]") -> "dict[str, tuple[Value, ...]]":
    return {dimension: held for dimension, held in values.items() if dimension not in dimensions}


def _only(values: "Values", dimension: str) -> "dict[str, tuple[Value, ...]]":
    return {dimension: values[dimension]} if dimension in values else {}
