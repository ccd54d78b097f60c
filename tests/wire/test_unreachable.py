"""The gateway cannot be reached: a 502 that says why, one row, and the next request has its chance."""

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from franking.demo.gateway import FakeGateway
from support.clients import ask, opened, silent_port
from support.sidecar import Sidecar, Watch

CASES = [
    # host, words that the client is told
    ("refusing.example.com", b"connect call failed"),
    ("unknown.invalid", b""),  # the words are the resolver's
    ("untrusted.example.com", b"upstream.ca_file"),
]


@pytest.mark.parametrize(("host", "words"), CASES)
def test_the_client_is_told(sidecar: Sidecar, ledger: Watch, host: str, words: bytes) -> None:
    reply = ask(sidecar, host, "/v1/chat/completions")
    assert reply.status == 502
    assert words.lower() in reply.body.lower()
    row = ledger.row()
    assert (row["status"], row["host"], row["cost"], row["input_tokens"]) == ("upstream_aborted", host, None, None)
    assert row["error_type"]
    assert words.decode() in row["error_message"].lower()


def test_an_untrusted_gateway_never_sees_the_request(sidecar: Sidecar, stranger: FakeGateway, ledger: Watch) -> None:
    ask(sidecar, "untrusted.example.com", "/v1/chat/completions")
    ledger.row()
    assert stranger.requests == ()


def test_a_client_that_leaves_a_gateway_that_never_greets(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch
) -> None:
    """It takes the connection and says nothing: the client gives up before it could send a request, so none is told."""
    with pytest.raises(TimeoutError), opened(sidecar, "silent.example.com", "/v1/chat/completions", timeout=0.5):
        pass
    assert ask(sidecar).status == 200
    assert ledger.row()["host"] == "api.kilo.ai"


IMPATIENT = """
[upstream]
connect_timeout = 0.5
[upstream.resolve]
"api.kilo.ai:443" = "127.0.0.1:{silent}"
"openrouter.ai:443" = "127.0.0.1:{full}"
"""


def test_a_gateway_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with ExitStack() as held:
        full = held.enter_context(socket.socket())  # takes one connection, and lets every other wait
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        held.enter_context(socket.create_connection(full.getsockname()))
        ports = {"silent": held.enter_context(silent_port()), "full": full.getsockname()[1]}
        sidecar = Sidecar(tmp_path, IMPATIENT.format(**ports))
        held.callback(sidecar.stop)
        rows = sidecar.watch()
        for host, words in (("api.kilo.ai", "did not answer the TLS handshake"), ("openrouter.ai", "no answer")):
            reply = ask(sidecar, host, "/api/v1/chat/completions")
            assert (reply.status, f"{words} within 0.5 s" in reply.body.decode()) == (502, True), reply.body
        told = [(row["status"], "upstream.connect_timeout" in row["error_message"]) for row in rows.rows(2)]
        assert told == [("upstream_aborted", True)] * 2
