"""Links made and ended by forms, which keep what was typed."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import link_tokens, links, merging
from franking.projects.link_values import Listed
from support.dashboard import HOSTILE, client
from support.forms import sent_by
from support.ledgers import made, record

NOW = time.time_ns() // 1000
FIELDS = {"project": "docs", "days": "14", "period": "all", "address": "https://costs.example.com", "note": "Jane"}


@pytest.fixture
def visitor(ledger: Path) -> Iterator[TestClient]:
    with client(ledger) as visitor:
        yield visitor


def listed(ledger: Path) -> list[Listed]:
    with reader.opened(ledger) as opened:
        return links.listed(opened, link_tokens.key_if_there(), NOW)


def test_making_one(ledger: Path, visitor: TestClient) -> None:
    page = visitor.get("/links?project=docs").text
    assert "No links yet" in page
    fields = sent_by(page, "Make the link")
    assert (fields["project"], fields["days"], fields["address"]) == (["docs"], ["30"], ["http://127.0.0.1:8788"])
    told = visitor.post("/links?project=docs", data={**fields, **FIELDS, "with_users": "yes"})
    [made_] = listed(ledger)
    assert (told.status_code, told.headers["location"]) == (303, f"/links?project=docs&made={made_.link.id}")
    link = made_.link
    assert (link.address, link.period, link.with_users, link.note) == ("https://costs.example.com", "all", True, "Jane")
    assert round((link.expires_at - link.made_at) / 86_400_000_000) == 14
    shown = visitor.get(told.headers["location"]).text
    assert made_.url is not None
    assert f"{made_.url}</code>" in shown.partition("Whoever has this address")[2]
    assert visitor.get(made_.url.replace("https://costs.example.com", "")).status_code == 200
    assert "last seen" in visitor.get("/links").text


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("project", "nothing", "There is no project 'nothing'"),
        ("project", "", "There is no project ''"),
        ("days", "0", "Expected a number of days, 1 to 730"),
        ("days", "731", "expected a number of days, 1 to 730"),
        ("days", "many", "expected a number of days, 1 to 730"),
        ("days", "9" * 5, "expected a number of days, 1 to 730"),
        ("period", "decade", "'decade' is none of week, month, year, all"),
        ("address", "here", "no address of a dashboard"),
        ("note", "a\nb", "cannot be printed"),
    ],
)
def test_what_was_typed_stays(ledger: Path, visitor: TestClient, field: str, text: str, says: str) -> None:
    told = visitor.post("/links", data={**FIELDS, "with_users": "yes", field: text})
    assert told.status_code == 422
    shown = unescape(told.text)
    assert says.lower() in shown.lower()
    fields = sent_by(told.text, "Make the link")
    kept = {name: value for name, value in FIELDS.items() if name not in {field, "period"}}
    assert {name: fields[name] for name in kept} == {name: [value] for name, value in kept.items()}
    assert fields["with_users"] == ["yes"]
    assert listed(ledger) == []


def test_a_ledger_that_cannot_be_written(ledger: Path, visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("franking.web.forms._PATIENCE", 0.1)
    with closing(patient(ledger)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = visitor.post("/links", data=FIELDS)
    assert told.status_code == 503
    assert "Nothing was saved" in told.text
    assert sent_by(told.text, "Make the link")["note"] == ["Jane"]


def test_ending_one(ledger: Path, visitor: TestClient) -> None:
    visitor.post("/links", data=FIELDS)
    [made_] = listed(ledger)
    page = visitor.get("/links?project=docs").text
    [action] = re.findall(r'action="([^"]*/revoke[^"]*)"', page)
    told = visitor.post(unescape(action))
    assert (told.status_code, told.headers["location"]) == (303, "/links?project=docs&done=revoked")
    assert [each.status for each in listed(ledger)] == ["revoked"]
    shown = visitor.get(told.headers["location"]).text
    assert "The link is revoked" in shown
    assert "/revoke" not in shown
    assert made_.url is not None
    assert made_.url not in shown
    assert visitor.post("/links/nothing/revoke").status_code == 400


def test_which_are_listed(ledger: Path, visitor: TestClient) -> None:
    for name in ("docs", "infra"):
        visitor.post("/links", data={**FIELDS, "project": name, "note": f"for {name}"})
    assert "for infra" not in visitor.get("/links?project=docs").text
    assert "for infra" in visitor.get("/links").text
    with closing(patient(ledger)) as opened:
        merging.merge(opened, "infra", "docs", NOW)
    assert "The project is part of <bdi>docs</bdi> now" in visitor.get("/links").text
    link_tokens.rotate()
    assert "It was signed by an earlier key" in visitor.get("/links?project=docs").text


def test_the_projects_page_leads_here(visitor: TestClient) -> None:
    assert 'href="/links?project=docs">Client link</a>' in visitor.get("/projects/docs").text


def test_a_damaged_key_is_told(ledger: Path, visitor: TestClient) -> None:
    (ledger.parent / "links.key").write_bytes(b"damaged")
    told = visitor.get("/links")
    assert told.status_code == 400
    assert "frank links rotate" in told.text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    ledger = made(tmp_path / "hostile.db", [record(NOW, project_id=name, cost=1)])
    with client(ledger) as visitor:
        told = visitor.get("/links", params={"project": name})
        fields = sent_by(told.text, "Make the link")
        assert visitor.post("/links", data=fields).status_code == 303
        shown = visitor.get("/links", params={"project": name}).text
    assert 'aria-label="Link ' in shown
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in shown
