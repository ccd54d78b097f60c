"""What computing the estimates again has changed, or would: for people and for programs."""

import json

from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.repricing import Change, Outcome
from franking.words import dollars, money, plural

__all__ = ["as_json", "show"]


def show(outcome: Outcome, *, dry_run: bool) -> None:
    """Print the models that change, and in words the rest."""
    out = tables.console()
    changes = _ordered(outcome)
    if changes:
        out.print(tables.render(_columns(changes), out.width))
        out.print()
    verb = "would change" if dry_run else "changed"
    out.print(f"{plural(outcome.looked_at, 'request')} with tokens: {outcome.changed:,} {verb}.")
    if outcome.renamed:
        out.print(f"{plural(outcome.renamed, 'request')} cost the same by another version of the price list.")
    if outcome.kept:
        out.print(f"{plural(outcome.kept, 'request')} without a price today: the earlier estimate stays.")
    if outcome.unpriced:
        out.print(f"{plural(outcome.unpriced, 'request')} without a price, as before. prices.file may name one.")


def _ordered(outcome: Outcome) -> list[Change]:
    return sorted(outcome.models.values(), key=lambda one: (-one.requests, one.model or ""))


def _columns(changes: list[Change]) -> list[Column]:
    return [
        Column("Model", ["(not known)" if one.model is None else one.model for one in changes], least=16),
        Column("Requests", [f"{one.requests:,}" for one in changes], "right", keep=3),
        Column(
            "Estimated", [f"{money(one.estimated_before)} → {money(one.estimated_after)}" for one in changes], "right"
        ),
        Column("Cost", [f"{money(one.cost_before)} → {money(one.cost_after)}" for one in changes], "right", keep=5),
    ]


def as_json(outcome: Outcome, *, dry_run: bool) -> str:
    """``{dry_run, looked_at, changed, renamed, kept, unpriced, models: [{model, requests, estimated_before, …}]}``."""
    shape = {
        "dry_run": dry_run,
        "looked_at": outcome.looked_at,
        "changed": outcome.changed,
        "renamed": outcome.renamed,
        "kept": outcome.kept,
        "unpriced": outcome.unpriced,
        "models": [
            {
                "model": one.model,
                "requests": one.requests,
                "estimated_before": dollars(one.estimated_before),
                "estimated_after": dollars(one.estimated_after),
                "cost_before": dollars(one.cost_before),
                "cost_after": dollars(one.cost_after),
            }
            for one in _ordered(outcome)
        ],
    }
    return json.dumps(shape, indent=2)
