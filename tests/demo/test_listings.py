"""What agents ask for beside answers: models, counted tokens, and a WebSocket that is not to be had."""

import json
from typing import Any

import pytest

from franking.demo import scripts
from franking.demo.providers.figures import figures
from franking.demo.values import Request

KILO, OPENAI, ANTHROPIC = "api.kilo.ai", "api.openai.com", "api.anthropic.com"
GEMINI = "generativelanguage.googleapis.com"


def ask(host: str, path: str, body: bytes = b"", *headers: tuple[str, str]) -> tuple[int | None, Any]:
    answer = scripts.answer(Request("POST" if body else "GET", host, path, headers, body, "1.1"))
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize(
    ("host", "path", "listed", "keys"),
    [
        (KILO, "/api/openrouter/models", "data", {"id", "name", "context_length", "pricing", "supported_parameters"}),
        (OPENAI, "/v1/models", "data", {"id", "object", "created", "owned_by"}),
        (ANTHROPIC, "/v1/models?limit=1000", "data", {"id", "type", "display_name", "created_at"}),
        (GEMINI, "/v1beta/models", "models", {"name", "supportedGenerationMethods"}),
    ],
)
def test_models_are_listed_in_the_providers_form(host: str, path: str, listed: str, keys: set[str]) -> None:
    status, told = ask(host, path)
    assert status == 200
    assert all(keys <= entry.keys() for entry in told[listed])


@pytest.mark.parametrize(
    ("host", "path", "key"),
    [
        (ANTHROPIC, "/v1/messages/count_tokens", "input_tokens"),
        (OPENAI, "/v1/responses/input_tokens", "input_tokens"),
        (GEMINI, "/v1beta/models/gemini-2.5-pro:countTokens", "totalTokens"),
    ],
)
def test_tokens_are_counted(host: str, path: str, key: str) -> None:
    assert ask(host, path, b"{}") == (200, {key: figures(b"{}").input})


def test_there_are_no_websockets() -> None:
    status, told = ask(OPENAI, "/v1/responses", b"", ("Upgrade", "websocket"))
    assert (status, told["error"]["type"]) == (426, "invalid_request_error")
