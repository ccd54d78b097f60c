"""The gateway cannot be reached: a 502 that says why, one row, and the next request has its chance."""

import pytest

from franking.demo.gateway import FakeGateway
from support.clients import ask, opened
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
