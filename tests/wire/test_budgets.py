"""Hard budgets at the wire: refused before it leaves, in the shape that each client takes for a rate limit."""

import http.client
import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import ask as asked
from support.clients import chat, curl, python_script
from support.sidecar import HOSTS, Sidecar
from support.sidecar import upstream as configured
from support.waiting import until

Budgets = Callable[..., Sidecar]


@pytest.fixture(scope="module")
def module_sidecar(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, upstream: FakeGateway
) -> Iterator[Sidecar]:
    config = configured(certificates.ca_file, dict.fromkeys(HOSTS, upstream.port))
    running = Sidecar(tmp_path_factory.mktemp("budgeted"), config, ("--reverse", "https://api.kilo.ai@0"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def sidecar(module_sidecar: Sidecar) -> Iterator[Sidecar]:
    """With no budget, before and after."""
    yield module_sidecar
    for budget in json.loads(module_sidecar.run("budgets", "--json").stdout)["budgets"]:
        assert module_sidecar.run("budgets", "delete", budget["name"]).returncode == 0
    module_sidecar.run("budgets", "resume")


def status(sidecar: Sidecar, **options: Any) -> int:
    """Of one more request, whose row is there when this returns."""
    rows = sidecar.watch()
    answer = asked(sidecar, **options)
    rows.row()
    return answer.status


def budget(sidecar: Sidecar, amount: str, *words: str, **options: Any) -> None:
    """A hard budget, in force: the proxy has seen it."""
    made = sidecar.run("budgets", "create", amount, "--hard", "--name", "tight", *words)
    assert made.returncode == 0, made.stderr
    until(lambda: status(sidecar, **options) == 429, "the budget is in force")


def reserved(sidecar: Sidecar) -> int:
    """Requests under way that the ledger holds money for."""
    with closing(sqlite3.connect(sidecar.home / "ledger.db", timeout=10)) as ledger:
        return int(ledger.execute("SELECT count(*) FROM reservations WHERE amount > 0").fetchone()[0])


SDKS = """
import json
import anthropic, openai
from google import genai
from google.genai import errors, types

ASKED = {"messages": [{"role": "user", "content": "hello"}]}
told = {}
for http2 in (False, True):
    client = openai.OpenAI(timeout=60, http_client=openai.DefaultHttpxClient(http2=http2))
    claude = anthropic.Anthropic(timeout=60, http_client=anthropic.DefaultHttpxClient(http2=http2))
    for name, call, limit in (
        ("chat", lambda: client.chat.completions.create(model="gpt-4o-mini", **ASKED), openai.RateLimitError),
        ("chat streamed", lambda: client.chat.completions.create(model="gpt-4o-mini", stream=True, **ASKED),
         openai.RateLimitError),
        ("responses", lambda: client.responses.create(model="gpt-4o-mini", input="hello"), openai.RateLimitError),
        ("embeddings", lambda: client.embeddings.create(model="text-embedding-3-small", input="hello"),
         openai.RateLimitError),
        ("messages", lambda: claude.messages.create(model="claude-sonnet-4-5", max_tokens=9, **ASKED),
         anthropic.RateLimitError),
        ("messages streamed",
         lambda: claude.messages.create(model="claude-sonnet-4-5", max_tokens=9, stream=True, **ASKED),
         anthropic.RateLimitError),
    ):
        try:
            call()
        except limit as fault:
            told[f"{name} {http2}"] = [fault.status_code, fault.response.headers["retry-after"], str(fault)]
gemini = genai.Client(http_options=types.HttpOptions(timeout=60_000))
for name, call in (
    ("gemini", lambda: gemini.models.generate_content(model="gemini-2.5-flash", contents="hello")),
    ("gemini streamed",
     lambda: list(gemini.models.generate_content_stream(model="gemini-2.5-flash", contents="hello"))),
):
    try:
        call()
    except errors.ClientError as fault:
        told[name] = [fault.code, fault.status, fault.message]
print(json.dumps(told))
"""


def test_every_official_client_sees_its_own_rate_limit_error(sidecar: Sidecar, gateway: FakeGateway) -> None:
    budget(sidecar, "0.000001")
    gateway.forget()
    rows = sidecar.watch()
    keys = {"OPENAI_API_KEY": "sk-x", "ANTHROPIC_API_KEY": "sk-x", "GEMINI_API_KEY": "sk-x"}
    told = python_script(sidecar, SDKS, environment=keys)
    assert len(told) == 2 * 6 + 2
    for name, (status, retry, text) in told.items():
        assert status == 429, name
        assert retry == "RESOURCE_EXHAUSTED" if name.startswith("gemini") else int(retry) > 0
        assert "the budget tight" in text
        assert "frank budgets raise tight --by AMOUNT, or frank budgets pause 1h" in text
    assert not gateway.requests
    kept = rows.rows(len(told))  # and not one more: none of them tried again
    assert {(row["status"], row["http_status"], row["error_type"]) for row in kept} == {
        ("blocked", 429, "budget_exceeded")
    }
    assert {row["cost"] for row in kept} == {None}
    assert {row["requested_model"] for row in kept} == {
        "gpt-4o-mini", "text-embedding-3-small", "claude-sonnet-4-5", "gemini-2.5-flash"
    }  # fmt: skip


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
@pytest.mark.parametrize("more", [[], ["-H", "Expect: 100-continue"], ["-H", "Transfer-Encoding: chunked"]])
def test_a_large_body_is_taken_in_and_its_answer_read(
    sidecar: Sidecar, gateway: FakeGateway, tmp_path: Path, version: str, more: list[str]
) -> None:
    budget(sidecar, "0.000001")
    gateway.forget()
    rows = sidecar.watch()
    body = chat(stream=True, filler="x" * 2_000_000)
    (tmp_path / "body").write_bytes(body)
    url = "https://api.kilo.ai/api/openrouter/chat/completions"
    done = curl(sidecar, url, version, "--data-binary", f"@{tmp_path / 'body'}", "-w", "\n%{http_code}\n", *more, url)
    first, status, second, again = done.stdout.decode().splitlines()  # twice, on one connection
    assert (status, again, done.returncode) == ("429", "429", 0)
    assert [json.loads(each)["error"]["code"] for each in (first, second)] == ["budget_exceeded"] * 2
    assert not gateway.requests
    kept = rows.rows(2)
    assert {(row["status"], row["request_bytes"], row["streamed"]) for row in kept} == {("blocked", len(body), 1)}
    assert sorted(row["response_bytes"] for row in kept) == sorted(map(len, (first, second)))


def test_the_same_in_reverse_mode(sidecar: Sidecar, gateway: FakeGateway) -> None:
    budget(sidecar, "0.000001")
    gateway.forget()
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.reverse["https://api.kilo.ai"], timeout=60)
    for _ in range(2):
        connection.request("POST", "/api/openrouter/chat/completions", chat(filler="x" * 2_000_000))
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["error"]["code"]) == (429, "budget_exceeded")
    connection.close()
    assert not gateway.requests


