"""The figures of ``frank statusline`` in words and as JSON. Pure; every prompt waits for it.

Figures: ``since`` (microseconds UTC), ``today`` and ``project_today`` (Sums), ``project`` (None where there is none),
``budgets`` (each one's plan and its Sums).
"""

import sys

from franking.words import clean, dollars, iso, money, percent

TYPE_CHECKING = False  # `typing` is not waited for
if TYPE_CHECKING:
    from typing import Any

    Figures = dict[str, Any]
    Sums = tuple[int | None, int, int]

__all__ = ["FIELDS", "as_json", "as_text"]

FIELDS = (
    "today", "requests", "project", "project_today", "project_requests", "budget", "spent", "amount", "left", "share",
)  # fmt: skip
"""What ``--format`` may name, in braces."""


def as_text(figures: "Figures", form: str | None = None) -> str:
    """The usual line, or the form with each ``{field}`` filled in."""
    words = _words(figures)
    return _usual(words) if form is None else _filled(form, words)


def _words(figures: "Figures") -> dict[str, str]:
    """The figures as text; what is not known is empty. A + says that further requests have no known price."""
    cost, requests, unpriced = figures["today"]
    words = dict.fromkeys(FIELDS, "") | {"today": _cost(cost, requests, unpriced), "requests": f"{requests:,}"}
    if figures["project"] is not None:
        cost, requests, unpriced = figures["project_today"]
        words |= {
            "project": clean(figures["project"]),
            "project_today": _cost(cost, requests, unpriced),
            "project_requests": f"{requests:,}",
        }
    if budgets := figures["budgets"]:
        budget, spent = min(((budget, _spent(budget, sums)) for budget, sums in budgets), key=_slack)
        words |= {
            "budget": clean(budget["name"]),
            "spent": money(spent),
            "amount": money(budget["amount"]),
            "left": money(budget["amount"] - spent),
            "share": percent(spent, budget["amount"]),
        }
    return words


def _cost(cost: int | None, requests: int, unpriced: int) -> str:
    if cost is None and not requests:
        return money(0)
    return money(cost) + ("+" if unpriced and cost is not None else "")


def _spent(budget: "dict[str, Any]", sums: "Sums") -> int:
    return (sums[0] or 0) + (budget["unknown_cost"] or 0) * sums[2]


def _slack(budget_and_spent: "tuple[dict[str, Any], int]") -> tuple[int, int]:
    """What is nearest to its end, or furthest beyond it, first."""
    budget, spent = budget_and_spent
    return -(spent * 1_000_000 // max(1, budget["amount"])), budget["amount"]


def _usual(words: dict[str, str]) -> str:
    parts = [f"{words['today']} today"]
    if words["project"]:
        parts.append(f"{words['project']} {words['project_today']}")
    if words["budget"]:
        parts.append(f"{words['budget']} {words['share']} of {words['amount']}")
    return (" · " if (sys.stdout.encoding or "").lower().startswith("utf") else " | ").join(parts)


def _filled(form: str, words: dict[str, str]) -> str:
    """The form with each ``{field}`` filled in; other braces stay."""
    first, *rest = form.split("{")
    for part in rest:
        name, closed, after = part.partition("}")
        first += words[name] + after if closed and name in words else "{" + part
    return first


def as_json(figures: "Figures") -> str:
    """``{since, today, project, project_today, budgets}``; null where nothing is known."""
    import json

    def told(sums: "Sums | None") -> "dict[str, Any] | None":
        return sums and {"cost": dollars(sums[0]), "requests": sums[1], "unpriced": sums[2]}

    budgets = [
        {
            "name": budget["name"],
            "since": iso(budget["since"]),
            "amount": dollars(budget["amount"]),
            "spent": dollars(_spent(budget, sums)),
        }
        for budget, sums in figures.get("budgets", ())
    ]
    shape = {
        "since": iso(figures.get("since")),
        "today": told(figures.get("today")),
        "project": figures.get("project"),
        "project_today": told(figures.get("project_today")),
        "budgets": budgets,
    }
    return json.dumps(shape)
