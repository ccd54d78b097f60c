"""openai-responses over a WebSocket through the real proxy: a row a response, and every message as it was sent."""

import contextlib
import json
import os
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from franking.demo.certificates import issue
from franking.demo.providers.figures import REPLY, figures
from support.clients import CANARIES, ask, python_script
from support.leaks import leaks
from support.sidecar import Sidecar, Watch
from support.socket_gateway import SocketGateway, events
from support.waiting import until

HOST = "api.openai.com"
CONFIG = """
[upstream]
ca_file = "{ca_file}"
resolve = {{ "api.openai.com:443" = "127.0.0.1:{port}" }}
[[gateway]]
name = "openai"
stamp = {{ project = "X-Project" }}
"""


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SocketGateway, str]]:
    """The gateway, and the configuration that leads to it."""
    certificates = issue(tmp_path_factory.mktemp("certificates"), (HOST,))
    with SocketGateway(certificates) as gateway:
        yield gateway, CONFIG.format(ca_file=certificates.ca_file, port=gateway.port)


@pytest.fixture(scope="module")
def near(far: tuple[SocketGateway, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sidecar]:
    folder = tmp_path_factory.mktemp("sidecar")
    running = Sidecar(folder, far[1])
    try:
        yield running
    finally:
        status = running.stop()
    assert status == 0, running.output.read_text(encoding="utf-8")
    assert "fault of franking" not in running.output.read_text(encoding="utf-8")
    assert leaks(folder) == []


@pytest.fixture
def ledger(near: Sidecar) -> Watch:
    return near.watch()


@contextlib.contextmanager
def opened(
    sidecar: Sidecar, path: str = "/v1/responses", project: str = "shop", **options: Any
) -> Iterator[Connection]:
    """A WebSocket through the sidecar's CONNECT."""
    context = ssl.create_default_context(cafile=str(sidecar.ca_file))
    # The library's threads read and write one TLS 1.3 connection at once, and lose one handshake of a hundred so.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    headers = {"Authorization": f"Bearer {CANARIES['authorization']}"}
    with connect(
        f"wss://{HOST}{path}", ssl=context, proxy=f"http://{project}:cli@127.0.0.1:{sidecar.port}",
        additional_headers=headers, close_timeout=5, **options,
    ) as connection:  # fmt: skip
        yield connection


def create(model: str = "gpt-4o-mini", **more: Any) -> bytes:
    asked = {"type": "response.create", "model": model, "input": CANARIES["prompt"], **more}
    return json.dumps(asked).encode()


def turn(connection: Connection, message: bytes) -> list[dict[str, Any]]:
    """Send, and take every event until the response's end."""
    connection.send(message.decode())
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] not in ("response.completed", "response.failed", "error"):
        found.append(json.loads(connection.recv(10)))
    return found


@pytest.mark.parametrize("compression", ["deflate", None])
def test_a_row_a_response(
    near: Sidecar, far: tuple[SocketGateway, str], ledger: Watch, compression: str | None
) -> None:
    messages = [create(generate=False), create(max_output_tokens=7), create("gpt-4o", input="x" * 300_000)]
    with opened(near, compression=compression) as connection:
        assert [turn(connection, message) for message in messages] == [events(message) for message in messages]
    assert far[0].received[-3:] == messages
    assert far[0].headers[-1]["x-project"] == "shop"
    for message, row in zip(messages, ledger.rows(3), strict=True):
        told = figures(message)
        assert (row["status"], row["http_status"], row["streamed"]) == ("ok", 101, 1)
        assert (row["wire_format"], row["method"], row["path"]) == ("openai-responses", "GET", "/v1/responses")
        assert (row["input_tokens"], row["output_tokens"]) == (told.input, told.output)
        assert (row["cache_read_tokens"], row["reasoning_tokens"]) == (told.cache_read, told.reasoning)
        assert row["requested_model"] == row["model"] == json.loads(message)["model"]
        assert (row["project_id"], row["feature"], row["gateway"]) == ("shop", "cli", "openai")
        assert row["cost"] > 0
        assert row["cost_source"] == "price-table"
        assert row["request_bytes"] == len(message)
        assert row["response_bytes"] > len(message) // 1000
        assert row["started_at"] <= row["first_token_at"] <= row["ended_at"]
        assert json.loads(row["provenance"])["metering"]["complete"] is True


