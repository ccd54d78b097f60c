"""Monthly reports for programs, and as a message's title and lines. Pure."""

from collections.abc import Sequence
from typing import Any

from franking.reports.monthly import Figures, Report, change, notes
from franking.reports.monthly_words import clipped, title
from franking.words import dollars, iso, money, plural

__all__ = ["facts", "headline", "told"]

_LINES = 10
_CALM = str.maketrans({"<": "\u2039", ">": "\u203a", "@": "\uff20", "`": "'"})
"""So that a project's name cannot call everybody in a channel."""


def facts(report: Report) -> dict[str, Any]:
    """Its figures: money as decimal strings of US dollars, times in ISO 8601 UTC, null is "not known"."""
    subject, month = report.subject, report.month
    return {
        "kind": subject.kind,
        "project": subject.name,
        "title": subject.title,
        "organization": subject.organization,
        "month": month.name,
        "zone": month.zone_name,
        "since": iso(month.since),
        "until": iso(month.until),
        "made_at": iso(report.made_at),
        **_figures(report.figures),
        "users": report.users,
        "before": {
            "month": month.before.name,
            "requests": report.before.requests,
            "cost": dollars(report.before.cost),
            "unpriced": report.before.unpriced,
        },
        "days": [
            {"day": day, "requests": held.requests, "cost": dollars(held.cost)}
            for day, held in zip(month.days, report.days, strict=True)
        ],
        "by": {
            split.dimension: [
                {"value": part.value, "other": part.other, "requests": part.requests, "cost": dollars(part.cost)}
                for part in split.parts
            ]
            for split in report.splits
        },
        "budgets": [
            {
                "name": state.budget.name,
                "period": state.budget.period,
                "period_start": iso(state.window.start) if state.window else None,
                "amount": dollars(state.amount),
                "spent": dollars(state.spent),
                "remaining": dollars(state.remaining),
                "status": state.status,
                "periods": one.periods,
                "periods_over": one.over,
                "periods_warned": one.warned,
                "hard": state.budget.hard,
                "include": {dimension: list(values) for dimension, values in state.budget.include.items()},
                "zone": state.budget.zone,
            }
            for one in report.budgets
            for state in (one.state,)
        ],
        "notes": notes(report),
    }


def headline(reports: Sequence[Report]) -> str:
    """``Shop, November 2026: $12.34``, of the first."""
    return f"{title(reports[0])}: {money(reports[0].figures.cost)}".translate(_CALM)


def told(reports: Sequence[Report]) -> str:
    """A line for each of the first few."""
    lines = [_line(report).translate(_CALM) for report in reports[:_LINES]]
    if len(reports) > _LINES:
        lines.append(f"and {plural(len(reports) - _LINES, 'further report')}")
    return "\n".join(lines)


def _line(report: Report) -> str:
    unpriced = f", {report.figures.unpriced:,} unpriced" if report.figures.unpriced else ""
    requests = f"{plural(report.figures.requests, 'request')}{unpriced}"
    return f"{clipped(report.subject.title)}: {money(report.figures.cost)}, {requests}; {change(report)}"


def _figures(held: Figures) -> dict[str, Any]:
    return {
        "requests": held.requests,
        "cost": dollars(held.cost),
        "unpriced": held.unpriced,
        "without_usage": held.no_usage,
        "failed": held.failed,
        "running": held.running,
        "input_tokens": held.input_tokens,
        "output_tokens": held.output_tokens,
    }
