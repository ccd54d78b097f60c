"""Reverse mode: a base URL instead of a proxy variable; several listeners beside the forward one."""

import http.client
import json

import pytest

from franking.demo import scripts
from franking.demo.gateway import FakeGateway
from support.clients import CANARIES, chat
from support.expected import counts
from support.sidecar import Sidecar, Watch

LISTENERS = [
    ("https://api.kilo.ai", "api.kilo.ai", "/api/openrouter/chat/completions"),
    ("https://openrouter.ai", "openrouter.ai", "/api/v1/chat/completions"),
]


@pytest.mark.parametrize(("url", "host", "path"), LISTENERS)
@pytest.mark.parametrize("streamed", [True, False])
def test_a_base_url_reaches_its_gateway(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, url: str, host: str, path: str, streamed: bool
) -> None:
    body = chat(stream=streamed)
    connection = http.client.HTTPConnection("127.0.0.1", sidecar.reverse[url], timeout=60)
    connection.request("POST", path, body, {"Authorization": f"Bearer {CANARIES['authorization']}"})
    response = connection.getresponse()
    got = response.read()
    connection.close()
    (received,) = gateway.requests
    assert (received.host, received.path, received.body) == (host, path, body)
    assert (response.status, got) == (200, scripts.answer(received).body)
    row = ledger.row()
    assert (row["status"], row["host"]) == ("ok", host)
    assert {name: row[name] for name in counts("charged", body)} == counts("charged", body)


def test_only_the_gateway_that_stamps_is_stamped(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    for url, _, path in LISTENERS:
        connection = http.client.HTTPConnection("127.0.0.1", sidecar.reverse[url], timeout=60)
        connection.request("POST", path, chat(), {"X-Apantli-Project": "client-a"})
        json.loads(connection.getresponse().read())
        connection.close()
    kilo, openrouter = gateway.requests
    assert kilo.header("x-kilocode-projectid") == "client-a"
    assert openrouter.header("x-kilocode-projectid") is None
    assert [row["project_id"] for row in ledger.rows(2)] == ["client-a", "client-a"]