def test_a_hard_budget_refuses_the_next_response_of_an_open_one(near: Sidecar, far: tuple[SocketGateway, str]) -> None:
    def blocked() -> bool:
        return any(row["status"] == "blocked" for row in near.all_rows())

    with opened(near, project="tight") as connection:
        assert turn(connection, create())[-1]["type"] == "response.completed"
        assert (
            near.run("budgets", "create", "0.000000001", "--project", "tight", "--hard", "--name", "t").returncode == 0
        )
        try:
            refused = until(
                lambda: end if (end := turn(connection, create())[-1])["type"] == "error" else None, "it is in force"
            )
            passed = len(far[0].received)
            until(blocked, "its row is kept")
            again = near.watch()
            assert turn(connection, create())[-1]["type"] == "error"
            assert (refused["status"], refused["error"]["code"]) == (429, "budget_exceeded")
            assert "the budget t is used up" in refused["error"]["message"]
            row = again.row()
            assert (row["status"], row["http_status"], row["cost"]) == ("blocked", 429, None)
            assert row["requested_model"] == "gpt-4o-mini"
            assert len(far[0].received) == passed
            assert near.run("budgets", "raise", "t", "--to", "0.12").returncode == 0
            until(lambda: turn(connection, create())[-1]["type"] == "response.completed", "responses pass again")
            for _ in range(40):  # 40 estimates are more than the budget: an open one that asks for nothing holds none
                with opened(near, project="tight"):
                    pass
        finally:
            near.run("budgets", "delete", "t")


def test_the_row_is_there_before_the_last_message_is(near: Sidecar, ledger: Watch) -> None:
    """Kept in the journal already; the ledger follows within moments, though the connection stays open."""
    with opened(near) as connection:
        turn(connection, create())
        assert ledger.row()["status"] == "ok"
        turn(connection, create())
        assert [row["status"] for row in ledger.rows(2)] == ["ok", "ok"]
    assert len(ledger.rows(2)) == 2


def test_two_asked_at_once_are_answered_in_their_order(near: Sidecar, ledger: Watch) -> None:
    first, second = create("gpt-4o"), create("gpt-4o-mini", input="y" * 900)
    with opened(near) as connection:
        connection.send(first.decode())
        turn(connection, second)
        while json.loads(connection.recv(10))["type"] != "response.completed":
            pass
    rows = ledger.rows(2)
    assert [row["model"] for row in rows] == ["gpt-4o", "gpt-4o-mini"]
    assert [row["input_tokens"] for row in rows] == [figures(first).input, figures(second).input]


@pytest.mark.parametrize(
    ("model", "status", "error_type", "error_message"),
    [
        ("demo/failed", "stream_error", "server_error", "The model stopped."),
        ("demo/refused", "stream_error", "invalid_request_error", "No."),
    ],
)
def test_a_response_that_fails_is_no_end_of_the_connection(
    near: Sidecar, ledger: Watch, model: str, status: str, error_type: str, error_message: str
) -> None:
    with opened(near) as connection:
        turn(connection, create(model))
        turn(connection, create())
    failed, good = ledger.rows(2)
    assert (failed["status"], failed["error_type"], failed["error_message"]) == (status, error_type, error_message)
    assert failed["requested_model"] == model
    assert (failed["cost"], failed["input_tokens"]) == (None, None)
    assert good["status"] == "ok"


@pytest.mark.parametrize(("how", "says"), [("close", "(1011: something broke)"), ("reset", "(1006)")])
def test_the_gateway_leaves(near: Sidecar, ledger: Watch, how: str, says: str) -> None:
    with opened(near) as connection, contextlib.suppress(ConnectionClosed):
        turn(connection, create())
        turn(connection, create(f"demo/{how}"))
    good, cut = ledger.rows(2)
    assert good["status"] == "ok"
    assert (cut["status"], cut["error_type"]) == ("upstream_aborted", "upstream_closed")
    assert cut["error_message"] == f"the gateway closed the WebSocket {says}"
    assert (cut["model"], cut["message_id"]) == (f"demo/{how}", "resp_demo_1")
    assert (cut["input_tokens"], cut["cost"]) == (None, None)
    assert json.loads(cut["provenance"])["metering"]["complete"] is False


