"""A link opens one project's page: for whom, under which name, until when; and nothing else, whatever is tried."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from franking.budgets import changes as budget_changes
from franking.budgets.values import Budget
from franking.ledger.connection import patient
from franking.projects import changes, link_tokens, links, merging
from franking.projects.link_tokens import Key, Named
from franking.projects.link_values import Listed, Terms
from franking.web import sharing
from franking.web.api.interface import ENDPOINTS
from franking.web.guard import hosts
from support.dashboard import HOSTILE, client
from support.ledgers import made, record

NOW = time.time_ns() // 1000
DAY = 86_400_000_000
CENT = 10_000_000
LISTEN = "the-dashboards-own-token"
ADA = "ada@example.com"
ADDRESS = "https://costs.example.com"
TERMS = Terms(ADDRESS)
LOOPBACK = hosts("127.0.0.1", 8788, loopback=True)

CANARIES = (
    "other-client", "grace", ADA, "CANARY", "example.org", "ses_secret", "quarterly-cap", "0.77", "77.0",
    "0.51", "0.52", "0.53",
)  # fmt: skip
"""What is of others, of users, or of single requests: their names, amounts, prompts, branches, sessions, commands."""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    told = {
        "branch": "CANARY-branch", "session_id": "ses_secret", "prompt_preview": "CANARY prompt",
        "repository": "https://CANARY@example.org/docs.git", "error_message": "CANARY sk-key", "command": "CANARY run",
    }  # fmt: skip
    rows = [
        record(NOW - DAY, project_id="docs", user=ADA, model="m/one", client="kilo", cost=5 * CENT, **told),
        record(NOW - 400 * DAY, project_id="other-client", user="grace", model="m/CANARY", cost=77 * CENT, **told),
        record(NOW - DAY, project_id="other-client", user="grace", model="m/CANARY", cost=7_700 * CENT, **told),
    ]  # fmt: skip
    file = made(tmp_path / "ledger.db", rows)
    with closing(patient(file)) as opened:
        for name, cents, include in (
            ("docs-CANARY-name", 50, {"project": ("docs",)}), ("CANARY-all", 51, {}),
            ("quarterly-cap", 52, {"project": ("docs", "other-client")}),
            ("CANARY-ada", 53, {"project": ("docs",), "user": (ADA,)}),
        ):  # fmt: skip
            budget_changes.create(opened, Budget(name, cents * CENT, include=include), NOW)
    return file


@pytest.fixture
def visitor(ledger: Path) -> Iterator[TestClient]:
    with client(ledger, token=LISTEN, hosts=LOOPBACK) as visitor:
        yield visitor


def link(ledger: Path, name: str = "docs", at: int = NOW, terms: Terms = TERMS) -> Listed:
    with closing(patient(ledger)) as opened:
        return links.make(opened, link_tokens.key(), name, terms, at)


def path(listed: Listed) -> str:
    key = link_tokens.key_if_there()
    assert key is not None
    return f"/shared/{link_tokens.token(key, Named(listed.link.id, listed.link.project, listed.link.expires_at))}"


def gone(told: Any) -> tuple[int, str, dict[str, str]]:
    return told.status_code, told.text, {name: value for name, value in told.headers.items() if name != "date"}


def test_it_opens_without_the_dashboards_token(ledger: Path, visitor: TestClient) -> None:
    told = visitor.get(path(link(ledger)))
    assert told.status_code == 200
    for text in ("docs", "$0.05", "m/one", "kilo", "$0.50 a month"):
        assert text in told.text
    assert "set-cookie" not in told.headers
    assert visitor.get("/").status_code == 303
    assert visitor.head(path(link(ledger))).status_code == 200


def test_what_its_answer_tells_the_browser(ledger: Path, visitor: TestClient) -> None:
    for told in (visitor.get(path(link(ledger))), visitor.get("/shared/x")):
        assert told.headers["referrer-policy"] == "no-referrer"
        assert told.headers["cache-control"] == "no-store"
        assert "noindex" in told.headers["x-robots-tag"]
        assert told.headers["content-security-policy"].startswith("default-src 'none'")
        assert 'name="robots" content="noindex' in told.text


def test_every_link_that_does_not_open_is_told_the_same(ledger: Path, visitor: TestClient) -> None:
    good, other = link(ledger), link(ledger, "other-client")
    revoked, merged = link(ledger), link(ledger, "other-client")
    expired = link(ledger, at=NOW - 2 * DAY, terms=Terms(ADDRESS, days=1))
    with closing(patient(ledger)) as opened:
        links.revoke(opened, revoked.link.id, NOW)
        merging.merge(opened, "other-client", "docs", NOW)
        opened.execute("DELETE FROM links WHERE id = ?", (other.link.id,))
    named = Named(good.link.id, other.link.project, good.link.expires_at)
    signed = [path(good), path(revoked), path(expired), path(other)]
    tried = [
        *signed[1:], path(merged), "/shared/", "/shared/x", "/shared//", "/shared/%2e%2e/", f"{signed[0]}/",
        f"{signed[0]}x", signed[0][:-1], signed[0].replace(".", "%00.", 1), signed[0].replace("/shared/", "/shared//"),
        "/shared/%0A",
        f"/shared/{link_tokens.token(Key(b'k' * 32), named)}", f"/shared/{quote(HOSTILE[0], safe='')}",
        f"{signed[0]}/api/v1/costs", f"{signed[0]}/%2e%2e/%2e%2e/projects/docs", "/shared/" + "a" * 60_000,
    ]  # fmt: skip
    told = {address: gone(visitor.get(address)) for address in tried}
    [(status, text, _)] = {told[address][:2]: told[address] for address in tried}.values()
    assert status == 404
    assert "This link opens nothing" in text
    assert len({tuple(headers.items()) for _, _, headers in told.values()}) == 1
    assert visitor.get(signed[0]).status_code == 200
    assert gone(visitor.post(signed[0]))[:2] == (404, text)
    assert gone(visitor.request("PROPFIND", signed[0]))[:2] == (404, text)
    assert visitor.get(f"{path(expired)}?token={LISTEN}").status_code == 404


def test_a_new_key_ends_all_at_once(ledger: Path, visitor: TestClient) -> None:
    address = path(link(ledger))
    link_tokens.rotate()
    assert visitor.get(address).status_code == 404
    (ledger.parent / "links.key").write_bytes(b"damaged")
    assert visitor.get(address).status_code == 404
    (ledger.parent / "links.key").unlink()
    assert visitor.get(address).status_code == 404
    assert not (ledger.parent / "links.key").exists()


def addresses(visitor: TestClient) -> list[tuple[str, str]]:
    """Method and path of every route, with something in the place of its names."""
    app: Any = visitor.app
    routes = [route for route in app.routes if isinstance(route, Route)]
    [programs] = [route for route in app.routes if not isinstance(route, Route)]
    return [
        *(("GET", f"{programs.path}{endpoint.path.replace('{id}', 'docs')}") for endpoint in ENDPOINTS),
        ("GET", f"{programs.path}/openapi.json"),
        *(
            (method, re.sub(r"{\w+(:\w+)?}", lambda found: "1" if found[1] == ":int" else "docs", route.path))
            for route in routes
            for method in sorted(route.methods or ())
        ),
    ]


def test_no_route_of_the_dashboard_is_reached_by_it(ledger: Path, visitor: TestClient) -> None:
    shared = path(link(ledger))
    token = shared.rpartition("/")[2]
    found = addresses(visitor)
    assert len(found) > 60
    assert {"/", "/live", "/api/v1/costs", "/metrics", "/projects/docs", "/requests", "/links"} <= {
        each[1] for each in found
    }
    visitor.cookies.set("franking_session", token)
    for method, address in found:
        below = visitor.request(method, f"{shared}{address}")
        assert below.status_code == 404, address
        if address.startswith(("/static/", "/login")):
            continue
        for said in (f"{address}?token={token}", address):
            told = visitor.request(method, said, headers={"Authorization": f"Bearer {token}"})
            assert told.status_code in (303, 401), said
            assert told.headers.get("location", "/login").startswith("/login"), said


def test_under_the_links_name_nothing_else_is_reached(ledger: Path) -> None:
    shared = path(link(ledger))
    with client(ledger, hosts=LOOPBACK) as visitor:
        assert visitor.get("/").status_code == 200
        public = {"Host": "costs.example.com"}
        for method, address in addresses(visitor):
            told = visitor.request(method, address, headers=public)
            assert told.status_code == (404 if address.startswith("/static/") else 421), address
        assert visitor.get(shared, headers=public).status_code == 200


@pytest.mark.parametrize(
    ("listen", "host", "status"),
    [
        ("127.0.0.1", "costs.example.com", 200),
        ("127.0.0.1", "COSTS.example.com", 200),
        ("127.0.0.1", "127.0.0.1:8788", 200),
        ("127.0.0.1", "localhost:8788", 200),
        ("127.0.0.1", "costs.example.com:8788", 404),
        ("127.0.0.1", "rebound.evil.example", 404),
        ("127.0.0.1", "", 404),
        ("0.0.0.0", "costs.example.com", 200),
        ("0.0.0.0", "192.0.2.7:8788", 200),
        ("0.0.0.0", "rebound.evil.example", 404),
        ("0.0.0.0", "[bad", 404),
    ],
)
def test_by_which_names_it_is_reached(ledger: Path, listen: str, host: str, status: int) -> None:
    allowed = hosts(listen, 8788, loopback=listen == "127.0.0.1")
    with client(ledger, token=LISTEN, hosts=allowed) as visitor:
        assert visitor.get(path(link(ledger)), headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "query",
    [
        "", "period=all", "period=year&by=client", "by=feature", "by=user", "by=project", "by=branch", "by=session",
        "project=other-client", "not-project=docs", "user=grace", "model=m/CANARY", "mine=1", "csv=each-user",
        "csv=cost", "all.each-user=1", "open.each-model=m/one", "branches=1", "raw=1", "since=1900-01-01", "until=2024",
        "since=2024&until=2023", "since=CANARIES-day", "period=x", f"token={LISTEN}", "by=" + "x" * 5000,
    ],
)  # fmt: skip
def test_nothing_of_others_and_no_way_to_anything_else(ledger: Path, visitor: TestClient, query: str) -> None:
    shared = path(link(ledger))
    told = visitor.get(f"{shared}?{query}")
    assert told.status_code == 200
    assert told.headers["content-type"].startswith("text/html")
    text = told.text.replace("CANARIES-day", "")
    assert [canary for canary in (*CANARIES, LISTEN, str(ledger.parent), shared) if canary in text] == []
    for place in re.findall(r'(?:href|src|action|formaction|hx-get|hx-post|content)="([^"]*[/?][^"]*)"', told.text):
        assert unescape(place).startswith(("?", "/static/")), place
    assert urlsplit(shared).path not in told.text
    assert "EventSource" not in told.text


def test_a_beginning_of_others_is_not_told(ledger: Path, visitor: TestClient) -> None:
    """All time is the project's own: not the 400 days of the other one."""
    text = visitor.get(f"{path(link(ledger))}?period=all").text
    assert text.count('class="day"') <= 4


