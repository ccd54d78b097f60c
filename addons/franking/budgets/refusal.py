"""The answer to a request that a budget refuses, in the error shape of the request's own wire format. Pure.

Official clients so raise their own rate-limit error: OpenAI's and Anthropic's take a 429 and the words under
``error``, Google's the status ``RESOURCE_EXHAUSTED``. ``x-should-retry: false`` keeps the former two from trying again.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from shlex import quote
from typing import Any

from franking.budgets import periods
from franking.budgets.guard_values import Refused
from franking.words import clean, money

__all__ = ["ERROR_TYPE", "STATUS", "Refusal", "event", "refusal"]

STATUS = 429
ERROR_TYPE = "budget_exceeded"

CROWDED_SECONDS = 5
"""When to ask again where only what is under way is in the way."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer. message: what it says to people; the row keeps it too."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    message: str


def refusal(wire_format: str, refused: Refused, at: int) -> Refusal:
    """Which budget, how much of it is spent, until when, and how to go on."""
    seconds, message = _seconds(refused, at), _message(refused)
    shape = _SHAPES.get(wire_format, _openai)
    headers = (
        ("content-type", "application/json"),
        ("retry-after", str(seconds)),
        ("x-should-retry", "true" if refused.crowded else "false"),
        ("x-franking-budget", _ascii(refused.budget.name)),
    )
    return Refusal(headers, json.dumps(shape(message, seconds), ensure_ascii=False).encode(), message)


def event(refused: Refused, at: int) -> Refusal:
    """The same as an event of a WebSocket of openai-responses, which has no heads: the status stands in the event."""
    seconds, message = _seconds(refused, at), _message(refused)
    told = {"type": "error", "status": STATUS, **_openai(message, seconds), "headers": {"retry-after": str(seconds)}}
    return Refusal((), json.dumps(told, ensure_ascii=False).encode(), message)


def _seconds(refused: Refused, at: int) -> int:
    return CROWDED_SECONDS if refused.crowded else max(1, -(-(refused.window.end - at) // 1_000_000))


def _message(refused: Refused) -> str:
    budget = refused.budget
    zone = periods.zone(budget.zone)
    start, end = (datetime.fromtimestamp(moment // 1_000_000, zone) for moment in (refused.window.start,
                                                                                   refused.window.end))  # fmt: skip
    whose = f"project {clean(refused.project)}" if refused.project else "no project"
    spent = f"{money(refused.spent)} of {money(refused.amount)} spent in the {budget.period} from {start:%Y-%m-%d}"
    if refused.spent >= refused.amount:
        why = "is used up"
    elif refused.crowded:
        why = f"has nothing left beside requests under way ({money(refused.reserved)} held for them)"
    else:
        why = f"does not cover this request, which may cost {money(refused.estimate)}"
    name = clean(budget.name)
    return (
        f"franking: the budget {name} {why}: {spent}, until {end:%Y-%m-%d %H:%M} ({budget.zone}); request of {whose}."
        f" To go on: frank budgets raise {quote(name)} --by AMOUNT, or frank budgets pause 1h"
    )


def _ascii(text: str) -> str:
    return clean(text).encode("ascii", "backslashreplace").decode()


def _openai(message: str, seconds: int) -> Mapping[str, Any]:
    return {"error": {"message": message, "type": "insufficient_quota", "param": None, "code": ERROR_TYPE}}


def _anthropic(message: str, seconds: int) -> Mapping[str, Any]:
    return {"type": "error", "error": {"type": "rate_limit_error", "message": message}}


def _gemini(message: str, seconds: int) -> Mapping[str, Any]:
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds}s"}
    told = {"code": STATUS, "message": message, "status": "RESOURCE_EXHAUSTED", "details": [retry]}
    return {"error": told}


_SHAPES: Mapping[str, Callable[[str, int], Mapping[str, Any]]] = {
    "anthropic-messages": _anthropic,
    "gemini-generate": _gemini,
}
"""Every other wire format is one of OpenAI's."""