@pytest.mark.parametrize("how", ["close", "drop"])
def test_the_client_leaves(near: Sidecar, ledger: Watch, how: str) -> None:
    with opened(near) as connection:
        connection.send(create("demo/stall").decode())
        json.loads(connection.recv(10))
        if how == "drop":
            connection.close_socket()
    row = ledger.row()
    assert (row["status"], row["error_type"], row["model"]) == ("client_aborted", "client_closed", "demo/stall")


def test_a_connection_that_asks_nothing_has_no_row(near: Sidecar, ledger: Watch) -> None:
    with opened(near) as connection:
        connection.send('{"type":"session.update"}')
        connection.ping().wait(60)
    with opened(near) as connection:
        turn(connection, create())
    ledger.row()


def test_a_refused_upgrade_is_a_row(near: Sidecar, ledger: Watch) -> None:
    with pytest.raises(InvalidStatus), opened(near, "/v1/refused/responses"):
        pass
    row = ledger.row()
    assert (row["status"], row["http_status"], row["wire_format"]) == ("http_error", 426, "openai-responses")
    assert (row["error_type"], row["error_message"]) == ("invalid_request_error", "Use HTTP.")


def test_a_get_that_is_no_upgrade_is_no_llm_request(near: Sidecar, ledger: Watch) -> None:
    assert ask(near, HOST, "/v1/responses", b"", method="GET").status == 426
    with opened(near) as connection:
        turn(connection, create())
    ledger.row()


@pytest.mark.skipif(os.environ.get("FRANKING_LONG") != "1", reason="takes the ten seconds that a stream gets")
def test_the_proxy_stops_while_a_response_is_under_way(far: tuple[SocketGateway, str], tmp_path: Path) -> None:
    sidecar = Sidecar(tmp_path, far[1])
    with opened(sidecar) as connection, contextlib.suppress(ConnectionClosed):
        connection.send(create("demo/stall").decode())
        connection.recv(10)
        assert sidecar.stop() == 0
    (row,) = sidecar.all_rows()
    assert (row["status"], row["model"], row["cost"]) == ("interrupted", "demo/stall", None)


def test_the_proxy_stops_while_a_connection_is_idle(far: tuple[SocketGateway, str], tmp_path: Path) -> None:
    """An open WebSocket with nothing under way does not hold the stop up."""
    sidecar = Sidecar(tmp_path, far[1])
    stopped: list[int] = []
    with opened(sidecar) as connection, contextlib.suppress(ConnectionClosed):
        turn(connection, create())
        stopping = threading.Thread(target=lambda: stopped.append(sidecar.stop()))
        stopping.start()
        stopping.join(8)
        assert stopped == [0]
    assert [row["status"] for row in sidecar.all_rows()] == ["ok"]


OPENAI = """
import asyncio, json
from openai import AsyncOpenAI


async def main():
    told = []
    async with AsyncOpenAI(max_retries=0, timeout=60).responses.connect() as connection:
        for words in ("warm up", "hello"):
            await connection.response.create(model="gpt-4o-mini", input=words)
            text = ""
            async for event in connection:
                if event.type == "response.output_text.delta":
                    text += event.delta
                if event.type == "response.completed":
                    told.append({"text": text, "usage": event.response.usage.model_dump()})
                    break
    print(json.dumps(told))


asyncio.run(main())
"""


def test_the_openai_sdk(near: Sidecar, ledger: Watch) -> None:
    told: Any = python_script(near, OPENAI, environment={"OPENAI_API_KEY": CANARIES["api-key"]})
    assert [each["text"] for each in told] == ["".join(REPLY)] * 2
    for each, row in zip(told, ledger.rows(2), strict=True):
        usage = each["usage"]
        assert (row["input_tokens"], row["output_tokens"]) == (usage["input_tokens"], usage["output_tokens"])
        assert row["cache_read_tokens"] == usage["input_tokens_details"]["cached_tokens"]
        assert row["reasoning_tokens"] == usage["output_tokens_details"]["reasoning_tokens"]