def test_an_upgrade_to_a_websocket_is_refused_too(sidecar: Sidecar, gateway: FakeGateway) -> None:
    budget(sidecar, "0.000001")
    rows = sidecar.watch()
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    answer = asked(sidecar, "api.openai.com", "/v1/responses", b"", headers=upgrade, method="GET")
    assert answer.status == 429
    assert rows.row()["status"] == "blocked"


def test_pause_lets_everything_pass_and_resume_ends_it(sidecar: Sidecar, gateway: FakeGateway) -> None:
    budget(sidecar, "0.000001")
    sidecar.run("budgets", "pause", "1h")
    until(lambda: asked(sidecar).status == 200, "requests pass", 5)
    sidecar.run("budgets", "resume")
    until(lambda: asked(sidecar).status == 429, "they do not", 5)
    assert sidecar.run("budgets", "raise", "tight", "--by", "100").returncode == 0
    until(lambda: asked(sidecar).status == 200, "they do again", 5)


def test_only_what_a_budget_covers_is_refused(sidecar: Sidecar, gateway: FakeGateway) -> None:
    mine = {"X-Apantli-Project": "client-a"}
    budget(sidecar, "0.000001", "--project", "client-a", headers=mine)
    assert "request of project client-a" in asked(sidecar, headers=mine).body.decode()
    assert asked(sidecar, headers={"X-Apantli-Project": "client-b"}).status == 200


