"""The fake gateway itself: what real clients get from it, and that it leaves nothing behind."""

import http.client
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from franking.demo import faults, scripts
from franking.demo.certificates import Certificates, issue
from franking.demo.gateway import FakeGateway
from franking.demo.values import Answer, Gate

CHAT = "/api/openrouter/chat/completions"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return issue(tmp_path_factory.mktemp("certificates"), ["api.kilo.ai", "127.0.0.1"])


@pytest.fixture
def gateway(certificates: Certificates) -> Iterator[FakeGateway]:
    with FakeGateway(certificates) as running:
        yield running


def curl(certificates: Certificates, gateway: FakeGateway, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    where = f"api.kilo.ai:{gateway.port}"
    return subprocess.run(
        ["curl", "-sS", "-q", "--cacert", str(certificates.ca_file), "--resolve", f"{where}:127.0.0.1",
         "--noproxy", "*", "--max-time", "10", f"https://{where}{CHAT}", *arguments],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("version", ["1.1", "2"])
@pytest.mark.parametrize("encoding", ["", *faults.ENCODINGS])
def test_every_encoding_decodes_to_the_same_stream(
    certificates: Certificates, gateway: FakeGateway, version: str, encoding: str
) -> None:
    sent = json.dumps({"model": f"demo/{encoding}", "stream": True})
    done = curl(certificates, gateway, f"--http{version}", "--compressed", "-d", sent)
    (received,) = gateway.requests
    assert (received.method, received.path, received.body) == ("POST", CHAT, sent.encode())
    assert (received.http_version, received.host) == (version, "api.kilo.ai")
    plain = scripts.answer(replace(received, headers=(("x-demo-scenario", ""),)))
    assert done.stdout == plain.body
    assert done.stdout.endswith(b"data: [DONE]\n\n")


FAULTS = [
    # scenario, curl's exit status with HTTP/1.1, with HTTP/2
    ("close", 18, 18),
    ("reset", 56, 92),
    ("reset-first", 56, 92),
    ("broken-gzip", 61, 61),
    ("429", 22, 22),
    ("no-such-scenario", 22, 22),
]


@pytest.mark.parametrize(("scenario", "one", "two"), FAULTS)
def test_faults_are_seen_by_a_client(
    certificates: Certificates, gateway: FakeGateway, scenario: str, one: int, two: int
) -> None:
    for version, expected in (("1.1", one), ("2", two)):
        body = json.dumps({"model": f"demo/{scenario}", "stream": True})
        done = curl(certificates, gateway, f"--http{version}", "--compressed", "--fail", "-d", body)
        assert done.returncode == expected, (version, done.stderr)


def test_a_large_answer_heeds_http2_flow_control(certificates: Certificates, gateway: FakeGateway) -> None:
    body = json.dumps({"model": "demo/endless-line", "stream": True})
    done = curl(certificates, gateway, "--http2", "-d", body)
    assert done.returncode == 0
    assert len(done.stdout) > faults.ENDLESS


def test_header_names_are_kept_as_written_in_order(gateway: FakeGateway) -> None:
    with _connection(gateway, None) as connection:
        connection.request("POST", CHAT, b"{}", {"x-ONE": "1", "X-Two": "2", "x-three": ""})
        assert connection.getresponse().status == 200
    (received,) = gateway.requests
    assert received.headers[-3:] == (("x-ONE", "1"), ("X-Two", "2"), ("x-three", ""))
    assert received.header("X-one") == "1"


def test_queued_answers_come_first(gateway: FakeGateway) -> None:
    gateway.script(Answer(status=503), lambda request: Answer(status=418, pieces=(request.body,)))
    got = []
    for _ in range(3):
        with _connection(gateway, None) as connection:
            connection.request("POST", CHAT, b"{}")
            response = connection.getresponse()
            got.append((response.status, response.read()[:2]))
    assert got[:2] == [(503, b""), (418, b"{}")]
    assert got[2][0] == 200
    assert len(gateway.wait_for(3)) == 3


def test_a_gate_holds_the_rest_back(gateway: FakeGateway) -> None:
    gate = Gate()
    gateway.script(Answer(pieces=(b"first", gate, b"second")))
    with _connection(gateway, None) as connection:
        connection.request("POST", CHAT, b"{}")
        response = connection.getresponse()
        assert response.read1() == b"first"
        gate.open()
        assert response.read() == b"second"


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_stopping_drops_whoever_waits(certificates: Certificates, version: str) -> None:
    before = {*threading.enumerate()}
    gateway = FakeGateway(certificates)
    gateway.start()
    serving = [thread for thread in {*threading.enumerate()} - before if thread.name == "fake gateway"]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(curl, certificates, gateway, version, "-d", '{"model": "demo/mute"}')
        gateway.wait_for(1)
        gateway.stop()
        gateway.stop()
        assert asked.result().returncode not in {0, 28}  # 28: it waited until its own time was over
    assert [thread.is_alive() for thread in serving] == [False]


def test_it_speaks_plain_http_too() -> None:
    with FakeGateway() as gateway:
        connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        connection.request("GET", "/anything?x=1")
        assert json.loads(connection.getresponse().read()) == {"path": "/anything", "method": "GET"}
        connection.close()


def test_the_leaf_is_for_its_names_only(certificates: Certificates, gateway: FakeGateway, tmp_path: Path) -> None:
    with _connection(gateway, certificates) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
    other = issue(tmp_path, ["example.com"])
    with pytest.raises(ssl.SSLCertVerificationError), _connection(gateway, other) as connection:
        connection.request("GET", "/")
    assert (certificates.leaf_file.stat().st_mode & 0o777) == 0o600


@contextmanager
def _connection(gateway: FakeGateway, certificates: Certificates | None) -> Iterator[http.client.HTTPSConnection]:
    """An HTTPS connection to the gateway; whoever it is, where no certificates are given."""
    context = ssl.create_default_context(cafile=str(certificates.ca_file) if certificates else None)
    if certificates is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", gateway.port, context=context, timeout=60)
    try:
        yield connection
    finally:
        connection.close()
