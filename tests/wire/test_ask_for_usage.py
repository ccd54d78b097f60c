"""metering.ask_for_usage through the real proxy: the gateway is asked, the client does not see it, the row counts."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from franking.demo.providers.figures import REPLY, figures, sse
from franking.demo.providers.openai import chat_stream
from franking.demo.values import Answer, Gate, Request
from franking.metering.decoding import Decoder
from support.clients import CANARIES, Reply, ask, chat, opened, python_script
from support.leaks import leaks
from support.sidecar import Sidecar, Watch

HOST = "api.openai.com"
PATH = "/v1/chat/completions"
CONFIG = """
[upstream]
ca_file = "{ca_file}"
resolve = {{ "api.openai.com:443" = "127.0.0.1:{port}", "openrouter.ai:443" = "127.0.0.1:{port}" }}
[metering]
ask_for_usage = ["{host}"]
"""
ASKS = b'{"stream_options":{"include_usage":true},'
STREAMED = chat("gpt-4o-mini", stream=True)
ASKED = ASKS + STREAMED[1:]


@pytest.fixture(scope="module")
def near(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, upstream: FakeGateway
) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("asking")
    running = Sidecar(folder, CONFIG.format(ca_file=certificates.ca_file, port=upstream.port, host=HOST))
    try:
        yield running
    finally:
        status = running.stop()
    assert status == 0
    assert "fault of franking" not in running.output.read_text(encoding="utf-8")
    assert leaks(folder) == []


@pytest.fixture
def ledger(near: Sidecar) -> Watch:
    return near.watch()


def unasked(body: bytes = STREAMED) -> bytes:
    """What the gateway answers one who does not ask."""
    return b"".join(chat_stream(body, json.loads(body), charged=False, byok=False))


def plain(reply: Reply) -> bytes:
    """The body, decoded, whose encoding must end as it should."""
    decoder = Decoder(reply.headers.get("content-encoding", ""))
    body = b"".join(decoder.feed(reply.body))
    assert not decoder.fault
    assert not decoder.cut
    return body


def counted(row: dict[str, Any], sent: bytes) -> bool:
    told = figures(sent)
    return (row["input_tokens"], row["output_tokens"]) == (told.input, told.output)


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd", "deflate"])
def test_the_client_sees_nothing_of_it(near: Sidecar, gateway: FakeGateway, ledger: Watch, encoding: str) -> None:
    reply = ask(near, HOST, PATH, STREAMED, scenario=encoding or None)
    assert (reply.status, reply.fault) == (200, None)
    assert plain(reply) == unasked()
    (received,) = gateway.requests
    assert received.body == ASKED
    assert received.header("content-length") == str(len(ASKED))
    row = ledger.row()
    assert row["status"] == "ok"
    assert counted(row, ASKED)
    assert row["cost"] > 0
    assert row["request_bytes"] == len(STREAMED)
    assert json.loads(row["provenance"])["metering"]["asked_for_usage"] is True


@pytest.mark.parametrize(
    ("name", "squeeze", "spread"),
    [
        ("gzip", gzip.compress, gzip.decompress),
        ("br", brotli.compress, brotli.decompress),
        ("zstd", zstd.compress, zstd.decompress),
    ],
)
def test_a_compressed_request(
    near: Sidecar, gateway: FakeGateway, ledger: Watch, name: str, squeeze: Any, spread: Any
) -> None:
    reply = ask(near, HOST, PATH, squeeze(STREAMED), headers={"Content-Encoding": name})
    (received,) = gateway.requests
    assert spread(received.body) == ASKED
    assert received.header("content-length") == str(len(received.body))
    assert received.header("content-encoding") == name
    assert reply.fault is None
    assert ledger.row()["requested_model"] == "gpt-4o-mini"


@pytest.mark.parametrize(
    ("host", "body", "headers"),
    [
        ("openrouter.ai", STREAMED, {}),
        (HOST, chat("gpt-4o-mini"), {}),
        (HOST, chat("gpt-4o-mini", stream=False), {}),
        (HOST, chat("gpt-4o-mini", stream=True, stream_options={"include_usage": True}), {}),
        (HOST, b'{"stream":true', {}),
        (HOST, b"", {}),
        (HOST, STREAMED, {"Content-Digest": "sha-256=:x:"}),
        (HOST, STREAMED, {"Content-Encoding": "compress"}),
        (HOST, STREAMED + b" " * (4 << 20), {}),
    ],
    ids=["another host", "plain", "not streamed", "asked", "broken", "empty", "digest", "encoding", "long"],
)
def test_everything_else_stays_whole(
    near: Sidecar, gateway: FakeGateway, ledger: Watch, host: str, body: bytes, headers: dict[str, str]
) -> None:
    path = PATH if host == HOST else "/api/v1/chat/completions"
    ask(near, host, path, body, headers=headers)
    (received,) = gateway.requests
    assert received.body == body
    assert "asked_for_usage" not in ledger.row()["provenance"]


def test_an_answer_with_a_length_is_sent_in_chunks(near: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    def counted_stream(request: Request) -> Answer:
        body = b"".join(chat_stream(request.body, request.json(), charged=False, byok=False))
        return Answer(
            headers=(("Content-Type", "text/event-stream"), ("Content-Length", str(len(body)))), pieces=(body,)
        )

    gateway.script(counted_stream)
    reply = ask(near, HOST, PATH, STREAMED)
    assert reply.body == unasked()
    assert (reply.fault, reply.headers.get("content-length")) == (None, None)
    assert ledger.row()["status"] == "ok"


def test_a_refusal_is_passed_on(near: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    reply = ask(near, HOST, PATH, STREAMED, scenario="429")
    assert reply.status == 429
    assert b"Rate limit" in reply.body
    assert ledger.row()["http_status"] == 429


def test_a_gateway_that_breaks_off(near: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    reply = ask(near, HOST, PATH, STREAMED, scenario="close")
    assert reply.fault is not None
    assert unasked().startswith(reply.body)
    assert reply.body
    assert ledger.row()["status"] == "upstream_aborted"


def test_events_come_as_they_are_sent(near: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    gate = Gate()
    head = {"id": "x", "model": "gpt-4o-mini", "usage": None}
    first = sse(head | {"choices": [{"index": 0, "delta": {"content": "hi"}}]})
    usage = sse(head | {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}})
    answer = Answer(headers=(("Content-Type", "text/event-stream"),), pieces=(first, usage, b"data: [DONE]\n\n"))
    gateway.script(answer.held(gate))
    with opened(near, HOST, PATH, STREAMED) as response:
        seen = response.read1(65536)
        gate.open()
        rest = response.read()
    assert seen == first.replace(b',"usage":null', b"")
    assert rest == b"data: [DONE]\n\n"
    assert ledger.row()["input_tokens"] == 3


OPENAI = """
import json
from openai import DefaultHttpxClient, OpenAI

told = []
for http2 in (False, True):
    client = OpenAI(max_retries=0, timeout=60, http_client=DefaultHttpxClient(http2=http2))
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "hello"}], "stream": True}
    told.append([chunk.model_dump(exclude_unset=True) for chunk in client.chat.completions.create(**asked)])
print(json.dumps(told))
"""


def test_the_openai_sdk_over_http_1_and_2(near: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    told: Any = python_script(near, OPENAI, environment={"OPENAI_API_KEY": CANARIES["api-key"]})
    assert [request.http_version for request in gateway.requests] == ["1.1", "2"]
    for chunks, request, row in zip(told, gateway.requests, ledger.rows(2), strict=True):
        assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "".join(REPLY)
        assert not any("usage" in chunk for chunk in chunks)
        assert request.json()["stream_options"] == {"include_usage": True}
        assert request.header("content-length") == str(len(request.body))
        assert counted(row, request.body)
        assert row["status"] == "ok"
