"""Each provider's answers: the same accounts whole and streamed, in the provider's own counting."""

import json
from typing import Any

import pytest

from franking.demo.providers import anthropic, gemini, openai, responses
from franking.demo.providers.figures import REPLY, dollars, figures, sse

BODY: bytes = b'{"model": "m"}'
ASKED: dict[str, Any] = {"model": "m"}
TOLD = figures(BODY)


def data(events: list[bytes]) -> list[Any]:
    return [json.loads(line[6:]) for event in events for line in event.decode().splitlines() if line[:6] == "data: "]


@pytest.mark.parametrize("byok", [True, False])
@pytest.mark.parametrize("charged", [True, False])
def test_chat_tells_the_same_whole_and_streamed(charged: bool, byok: bool) -> None:
    whole = json.loads(openai.chat(BODY, ASKED, charged=charged, byok=byok))
    asked = ASKED | {"stream_options": {"include_usage": True}}
    events = openai.chat_stream(BODY, asked, charged=charged, byok=byok)
    assert events.pop() == openai.DONE
    chunks = data(events)
    assert chunks[-1]["usage"] == whole["usage"]
    assert "".join(c["choices"][0]["delta"].get("content", "") for c in chunks[:-1]) == "".join(REPLY)
    assert (whole["usage"]["prompt_tokens"], whole["usage"]["completion_tokens"]) == (TOLD.input, TOLD.output)


def test_responses_end_with_the_whole() -> None:
    chunks = data(responses.response_stream(BODY, ASKED))
    assert chunks[-1]["type"] == "response.completed"
    assert chunks[-1]["response"] == json.loads(responses.response(BODY, ASKED))
    assert [chunk["sequence_number"] for chunk in chunks] == list(range(len(chunks)))
    assert data(responses.response_stream(BODY, ASKED, fails=True))[-1]["response"]["error"] == responses.FAILED


def test_anthropic_leaves_cached_parts_out_of_its_input() -> None:
    usage = json.loads(anthropic.message(BODY, ASKED))["usage"]
    cached = usage["cache_read_input_tokens"] + usage["cache_creation_input_tokens"]
    assert usage["input_tokens"] + cached == TOLD.input
    chunks = data(anthropic.message_stream(BODY, ASKED))
    assert chunks[0]["message"]["usage"] == usage | {"output_tokens": 1}
    assert chunks[-2]["usage"] == {"output_tokens": TOLD.output}
    assert chunks[-1] == {"type": "message_stop"}


def test_gemini_leaves_thoughts_out_of_its_candidates() -> None:
    whole = json.loads(gemini.content(BODY, "m"))
    array = json.loads(b"".join(gemini.content_array(BODY, "m")))
    assert data(gemini.content_stream(BODY, "m")) == array
    usage = whole["usageMetadata"]
    assert array[-1]["usageMetadata"] == usage
    assert usage["candidatesTokenCount"] + usage["thoughtsTokenCount"] == TOLD.output


def test_embeddings_come_as_they_were_asked_for() -> None:
    told = json.loads(openai.embeddings(BODY, {"input": ["a", "b"]}, charged=False, byok=False))
    assert [each["embedding"] for each in told["data"]] == [[0.25, -0.5, 0.125, 1.0]] * 2
    packed = json.loads(openai.embeddings(BODY, {"encoding_format": "base64"}, charged=False, byok=False))
    assert packed["data"][0]["embedding"] == "AACAPgAAAL8AAAA+AACAPw=="


@pytest.mark.parametrize(("nano", "text"), [(1, "1E-9"), (1_500_000_000, "1.5"), (0, "0"), (10**12, "1E+3")])
def test_money_is_exact(nano: int, text: str) -> None:
    assert sse({"cost": dollars(nano)}) == b'data: {"cost":%s}\n\n' % text.encode()
