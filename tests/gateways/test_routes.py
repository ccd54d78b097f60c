"""Method and path → wire format and operation, for every gateway that franking knows."""

import pytest

from franking.gateways.routes import FORMATS, LONGEST_PATH, Route, Routes
from franking.settings import Gateway, SettingsError

GATEWAY = Gateway(name="any", hosts=("llm.example.com",))
ROUTES = Routes((GATEWAY,))

POSTS = [
    # Kilo
    ("/api/openrouter/chat/completions", "openai-chat", "chat"),
    ("/api/gateway/chat/completions", "openai-chat", "chat"),
    ("/api/gateway/v1/chat/completions", "openai-chat", "chat"),
    ("/api/organizations/0f8c-11/chat/completions", "openai-chat", "chat"),
    ("/api/openrouter/responses", "openai-responses", "responses"),
    ("/api/openrouter/embeddings", "openai-embeddings", "embeddings"),
    ("/api/openrouter/messages", "anthropic-messages", "messages"),
    ("/api/organizations/0f8c-11/messages", "anthropic-messages", "messages"),
    ("/api/fim/completions", "openai-completions", "fim"),
    ("/api/organizations/0f8c-11/fim/completions", "openai-completions", "fim"),
    ("/v1/fim/completions", "openai-completions", "fim"),
    ("/beta/completions", "openai-completions", "fim"),
    ("/api/user", None, None),
    ("/api/openrouter/models", None, None),
    ("/api/organizations/0f8c-11/models", None, None),
    ("/api/profile", None, None),
    # OpenRouter, OpenAI, Mistral
    ("/api/v1/chat/completions", "openai-chat", "chat"),
    ("/api/v1/completions", "openai-completions", "completions"),
    ("/api/v1/responses", "openai-responses", "responses"),
    ("/api/v1/messages", "anthropic-messages", "messages"),
    ("/v1/chat/completions", "openai-chat", "chat"),
    ("/v1/chat/completions/", "openai-chat", "chat"),
    ("/v1/chat/completions?x=1&y=/v1/messages", "openai-chat", "chat"),
    ("/v1/responses", "openai-responses", "responses"),
    ("/v1/responses/compact", "openai-responses", "responses"),
    ("/v1/responses/resp_1/cancel", None, None),
    ("/v1/responses/input_tokens", None, None),
    ("/v1/completions", "openai-completions", "completions"),
    ("/v1/embeddings", "openai-embeddings", "embeddings"),
    ("/v1/chat/completions/chatcmpl-1", None, None),
    ("/v1/threads/thread_1/messages", None, None),
    ("/v1/moderations", None, None),
    ("/v1/agents/completions", "openai-chat", "chat"),
    # Anthropic
    ("/v1/messages", "anthropic-messages", "messages"),
    ("/v1/messages?beta=true", "anthropic-messages", "messages"),
    ("/anthropic/v1/messages", "anthropic-messages", "messages"),
    ("/v1/messages/count_tokens", None, None),
    ("/v1/messages/batches", None, None),
    # Gemini
    ("/v1beta/models/gemini-3-pro:generateContent", "gemini-generate", "generate"),
    ("/v1beta/models/gemini-3-pro:streamGenerateContent?alt=sse", "gemini-generate", "generate"),
    ("/v1/models/gemini-3-pro%3AgenerateContent", "gemini-generate", "generate"),
    ("/v1beta/tunedModels/mine:generateContent", "gemini-generate", "generate"),
    ("/v1beta/models/gemini-3-pro:countTokens", None, None),
    ("/v1beta/models/text-embedding-004:embedContent", None, None),
    ("/v1beta/openai/chat/completions", "openai-chat", "chat"),
    # LiteLLM, Azure, Vertex, Cloudflare
    ("/chat/completions", "openai-chat", "chat"),
    ("/embeddings", "openai-embeddings", "embeddings"),
    ("/engines/gpt/chat/completions", "openai-chat", "chat"),
    ("/openai/deployments/D/chat/completions?api-version=2026-01-01", "openai-chat", "chat"),
    ("/openai/deployments/D/completions", "openai-completions", "completions"),
    ("/openai/v1/responses", "openai-responses", "responses"),
    ("/v1/projects/p/locations/l/publishers/google/models/m:streamGenerateContent", "gemini-generate", "generate"),
    ("/v1/projects/p/locations/l/endpoints/7:generateContent", "gemini-generate", "generate"),
    ("/v1/projects/p/locations/l/endpoints/openapi/chat/completions", "openai-chat", "chat"),
    ("/v1/projects/p/locations/l/publishers/anthropic/models/c:streamRawPredict", "anthropic-messages", "messages"),
    ("/v1/projects/p/locations/l/publishers/anthropic/models/count-tokens:rawPredict", None, None),
    ("/v1/acc/gw/anthropic/v1/messages", "anthropic-messages", "messages"),
    ("/v1/acc/gw/compat/chat/completions", "openai-chat", "chat"),
    # Not paths at all
    ("/", None, None),
    ("", None, None),
    ("*", None, None),
    ("/xchat/completionsx", None, None),
    ("/a" * LONGEST_PATH + "/chat/completions", None, None),
]


