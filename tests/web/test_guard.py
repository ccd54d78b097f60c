"""What every request passes, and what every answer says."""

import socket
from pathlib import Path

import pytest

from franking.web.guard import hosts
from support.dashboard import client

LOOPBACK = hosts("127.0.0.1", 8788, loopback=True)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8788", 200),
        ("localhost:8788", 200),
        ("LOCALHOST:8788", 200),
        ("[::1]:8788", 200),
        ("127.0.0.1", 421),
        ("127.0.0.1:9999", 421),
        ("evil.example.com:8788", 421),
        ("127.0.0.1:8788.evil.example.com", 421),
        ("", 421),
    ],
)
def test_hosts_on_loopback(ledger: Path, host: str, status: int) -> None:
    with client(ledger, hosts=LOOPBACK) as visitor:
        assert visitor.get("/", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("192.0.2.7:8788", 200),
        ("192.0.2.7:31000", 200),
        ("[2001:db8::1]:8788", 200),
        (f"{socket.gethostname()}:8788", 200),
        ("evil.example.com:8788", 421),
        ("[bad", 421),
    ],
)
def test_hosts_off_loopback(ledger: Path, host: str, status: int) -> None:
    with client(ledger, hosts=hosts("0.0.0.0", 8788, loopback=False)) as visitor:
        assert visitor.get("/", headers={"Host": host}).status_code == status


SAME = "http://127.0.0.1:8788"


@pytest.mark.parametrize(
    ("method", "headers", "refused"),
    [
        ("POST", {}, False),
        ("POST", {"Sec-Fetch-Site": "same-origin", "Origin": SAME}, False),
        ("POST", {"Origin": SAME}, False),
        ("POST", {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example.com"}, True),
        ("POST", {"Sec-Fetch-Site": "same-site"}, True),
        ("POST", {"Sec-Fetch-Site": "none"}, True),
        ("POST", {"Origin": "http://evil.example.com"}, True),
        ("POST", {"Origin": "http://127.0.0.1:9999"}, True),
        ("POST", {"Origin": "null"}, True),
        ("DELETE", {"Origin": "http://evil.example.com"}, True),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, False),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, True),
        ("GET", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, False),
        ("GET", {"Origin": "http://evil.example.com"}, False),
    ],
)
def test_changes_come_from_our_own_pages(ledger: Path, method: str, headers: dict[str, str], refused: bool) -> None:
    with client(ledger, hosts=LOOPBACK) as visitor:
        assert (visitor.request(method, "/", headers=headers).status_code == 403) == refused


@pytest.mark.parametrize("address", ["/", "/login", "/nowhere", "/?period=never", "/static/x/none.js"])
def test_every_answer_says_what_the_browser_may(ledger: Path, address: str) -> None:
    with client(ledger) as visitor:
        told = visitor.get(address).headers
    assert told["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in told["content-security-policy"]
    assert "frame-ancestors 'none'" in told["content-security-policy"]
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "no-store"


def test_a_refusal_says_so_too(ledger: Path) -> None:
    with client(ledger, hosts=LOOPBACK) as visitor:
        assert "content-security-policy" in visitor.get("/", headers={"Host": "evil"}).headers
