"""The gateway cannot be reached: a 502 that says why, one row, and the next request has its chance."""

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import CHAT, ask, chat, opened, refusing_port, silent_port
from support.sidecar import Sidecar, Watch
from support.waiting import until

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


def test_a_tunnel_that_cannot_be_made_says_why(sidecar: Sidecar) -> None:
    with refusing_port() as port, socket.create_connection(("127.0.0.1", sidecar.port), timeout=60) as client:
        client.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % port)
        answer = http.client.HTTPResponse(client)
        answer.begin()
        assert answer.status == 502
        said = answer.read().decode()
        assert said.startswith(f"franking cannot reach 127.0.0.1:{port}: ")
        assert "connection_strategy" not in said


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
ca_file = "{ca_file}"
connect_timeout = {seconds}
[upstream.resolve]
"api.kilo.ai:443" = "127.0.0.1:{kilo}"
"openrouter.ai:443" = "127.0.0.1:{silent}"
"api.openai.com:443" = "127.0.0.1:{full}"
"""
SECONDS = 0.5


@pytest.fixture(scope="module")
def impatient(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates, upstream: FakeGateway
) -> Iterator[Sidecar]:
    with ExitStack() as held:
        full = held.enter_context(socket.socket())  # takes one connection, and lets every other wait
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        held.enter_context(socket.create_connection(full.getsockname()))
        ports = {"kilo": upstream.port, "silent": held.enter_context(silent_port()), "full": full.getsockname()[1]}
        config = IMPATIENT.format(ca_file=certificates.ca_file, seconds=SECONDS, **ports)
        running = Sidecar(tmp_path_factory.mktemp("impatient"), config)
        yield running
        assert running.stop() == 0


@pytest.mark.parametrize(
    ("host", "words"), [("openrouter.ai", "did not answer the TLS handshake"), ("api.openai.com", "no answer")]
)
def test_a_gateway_that_never_answers_is_given_up(impatient: Sidecar, host: str, words: str) -> None:
    rows = impatient.watch()
    reply = ask(impatient, host, "/v1/chat/completions")
    assert (reply.status, f"{words} within {SECONDS} s" in reply.body.decode()) == (502, True), reply.body
    row = rows.row()
    assert (row["status"], "upstream.connect_timeout" in row["error_message"]) == ("upstream_aborted", True)


def test_a_client_that_greets_late_is_served(impatient: Sidecar, gateway: FakeGateway) -> None:
    """It opens the tunnel beforehand, as browsers do; the gateway's end is given up meanwhile, and made again."""
    rows = impatient.watch()
    late = http.client.HTTPSConnection(
        "127.0.0.1", impatient.port, context=ssl.create_default_context(cafile=impatient.ca_file), timeout=60
    )
    late.set_tunnel("api.kilo.ai", 443)
    http.client.HTTPConnection.connect(late)  # the tunnel alone
    moment = time.monotonic() + 2 * SECONDS
    until(lambda: time.monotonic() > moment, "it was given up")
    late.sock = late._context.wrap_socket(late.sock, server_hostname="api.kilo.ai")  # type: ignore[attr-defined]
    late.request("POST", CHAT, chat(), {"Content-Type": "application/json"})
    assert late.getresponse().status == 200
    assert rows.row()["status"] == "ok"
    late.close()