def test_users_are_shown_where_the_link_says_so(ledger: Path, visitor: TestClient) -> None:
    text = visitor.get(path(link(ledger, terms=Terms(ADDRESS, with_users=True))), params={"by": "user"}).text
    assert "By user" in text
    assert ADA in text
    assert "grace" not in text


def test_the_period_that_it_opens_with(ledger: Path, visitor: TestClient) -> None:
    address = path(link(ledger, terms=Terms(ADDRESS, period="year")))
    assert 'id="period-year" aria-current="true"' in visitor.get(address).text
    wrong = visitor.get(f"{address}?since=soon").text
    assert "&#39;soon&#39; is no time" in wrong
    assert "Shown instead: past year" in wrong


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, project_id=name, model=name, client=name, user=name, feature=name, branch=name, cost=CENT)
    ledger = made(tmp_path / "hostile.db", [row])
    with client(ledger) as visitor:
        told = visitor.get(path(link(ledger, name, terms=Terms(ADDRESS, with_users=True))))
    assert told.status_code == 200
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in told.text


def test_its_name_of_now(ledger: Path, visitor: TestClient) -> None:
    address = path(link(ledger))
    with closing(patient(ledger)) as opened:
        changes.rename(opened, "docs", "handbook", NOW)
        changes.edit(
            opened, "handbook", NOW, display_name="The handbook", description="CANARY", metadata={"a": "CANARY"}
        )
    text = visitor.get(address).text
    assert "<title>The handbook</title>" in text
    assert "CANARY" not in text


