"""Budgets and how each stands now, as ``frank budgets --json`` says it."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from franking.budgets import questions, store
from franking.budgets.described import described
from franking.budgets.state import urgent_first
from franking.budgets.values import Period, Status, Sureness
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.values import Money, Time
from franking.words import iso

__all__ = ["ENDPOINTS"]

_Share = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{4}$", description="Spent of the amount, cut; 1.0000 is all.")]


class Projected(Struct, kw_only=True, forbid_unknown_fields=True):
    """What it will come to at its period's end, if it goes on so, and when nothing will be left."""

    amount: Money
    sure: Sureness
    exhausted_at: Time | None


class Budget(Struct, kw_only=True, forbid_unknown_fields=True, rename={"meant": "for"}):
    """A budget in its present period. amount: with raises in force. for: a request counts that has one of each."""

    name: str
    amount: Money
    base_amount: Money
    raised: Money
    period: Period
    zone: str
    meant: Annotated[dict[str, list[str | None]], Meta(description="Dimension to values; null is unattributed.")]
    thresholds: Annotated[list[int], Meta(description="Percents at which it warns.")]
    hard: Annotated[bool, Meta(description="It refuses requests when it is over.")]
    starts: Time | None
    ends: Time | None
    unknown_cost: Annotated[Money | None, Meta(description="What a request without a known cost counts.")]
    since: Time | None
    until: Time | None
    status: Status
    threshold: Annotated[int | None, Meta(description="The highest percent reached; 100 when it is over.")]
    spent: Money
    remaining: Money
    share: _Share
    requests: int
    unpriced: int
    days_left: int | None
    projection: Projected | None


class Budgets(Struct, kw_only=True, forbid_unknown_fields=True):
    """All of them, the most urgent first. paused_until: until then none refuses anything."""

    at: Time
    paused_until: Time | None
    budgets: list[Budget]


def _budgets(question: Question) -> Budgets:
    with question.ledger() as ledger:
        found, paused = questions.states(ledger, question.now), store.paused_until(ledger, question.now)
    told = {"at": iso(question.now), "paused_until": iso(paused), "budgets": [*map(described, urgent_first(found))]}
    return msgspec.convert(told, Budgets)


ENDPOINTS = (Endpoint("/budgets", "budgets", "Every budget and how it stands now", Budgets, _budgets),)
