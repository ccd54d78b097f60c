"""Costs for programs: JSON and CSV. Money is a decimal string of US dollars, times are ISO 8601 UTC. Pure."""

import csv
import io
import json
from typing import Any

from franking.ledger.queries import Costs, Group
from franking.periods import Period
from franking.words import dollars, harmless, iso

__all__ = ["as_csv", "as_json"]


def _figures(group: Group) -> dict[str, Any]:
    """A group's figures under their public names."""
    return {
        "cost": dollars(group.cost),
        "average_cost": dollars(group.average),
        "requests": group.requests,
        "unpriced": group.unpriced,
        "errors": group.errors,
        "running": group.running,
        "users": group.users,
        "input_tokens": group.input_tokens,
        "output_tokens": group.output_tokens,
        "cache_read_tokens": group.cache_read_tokens,
        "cache_write_tokens": group.cache_write_tokens,
        "reasoning_tokens": group.reasoning_tokens,
    }


def as_json(costs: Costs, period: Period) -> str:
    """``{period: {since, until}, by, rows: [{DIM: value, figures…}], total: {figures…}}``."""
    shape = {
        "period": {"since": iso(period.since), "until": iso(period.until)},
        "by": list(costs.by),
        "rows": [dict(zip(costs.by, group.key, strict=True)) | _figures(group) for group in costs.groups],
        "total": _figures(costs.total),
    }
    return json.dumps(shape, indent=2)


def as_csv(costs: Costs) -> str:
    """A header and a line for each group; not known is empty.

    A value that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*costs.by, *_figures(costs.total)])
    for group in costs.groups:
        writer.writerow([*(harmless(value) for value in group.key), *_figures(group).values()])
    return text.getvalue()
