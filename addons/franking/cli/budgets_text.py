"""Budgets for programs: JSON. Money is a decimal string of US dollars, times are ISO 8601 UTC. Pure."""

import json
from collections.abc import Iterable, Sequence

from franking.budgets.described import described
from franking.budgets.values import Raise, State
from franking.words import dollars, iso

__all__ = ["as_json", "one_as_json"]


def as_json(states: Iterable[State], paused_until: int | None, at: int) -> str:
    """``{at, paused_until, budgets: [{name, amount, …, status, spent, remaining, share, projection}]}``."""
    shape = {"at": iso(at), "paused_until": iso(paused_until), "budgets": [described(state) for state in states]}
    return json.dumps(shape, indent=2)


def one_as_json(state: State, raises: Sequence[Raise]) -> str:
    """A budget as in the list, with ``raises: [{amount, since, until, note}]`` that have not ended."""
    told = [
        {"amount": dollars(each.amount), "since": iso(each.since), "until": iso(each.until), "note": each.note}
        for each in raises
    ]
    return json.dumps(described(state) | {"raises": told}, indent=2)