@pytest.mark.parametrize(("path", "wire_format", "operation"), POSTS)
def test_a_posted_path_has_its_format(path: str, wire_format: str | None, operation: str | None) -> None:
    expected = Route(wire_format, operation) if wire_format and operation else None
    assert ROUTES.find(GATEWAY, "POST", path) == expected
    assert ROUTES.find(GATEWAY, "POST", path) == expected  # as remembered


@pytest.mark.parametrize("path", ["/v1/responses", "/api/v1/responses?model=x", "/backend-api/codex/responses"])
def test_a_websocket_begins_with_get(path: str) -> None:
    assert ROUTES.find(GATEWAY, "GET", path) == Route("openai-responses", "responses", websocket=True)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/chat/completions"),
        ("GET", "/v1/messages"),
        ("GET", "/v1/responses/resp_1"),
        ("OPTIONS", "/v1/responses"),
        ("DELETE", "/v1/responses"),
        ("CONNECT", "/v1/responses"),
        ("post", "/v1/responses"),
    ],
)
def test_other_methods_carry_no_llm_request(method: str, path: str) -> None:
    assert ROUTES.find(GATEWAY, method, path) is None


def test_a_gateways_own_routes_come_first_and_are_its_own() -> None:
    mine = Gateway(
        name="mine",
        routes={"/my/*/chat": "openai-chat", "/fill/**": "fim", "/v1/messages": "none", "/x+y": "gemini-generate"},
    )
    routes = Routes((mine, GATEWAY))
    assert routes.find(mine, "POST", "/my/team/chat") == Route("openai-chat", "chat")
    assert routes.find(mine, "POST", "/my/a/b/chat") is None
    assert routes.find(mine, "POST", "/fill/a/b") == Route("openai-completions", "fim")
    assert routes.find(mine, "POST", "/v1/messages") is None
    assert routes.find(mine, "POST", "/xxy") is None
    assert routes.find(mine, "POST", "/v1/embeddings") == Route("openai-embeddings", "embeddings")
    assert routes.find(GATEWAY, "POST", "/my/team/chat") is None
    assert routes.find(GATEWAY, "POST", "/v1/messages") == Route("anthropic-messages", "messages")


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ({"/a": "openai-chats"}, r"gateway\.mine\.routes: /a: 'openai-chats' is no wire format; expected openai-chat,"),
        ({"a": "openai-chat"}, r"gateway\.mine\.routes: a: expected a path that begins with /"),
    ],
)
def test_a_wrong_route_names_its_key(routes: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Routes((Gateway(name="mine", routes=routes),))


def test_what_is_remembered_is_bounded() -> None:
    routes = Routes((GATEWAY,))
    for number in range(3000):
        routes.find(GATEWAY, "POST", f"/v1/responses/{number}/cancel")
    assert routes._remembered.cache_info().currsize <= 1024


def test_every_format_has_an_operation() -> None:
    assert set(FORMATS.values()) == {"chat", "responses", "completions", "embeddings", "messages", "generate"}
