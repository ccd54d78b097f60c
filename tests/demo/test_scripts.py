"""Which answer a request gets, and that every scenario is what its name says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from franking.demo import faults, scripts
from franking.demo.providers.figures import figures
from franking.demo.values import Answer, Gate, Request

CHAT, BODY = "/v1/chat/completions", b'{"model": "m", "stream": true}'


def request(scenario: str = "", *, host: str = "api.kilo.ai", path: str = CHAT, body: bytes = BODY) -> Request:
    return Request("POST", host, path, (("X-Demo-Scenario", scenario),), body, "1.1")


def events(answer: Answer) -> list[Any]:
    lines = answer.body.decode(errors="replace").splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


HOSTS = [
    # host, body, does the stream's last event tell usage, and a cost
    ("api.kilo.ai", BODY, True, True),
    ("openrouter.ai", BODY, True, True),
    ("api.openai.com", BODY, False, False),
    ("api.openai.com", b'{"stream": true, "stream_options": {"include_usage": true}}', True, False),
]


@pytest.mark.parametrize(("host", "body", "usage", "cost"), HOSTS)
def test_usage_is_told_where_the_provider_would(host: str, body: bytes, usage: bool, cost: bool) -> None:
    last = events(scripts.answer(request(host=host, body=body)))[-1]
    assert bool(last.get("usage")) == usage
    assert ("cost" in (last.get("usage") or {})) == cost


def test_byok_tells_the_fee_and_the_upstreams_cost() -> None:
    answer = scripts.answer(request("byok"))
    text = answer.body.decode()
    told = figures(BODY)
    assert f'"cost":{told.fee / 10**9:.9f}'.rstrip("0") in text
    assert f'"upstream_inference_cost":{told.cost / 10**9:.9f}'.rstrip("0") in text


SHAPES: list[tuple[str, Callable[[Answer], bool]]] = [
    ("401", lambda answer: answer.status == 401),
    ("no-done", lambda answer: b"[DONE]" not in answer.body and b"usage" in answer.body),
    ("error-event", lambda answer: "error" in events(answer)[-1] and answer.status == 200),
    ("broken-gzip", lambda answer: ("Content-Encoding", "gzip") in answer.headers),
    ("endless-line", lambda answer: len(answer.body.rpartition(b"\n")[2]) > faults.ENDLESS),
    ("close", lambda answer: answer.ending == "close" and b"[DONE]" not in answer.body),
    ("reset", lambda answer: answer.ending == "reset" and answer.body != b""),
    ("reset-first", lambda answer: answer.ending == "reset" and answer.status is None),
    ("mute", lambda answer: answer.status is None and answer.body == b""),
    ("stall", lambda answer: isinstance(answer.pieces[1], Gate)),
    ("nonsense", lambda answer: answer.status == 400 and b"nonsense" in answer.body),
]


@pytest.mark.parametrize(("scenario", "holds"), SHAPES)
def test_a_scenario_is_what_its_name_says(scenario: str, holds: Callable[[Answer], bool]) -> None:
    assert holds(scripts.answer(request(scenario)))


def test_a_cut_event_is_no_json() -> None:
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        events(scripts.answer(request("broken-json")))


def test_a_model_can_name_the_scenario() -> None:
    asked = Request("POST", "api.kilo.ai", CHAT, (), b'{"model": "demo/429"}', "2")
    refused = scripts.answer(asked)
    assert (refused.status, dict(refused.headers)["Retry-After"]) == (429, "7")


def test_figures_follow_from_the_body_alone() -> None:
    assert scripts.answer(request()) == scripts.answer(request())
    assert figures(b"x") != figures(b"x" * 100)
