"""Bad answers: the client gets the gateway's bytes, and there is exactly one row with the right status."""

import pytest

from franking.demo import scripts
from franking.demo.gateway import FakeGateway
from franking.demo.values import Answer, Gate
from support.clients import CHAT, ask, chat, curl, opened
from support.expected import counts
from support.sidecar import Sidecar, Watch

WHOLE = [
    # scenario, streamed, HTTP status, row's status, is usage read
    ("401", False, 401, "http_error", False),
    ("429", True, 429, "http_error", False),
    ("500", False, 500, "http_error", False),
    ("500+gzip", False, 500, "http_error", False),
    ("error-event", True, 200, "stream_error", False),
    ("error-event+gzip", True, 200, "stream_error", False),
    ("no-done", True, 200, "ok", True),
    ("broken-json", True, 200, "ok", True),
    ("broken-json", False, 200, "ok", False),
    ("broken-gzip", False, 200, "ok", False),
    ("broken-gzip", True, 200, "ok", False),
    ("endless-line", True, 200, "ok", False),
]


@pytest.mark.parametrize("version", ["1.1", "2"])
@pytest.mark.parametrize(("scenario", "streamed", "http_status", "status", "usage"), WHOLE)
def test_a_bad_answer_passes_as_it_is(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, version: str,
    scenario: str, streamed: bool, http_status: int, status: str, usage: bool,
) -> None:  # fmt: skip
    body = chat(stream=streamed)
    done = curl(
        sidecar, f"https://api.kilo.ai{CHAT}", f"--http{version}", "--data-binary", body.decode(),
        "--header", f"x-demo-scenario: {scenario}", "--write-out", "%{stderr}%{http_code}",
    )  # fmt: skip
    (received,) = gateway.requests
    assert (done.returncode, done.stderr) == (0, str(http_status).encode())
    assert done.stdout == scripts.answer(received).body
    row = ledger.row()
    expected = counts("charged", body) if usage else dict.fromkeys(counts("charged", body))
    assert (row["status"], row["http_status"], row["response_bytes"]) == (status, http_status, len(done.stdout))
    assert {name: row[name] for name in expected} == expected
    assert (row["error_type"] is not None) == (status != "ok")


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(("scenario", "http_status"), [("close", 200), ("reset", 200)])
def test_the_gateway_breaks_off(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, scenario: str, http_status: int, streamed: bool
) -> None:
    reply = ask(sidecar, body=chat(stream=streamed), scenario=scenario)
    (received,) = gateway.requests
    sent = scripts.answer(received).body
    assert (reply.status, reply.fault is not None) == (http_status, True)
    assert sent.startswith(reply.body)
    row = ledger.row()
    assert (row["status"], row["http_status"], row["cost"]) == ("upstream_aborted", http_status, None)


def test_the_gateway_resets_before_an_answer(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    assert ask(sidecar, scenario="reset-first").status == 502
    row = ledger.row()
    assert (row["status"], row["cost"]) == ("upstream_aborted", None)


def test_the_gateway_breaks_off_after_usage_was_told(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    gateway.script(lambda request: _cut(scripts.answer(request), 1))
    body = chat(stream=True)
    assert ask(sidecar, body=body).fault
    row = ledger.row()
    assert {name: row[name] for name in counts("charged", body)} == counts("charged", body)


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_client_leaves_in_the_middle(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, encoding: str) -> None:
    gate = Gate()
    gateway.script(lambda request: scripts.answer(request).held(gate, after=3))
    with opened(sidecar, body=chat(stream=True), scenario=encoding) as response:
        assert response.read1(10)
    row = ledger.row()
    gate.open()
    assert (row["status"], row["http_status"], row["streamed"], row["cost"]) == ("client_aborted", 200, 1, None)


def test_a_client_that_has_no_patience(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    with pytest.raises(TimeoutError), opened(sidecar, scenario="mute", timeout=0.5):
        pass
    row = ledger.row()
    assert (row["status"], row["http_status"], row["cost"]) == ("client_aborted", None, None)


def test_an_answer_without_usage_costs_null_not_nothing(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    ask(sidecar, "api.openai.com", "/v1/chat/completions", chat("gpt-4o-mini", stream=True))
    row = ledger.row()
    assert (row["status"], row["input_tokens"], row["output_tokens"], row["cost"]) == ("ok", None, None, None)


def _cut(answer: Answer, pieces: int) -> Answer:
    return Answer(answer.status, answer.headers, answer.pieces[:-pieces], "close")
