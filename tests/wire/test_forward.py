"""Forward mode: what goes out and comes back is what was sent, and the row says what it cost."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from franking.demo import scripts
from franking.demo.gateway import FakeGateway
from support.clients import CANARIES, CHAT, ask, chat, curl
from support.expected import counts
from support.sidecar import Sidecar, Watch

MESSAGES, GEMINI = "/v1/messages", "/v1beta/models/gemini-2.5-flash"
PLAIN = ["", "gzip", "br", "zstd", "deflate"]
EMBEDDINGS = json.dumps({"model": "text-embedding-3-small", "input": ["a", "b"]}).encode()
FIM = json.dumps({"model": "mistral/codestral", "prompt": "def f(", "suffix": ")", "stream": True}).encode()
ROUTES = [
    # host, path, body, wire format, what is known
    ("api.kilo.ai", CHAT, chat(stream=True), "openai-chat", "charged"),
    ("api.kilo.ai", CHAT, chat(), "openai-chat", "charged"),
    ("api.kilo.ai", "/api/fim/completions", FIM, "openai-completions", "charged"),
    ("openrouter.ai", "/api/v1/chat/completions", chat(stream=True), "openai-chat", "charged"),
    (
        "api.openai.com",
        "/v1/chat/completions",
        chat("gpt-4o-mini", stream=True, stream_options={"include_usage": True}),
        "openai-chat",
        "openai-chat",
    ),
    ("api.openai.com", "/v1/chat/completions", chat("gpt-4o-mini"), "openai-chat", "openai-chat"),
    ("api.openai.com", "/v1/responses", chat("gpt-4o-mini", stream=True), "openai-responses", "openai-responses"),
    ("api.openai.com", "/v1/responses", chat("gpt-4o-mini"), "openai-responses", "openai-responses"),
    ("api.openai.com", "/v1/completions", chat("gpt-3.5-turbo-instruct"), "openai-completions", "openai-completions"),
    ("api.openai.com", "/v1/embeddings", EMBEDDINGS, "openai-embeddings", "openai-embeddings"),
    ("api.anthropic.com", MESSAGES, chat("claude-sonnet-4-5", stream=True), "anthropic-messages", "anthropic-messages"),
    ("api.anthropic.com", MESSAGES, chat("claude-sonnet-4-5"), "anthropic-messages", "anthropic-messages"),
    (
        "generativelanguage.googleapis.com",
        f"{GEMINI}:streamGenerateContent?alt=sse",
        chat(),
        "gemini-generate",
        "gemini-generate",
    ),
    (
        "generativelanguage.googleapis.com",
        f"{GEMINI}:streamGenerateContent",
        chat(),
        "gemini-generate",
        "gemini-generate",
    ),
    ("generativelanguage.googleapis.com", f"{GEMINI}:generateContent", chat(), "gemini-generate", "gemini-generate"),
]


@pytest.mark.parametrize(("host", "path", "body", "wire_format", "known"), ROUTES)
def test_every_route_is_passed_on_and_metered(
    sidecar: Sidecar,
    gateway: FakeGateway,
    ledger: Watch,
    host: str,
    path: str,
    body: bytes,
    wire_format: str,
    known: str,
) -> None:
    reply = ask(sidecar, host, path, body)
    (received,) = gateway.requests
    assert (received.host, received.path, received.body) == (host, path, body)
    answer = scripts.answer(received)
    assert (reply.status, reply.body, reply.fault) == (200, answer.body, None)
    row = ledger.row()
    expected = counts(known, body) | {
        "status": "ok",
        "http_status": 200,
        "host": host,
        "path": path.partition("?")[0],
        "wire_format": wire_format,
        "streamed": int(b'"stream": true' in body or "stream" in path),
        "request_bytes": len(body),
        "response_bytes": len(reply.body),
        "error_type": None,
    }
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("encoding", PLAIN)
@pytest.mark.parametrize("version", ["1.1", "2"])
def test_bytes_are_the_gateways_in_every_encoding(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, version: str, encoding: str, streamed: bool
) -> None:
    body = chat(stream=streamed)
    done = curl(
        sidecar,
        f"https://api.kilo.ai{CHAT}",
        f"--http{version}",
        "--data-binary", body.decode(),
        "--header", f"x-demo-scenario: {encoding}",
        "--write-out", "%{stderr}%{http_version} %{http_code}",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, f"{version} 200".encode())
    (received,) = gateway.requests
    assert received.body == body
    assert done.stdout == scripts.answer(received).body
    row = ledger.row()
    assert {name: row[name] for name in counts("charged", body)} == counts("charged", body)
    assert (row["status"], row["cost_source"]) == ("ok", "gateway")


def test_byok_is_counted_once(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    body = chat(stream=True)
    ask(sidecar, "openrouter.ai", "/api/v1/chat/completions", body, scenario="byok")
    row, cost = ledger.row(), counts("charged", body)["cost"]
    assert (row["cost"], row["upstream_cost"], row["is_byok"], row["cost_source"]) == (cost, cost, 1, "gateway")


def test_the_request_goes_out_as_it_came_plus_the_stamps(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    named = {"x-KiloCode-FEATURE": "Cli", "X-Odd": "caf\u00e9 \t two", "x-kilocode-projectid": "Some/Project.git"}
    body = chat()
    ask(sidecar, body=body, headers=named)
    (received,) = gateway.requests
    assert received.headers == (
        ("Host", "api.kilo.ai"),
        ("Accept-Encoding", "identity"),
        ("Content-Length", str(len(body))),
        ("Authorization", f"Bearer {CANARIES['authorization']}"),
        ("Cookie", f"session={CANARIES['cookie']}"),
        ("X-Api-Key", CANARIES["api-key"]),
        ("Content-Type", "application/json"),
        *named.items(),
    )
    row = ledger.row()
    assert (row["feature"], row["feature_source"]) == ("cli", "client-header")
    assert row["project_source"] == "client-header"


@pytest.mark.parametrize("host", ["api.openai.com", "openrouter.ai"])
def test_a_gateway_without_stamps_gets_none(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, host: str) -> None:
    ask(sidecar, host, "/v1/chat/completions", headers={"User-Agent": "tester"})
    (received,) = gateway.requests
    assert not [name for name, _ in received.headers if "kilocode" in name.lower()]
    ledger.row()


def test_userinfo_attributes_and_stays_here(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    told = f"client-a:cli&session={CANARIES['proxy-password'][:6]}"
    ask(sidecar, proxy_user=base64.b64encode(told.encode()).decode())
    (received,) = gateway.requests
    assert received.header("proxy-authorization") is None
    assert received.header("x-kilocode-projectid") == "client-a"
    assert received.header("x-kilocode-feature") == "cli"
    row = ledger.row()
    assert (row["project_id"], row["project_source"]) == ("client-a", "proxy-userinfo")
    assert (row["feature"], row["feature_source"]) == ("cli", "proxy-userinfo")


def test_several_at_once_have_a_row_each(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    bodies = [chat(stream=nth % 2 == 0, user=f"user-{nth:03}" + "x" * nth) for nth in range(24)]
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda body: ask(sidecar, body=body), bodies))
    assert all(reply.status == 200 and reply.fault is None for reply in replies)
    rows = ledger.rows(len(bodies))
    assert sorted(row["input_tokens"] for row in rows) == sorted(
        counts("charged", body)["input_tokens"] for body in bodies
    )
    assert sum(row["cost"] for row in rows) == sum(counts("charged", body)["cost"] for body in bodies)


def test_http2_streams_of_one_connection_have_a_row_each(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    body = chat(stream=True)
    url = f"https://api.kilo.ai{CHAT}?nth=[1-6]"
    done = curl(
        sidecar, url, "--http2", "--parallel", "--data-binary", body.decode(),
        "--output", "/dev/null",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {request.http_version for request in gateway.requests} == {"2"}
    rows = ledger.rows(6)
    assert [(row["status"], row["path"], row["cost"]) for row in rows] == [
        ("ok", CHAT, counts("charged", body)["cost"])
    ] * 6


def test_other_paths_of_a_gateway_pass_without_a_row(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    assert ask(sidecar, "api.openai.com", "/v1/models", b"", method="GET").status == 200
    ask(sidecar)
    assert len(gateway.requests) == 2
    assert ledger.row()["path"] == CHAT
