"""Alerts: which there are to send, what they say, and when to try again. Pure.

One for each threshold of each budget that has one, and at 100 %, once a period. Where several are reached at once the
highest is told alone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from franking.budgets import periods
from franking.budgets.values import Budget, State
from franking.words import clean, dollars, iso, money

__all__ = ["ALWAYS", "Alert", "due", "next_try", "pause", "payload", "reached", "words"]

ALWAYS = ("dashboard", "terminal")
"""Channels that need no delivery: what is kept is shown there."""

_PAUSES = (60, 120, 300, 900, 1800, 3600)
"""Seconds before each further try; the last one repeats."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A budget has reached a threshold, in percent. spent, amount: then, in nano-dollars. period_start, reached_at:
    microseconds UTC. budget: its number.
    """

    budget: int
    name: str
    period_start: int
    threshold: int
    reached_at: int
    spent: int
    amount: int

    @property
    def key(self) -> str:
        """The same at every try, so that a receiver can know one again."""
        return f"{self.budget}-{self.period_start}-{self.threshold}"


def reached(states: Iterable[State], at: int) -> list[Alert]:
    """What there is to tell of, whether or not it was told."""
    return [
        Alert(
            budget=state.budget.number,
            name=state.budget.name,
            period_start=state.window.start,
            threshold=state.threshold,
            reached_at=at,
            spent=state.spent,
            amount=state.amount,
        )
        for state in states
        if state.window is not None and state.threshold is not None and state.budget.number is not None
    ]


def pause(attempts: int) -> int:
    """Microseconds after that many tries until the next."""
    return _PAUSES[min(attempts, len(_PAUSES)) - 1] * 1_000_000 if attempts else 0


def next_try(attempts: int, tried_at: int | None) -> int | None:
    """The moment from which on it is tried again; None where it has not been tried yet: that is at once."""
    return None if tried_at is None else tried_at + pause(attempts)


def due(attempts: int, tried_at: int | None, at: int) -> bool:
    """Is it time to try?"""
    then = next_try(attempts, tried_at)
    return then is None or at >= then


def words(alert: Alert, budget: Budget, *, test: bool = False) -> tuple[str, str]:
    """A title and a sentence, for people. test: it says that there is no such budget."""
    if test:
        return "franking: a test alert", "This channel works. No budget has reached anything."
    name = clean(alert.name)
    zone = periods.zone(budget.zone)
    since = datetime.fromtimestamp(alert.period_start // 1_000_000, zone)
    title = f"Budget {name} is used up" if alert.threshold >= 100 else f"Budget {name} is at {alert.threshold} %"
    left = alert.amount - alert.spent
    rest = f"{money(left)} left" if left >= 0 else f"{money(-left)} over"
    hard = "; requests are refused" if budget.hard and alert.threshold >= 100 else ""
    return title, (
        f"{money(alert.spent)} of {money(alert.amount)} spent in the {budget.period} from {since:%Y-%m-%d}"
        f" ({budget.zone}); {rest}{hard}."
    )


def payload(alert: Alert, budget: Budget, *, test: bool = False) -> bytes:
    """The same for programs: money as decimal strings of US dollars, times in ISO 8601 UTC."""
    title, text = words(alert, budget, test=test)
    told: Mapping[str, Any] = {
        "kind": "budget-alert",
        "test": test,
        "id": alert.key,
        "budget": alert.name,
        "threshold": alert.threshold,
        "spent": dollars(alert.spent),
        "amount": dollars(alert.amount),
        "period": budget.period,
        "period_start": iso(alert.period_start),
        "zone": budget.zone,
        "reached_at": iso(alert.reached_at),
        "hard": budget.hard,
        "include": dict(budget.include),
        "title": title,
        "text": text,
    }
    return json.dumps(told, ensure_ascii=False).encode()
