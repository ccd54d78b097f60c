"""The answer to a refused request: in the shape of its wire format, with everything that a person needs."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from franking.budgets.guard_values import Refused
from franking.budgets.refusal import event, refusal
from franking.budgets.values import Budget, Window

MONTH = Window(*(int(datetime.fromisoformat(day).timestamp()) * 1_000_000
                 for day in ("2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00")))  # fmt: skip
BUDGET = Budget("acme's month", 10**9, zone="Europe/Berlin", hard=True, number=1)
OVER = Refused(BUDGET, "acme", 10**9, 1_020_000_000, 5, 60_000_000, MONTH, crowded=False)


def told(wire_format: str, refused: Refused = OVER, at: int = MONTH.end - 90_500_000) -> tuple[dict[str, str], Any]:
    answer = refusal(wire_format, refused, at)
    return dict(answer.headers), json.loads(answer.body)


@pytest.mark.parametrize("wire_format", ["openai-chat", "openai-responses", "openai-embeddings", "something new"])
def test_the_shape_of_openai(wire_format: str) -> None:
    headers, body = told(wire_format)
    assert (headers["retry-after"], headers["x-should-retry"]) == ("91", "false")
    assert (body["error"]["code"], body["error"]["type"]) == ("budget_exceeded", "insufficient_quota")


def test_the_event_of_a_websocket() -> None:
    told = json.loads(event(OVER, MONTH.end - 90_500_000).body)
    assert (told["type"], told["status"], told["headers"]) == ("error", 429, {"retry-after": "91"})
    assert told["error"]["code"] == "budget_exceeded"
    assert told["error"]["message"] == refusal("openai-responses", OVER, 0).message


def test_the_shape_of_anthropic() -> None:
    _, body = told("anthropic-messages")
    assert (body["type"], body["error"]["type"]) == ("error", "rate_limit_error")


def test_the_shape_of_google() -> None:
    _, body = told("gemini-generate")
    assert (body["error"]["code"], body["error"]["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert body["error"]["details"][0]["retryDelay"] == "91s"


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (OVER, "the budget acme's month is used up: $1.02 of $1.00 spent in the month from 2026-11-01, until"),
        (replace(OVER, spent=10), "does not cover this request, which may cost $0.060: $0.000000010 of $1.00"),
        (replace(OVER, spent=0, reserved=990_000_000, crowded=True), "beside requests under way ($0.99 held for them)"),
        (OVER, "until 2026-12-01 00:00 (Europe/Berlin); request of project acme. To go on: "),
        (OVER, "frank budgets raise 'acme'\"'\"'s month' --by AMOUNT, or frank budgets pause 1h"),
        (replace(OVER, project=None), "request of no project"),
    ],
)
def test_it_names_budget_spent_period_project_and_how_to_go_on(refused: Refused, said: str) -> None:
    assert said in refusal("openai-chat", refused, MONTH.start).message


def test_where_only_what_is_under_way_is_in_the_way_it_is_worth_waiting() -> None:
    headers, _ = told("openai-chat", replace(OVER, spent=0, crowded=True))
    assert (headers["retry-after"], headers["x-should-retry"]) == ("5", "true")


def test_names_cannot_break_out() -> None:
    hostile = replace(OVER, budget=replace(BUDGET, name="bü\u202edget"), project="a\r\nx: y\u2028")
    headers, body = told("openai-chat", hostile)
    assert headers["x-franking-budget"].isascii()
    assert not set("\r\n\u2028\u202e") & set(body["error"]["message"])
    assert told("openai-chat", OVER, MONTH.end)[0]["retry-after"] == "1"
