"""Whose request is it: a Context and the Rules → an Attribution. Pure, never raises, no I/O.

``ORDER`` is the order of sources, as data: field → (name, function) in turn. Each field is resolved alone, by the
first source that has a say; what every other source would have said is kept beside it as a candidate, with the
reason why it lost.
"""

from collections.abc import Mapping

from franking.attribution.facts import Facts, Source, Word
from franking.attribution.identity import IDENTITY
from franking.attribution.request_headers import tags_of
from franking.attribution.rules import Rules
from franking.attribution.sources import FEATURE, PROJECT, evident_place
from franking.attribution.text import clean
from franking.attribution.values import Attribution, Candidate, Context, Fault, Place, Repository, Sourced

__all__ = ["ORDER", "WON", "resolve"]

ORDER: Mapping[str, tuple[tuple[str, Source], ...]] = {"project": PROJECT, "feature": FEATURE, **IDENTITY}
"""Field → its sources, first to last."""

WON = "won"
_NO_WORD = Word(None, "")


def resolve(context: Context, rules: Rules) -> Attribution:
    """Whose request it is, with every candidate and every fault."""
    facts = Facts.of(context, rules)
    candidates: list[Candidate] = []
    settled: dict[str, Sourced] = {}
    words: dict[str, Word] = {}
    for field, order in ORDER.items():
        settled[field], words[field] = _settle(field, order, facts, candidates)
    feature, rejected = _on_the_list(settled["feature"], words["feature"], facts)
    repository = _repository(facts, settled["project"])
    return Attribution(
        project=settled["project"],
        feature=feature,
        rejected_feature=rejected,
        organization=settled["organization"],
        user=settled["user"],
        session=settled["session"],
        task=settled["task"],
        client=settled["client"],
        client_version=words["client"].version,
        editor=settled["editor"],
        machine=settled["machine"],
        tags=tags_of(value for name in rules.headers["tags"] for value in facts.headers.get(name, ())),
        repository=_kept(repository.remote) if repository else None,
        branch=_kept(repository.branch) if repository else None,
        worktree=_kept(repository.worktree) if repository else None,
        pid=context.peer.pid,
        command=facts.command.shown,
        candidates=tuple(candidates),
        faults=_faults(facts),
    )


def _settle(
    field: str, order: tuple[tuple[str, Source], ...], facts: Facts, candidates: list[Candidate]
) -> tuple[Sourced, Word]:
    """The first source that has a say; every word goes to the candidates."""
    winner, won = None, _NO_WORD
    for source, words_of in order:
        for word in words_of(facts):
            if word.void:
                outcome = word.void
            elif winner is None:
                winner, won, outcome = source, word, WON
            elif won.value is None:
                outcome = f"{winner} says that there is none"
            else:
                outcome = f"{won.where if source == winner else winner} comes first"
            candidates.append(Candidate(field, source, word.value, word.where, outcome))
    return (Sourced(won.value, winner) if winner else Sourced()), won


def _on_the_list(feature: Sourced, word: Word, facts: Facts) -> tuple[Sourced, str | None]:
    """The feature as the gateway stores it, and the value that it rejects."""
    if feature.value is None:
        sent = facts.headers.get(word.where, ()) if feature.source == "client-header" else ()
        return feature, clean(", ".join(sent)) or None
    stored, rejected = facts.rules.features.normalise(feature.value)
    return Sourced(stored, feature.source), rejected


def _repository(facts: Facts, project: Sourced) -> Repository | None:
    """The caller's repository; the sidecar's only where the project is the sidecar's too."""
    place = facts.context.sidecar_place if project.source == "sidecar" else evident_place(facts)
    return place.repository if place else None


def _kept(value: str | None) -> str | None:
    return (clean(value, 1024) or None) if value else None


def _faults(facts: Facts) -> tuple[Fault, ...]:
    context = facts.context
    faults = [context.peer.fault] if context.peer.fault else []
    for place in (context.place, context.sidecar_place):
        if place is not None:
            faults.extend(_of_place(place))
    for name, values in facts.headers.items():
        if len(values) > 1:
            alike = "" if all(value == values[0] for value in values) else ", with different values"
            told = f"the client sent this header {len(values)} times{alike}; it is passed on as it came"
            faults.append(Fault(name, told))
    return tuple(faults)


def _of_place(place: Place) -> list[Fault]:
    found = [*place.faults]
    for part in (place.project_file, place.repository):
        if part is not None and part.fault is not None and part.fault not in found:
            found.append(part.fault)
    return found