def test_a_budget_for_a_model_reads_the_body_first(sidecar: Sidecar, gateway: FakeGateway) -> None:
    budget(sidecar, "0.000001", "--model", "openai/gpt-4o", body=chat("openai/gpt-4o"))
    gateway.forget()
    rows = sidecar.watch()
    other = asked(sidecar, body=chat("openai/gpt-4o-mini"))
    assert (other.status, gateway.requests[0].body) == (200, chat("openai/gpt-4o-mini"))
    assert asked(sidecar, body=chat("openai/gpt-4o", stream=True)).status == 429
    assert len(gateway.requests) == 1
    kept = rows.rows(2)
    assert [(row["status"], row["requested_model"]) for row in kept] == [
        ("ok", "openai/gpt-4o-mini"),
        ("blocked", "openai/gpt-4o"),
    ]
    assert kept[0]["request_bytes"] == len(chat("openai/gpt-4o-mini"))


def test_fifty_at_once_do_not_run_through_a_budget(sidecar: Sidecar, gateway: FakeGateway) -> None:
    budget(sidecar, "0.000001", "--project", "fifty", headers={"X-Apantli-Project": "fifty"})
    assert sidecar.run("budgets", "raise", "tight", "--to", "0.5").returncode == 0
    mine = {"X-Apantli-Project": "fifty"}
    until(lambda: status(sidecar, headers=mine) == 200, "there is something left")
    gateway.forget()
    rows = sidecar.watch()

    def one(_: int) -> int | None:
        try:
            return asked(sidecar, headers=mine, body=chat("nobody/knows"), scenario="mute", timeout=3).status
        except OSError:
            return None  # it may go, and hangs

    with ThreadPoolExecutor(50) as many:
        statuses = list(many.map(one, range(50)))
    assert set(statuses) == {429, None}
    # An unknown model is taken for one that was used lately, or as configured: 6 cents for 4,096 tokens at most.
    assert 0 < statuses.count(None) < 50
    assert len(gateway.requests) == statuses.count(None)
    kept = rows.rows(50)
    assert sum(row["status"] == "blocked" for row in kept) == statuses.count(429)
    assert "requests under way" in next(row["error_message"] for row in kept if row["status"] == "blocked")


def test_a_client_that_leaves_while_it_is_refused_has_its_row(sidecar: Sidecar) -> None:
    budget(sidecar, "0.000001")
    rows = sidecar.watch()
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.reverse["https://api.kilo.ai"], timeout=60)
    connection.putrequest("POST", "/api/openrouter/chat/completions")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"{")
    connection.close()
    assert rows.row()["status"] == "blocked"


def test_two_sidecars_on_one_ledger_agree(
    sidecar: Sidecar, gateway: FakeGateway, certificates: Certificates, tmp_path: Path
) -> None:
    other_home = tmp_path / "home"
    other_home.mkdir(mode=0o700)
    (other_home / "ledger.db").symlink_to(sidecar.home / "ledger.db")
    other = Sidecar(tmp_path, sidecar.config.read_text(encoding="utf-8"))
    try:
        mine = {"X-Apantli-Project": "shared"}
        budget(sidecar, "0.000001", "--project", "shared", headers=mine)
        until(lambda: asked(other, headers=mine).status == 429, "the other refuses too")
        assert sidecar.run("budgets", "raise", "tight", "--to", "1").returncode == 0
        until(lambda: asked(other, headers=mine, body=chat(max_tokens=1)).status == 200, "there is something left")
        until(lambda: asked(sidecar, headers=mine, body=chat(max_tokens=1)).status == 200, "this one knows it as well")
        large, small = (
            chat("openai/gpt-4o", max_tokens=count) for count in (90_000, 20_000)
        )  # $0.90 and $0.20 at most
        with ThreadPoolExecutor(1) as hanging:  # holds a reservation at one of them for as long as it hangs
            held = hanging.submit(lambda: asked(sidecar, headers=mine, body=large, scenario="mute", timeout=5))
            until(lambda: reserved(sidecar) > 0, "it is reserved for, where both look")
            refused = until(
                lambda: answer if (answer := asked(other, headers=mine, body=small)).status == 429 else None,
                "the other knows of it",
            )
            assert held.exception() is not None
        assert "requests under way" in refused.body.decode()
    finally:
        assert other.stop() == 0