def test_when_it_was_seen_is_kept(ledger: Path, visitor: TestClient) -> None:
    listed = link(ledger)

    def used() -> int | None:
        with closing(patient(ledger)) as opened:
            [found] = links.listed(opened, link_tokens.key(), NOW)
        return found.link.used_at

    visitor.get(f"{path(listed)}x")
    assert used() is None
    visitor.get(path(listed))
    first = used()
    assert first is not None
    assert first >= NOW
    with closing(patient(ledger)) as opened:
        links.used(opened, listed.link, later := NOW + DAY)
    assert visitor.get(path(listed)).status_code == 200
    assert used() == later  # not a minute ago


def test_a_fault_tells_the_token_to_nobody(
    ledger: Path, visitor: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = path(link(ledger))
    token = address.rpartition("/")[2]

    def fails(*_: object) -> None:
        raise RuntimeError(f"no page for {token}")

    monkeypatch.setattr(sharing, "shared", fails)
    told = visitor.get(address)
    assert told.status_code == 503
    assert "The page cannot be shown right now" in told.text
    assert "RuntimeError" not in told.text
    assert "RuntimeError: no page for TOKEN" in caplog.text
    assert token not in caplog.text + told.text


def test_a_broken_ledger_is_told_to_us_alone(
    ledger: Path, visitor: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    address = path(link(ledger))
    with closing(sqlite3.connect(ledger)) as opened:
        opened.execute("DROP TABLE links")
    told = visitor.get(address)
    assert told.status_code == 503
    assert str(ledger.parent) not in told.text
    assert str(ledger) in caplog.text
    assert address.rpartition("/")[2] not in caplog.text
    assert visitor.get("/shared/x").status_code == 404
