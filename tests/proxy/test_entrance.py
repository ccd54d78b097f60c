"""Who may pass, what their userinfo says, and that neither goes on."""

import asyncio
import base64
from typing import Any

import pytest
from mitmproxy.test import tflow

from franking.attribution import userinfo
from franking.gateways.registry import Gateways
from franking.proxy.callers import Callers
from franking.proxy.entrance import Entrance
from franking.settings import Gateway

GATEWAYS = Gateways([Gateway(name="g", hosts=("api.kilo.ai",))])


class Nobody:
    """Finds no caller."""

    answered = 0

    def find(self, client: Any, proxy: Any) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().create_future()

    def locate(self, found: Any, known: Any) -> "asyncio.Future[Any]":
        return asyncio.get_running_loop().create_future()

    def close(self) -> None:
        """Nothing to let go of."""


class Refusals:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.noted: list[str] = []

    def note(self, peer: Any, host: str, error: str) -> None:
        self.noted.append(error)


def entrance(token: str | None = None) -> tuple[Entrance, Callers]:
    nobody = Nobody()
    callers = Callers(lambda: nobody)
    return Entrance(callers, GATEWAYS, Refusals(), token), callers  # type: ignore[arg-type]


def asked(**headers: str) -> Any:
    flow = tflow.tflow()
    flow.request.host = "api.kilo.ai"
    for name, value in headers.items():
        flow.request.headers[name.replace("_", "-")] = value
    return flow


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("token", "headers", "admitted"),
    [
        (None, {}, True),
        (None, {"Proxy_Authorization": "nonsense"}, True),
        ("word", {}, False),
        ("word", {"Proxy_Authorization": basic("project:feature")}, False),
        ("word", {"Proxy_Authorization": basic("project:feature&token=other")}, False),
        ("word", {"Proxy_Authorization": basic("project:feature&token=word")}, True),
        ("word", {"Proxy_Authorization": basic(":&token=word")}, True),
        ("word", {"X_Franking_Token": "word"}, True),
        ("word", {"X_Franking_Token": "w\u00f6rd"}, False),
    ],
)
async def test_admission(token: str | None, headers: dict[str, str], admitted: bool) -> None:
    door, _ = entrance(token)
    flow = asked(**headers)
    door.requestheaders(flow)
    assert (flow.response is None) is admitted
    if not admitted:
        assert flow.response.status_code in (401, 407)
    assert "Proxy-Authorization" not in flow.request.headers
    assert "X-Franking-Token" not in flow.request.headers


async def test_the_userinfo_of_a_connect_holds_for_its_connection() -> None:
    door, callers = entrance()
    flow = asked(Proxy_Authorization=basic(userinfo.encode("client a", "cli", None, None)))
    door.http_connect(flow)
    assert flow.response.status_code == 200
    known = callers.connection(flow.client_conn.id).userinfo
    assert (known["project"], known["feature"]) == ("client a", "cli")
    later = asked()
    later.client_conn = flow.client_conn
    door.requestheaders(later)
    assert callers.connection(flow.client_conn.id).userinfo == known


async def test_a_tunnel_to_elsewhere_is_left_to_be_connected() -> None:
    door, _ = entrance()
    flow = asked()
    flow.request.host = "elsewhere.example.com"
    door.http_connect(flow)
    assert flow.response is None


async def test_a_connect_without_the_token_is_refused() -> None:
    door, _ = entrance("word")
    flow = asked()
    door.http_connect(flow)
    assert flow.response.status_code == 407
    assert "Basic" in flow.response.headers["Proxy-Authenticate"]
