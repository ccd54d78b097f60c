"""``frank links``: made, listed, shown again, revoked, rotated; an address is told only where it was asked for."""

import json
from pathlib import Path

import pytest

from franking.projects import link_tokens
from support.commands import Frank
from support.ledgers import made, record


@pytest.fixture
def ledger(home: Path) -> Path:
    return made(home / "ledger.db", [record(project_id="docs", cost=1), record(project_id="a\u202eb", cost=1)])


def create(frank: Frank, *options: str) -> str:
    return frank("links", "create", "docs", "--base", "https://costs.example.com", *options).out.strip()


def test_none_yet(frank: Frank) -> None:
    assert frank("links").out == "No links yet. Make one: frank links create PROJECT\n"
    assert json.loads(frank("links", "list", "--json").out) == {"links": []}


def test_the_address_alone_is_on_standard_output(ledger: Path, frank: Frank) -> None:
    told = frank("links", "create", "docs", "--base", "https://Costs.example.com/", "--note", "Jane", "--days", "2")
    assert told.status == 0
    start, _, token = told.out.strip().rpartition("/")
    assert start == "https://costs.example.com/shared"
    named = link_tokens.read(link_tokens.key_if_there(), token)
    assert named is not None
    assert "shows project docs until " in told.err
    assert f"frank links revoke {named.id}" in told.err
    assert "only this machine" not in told.err
    listing = frank("links").out
    assert all(text in listing for text in (named.id, "docs", "open", "Jane", "https://costs.example.com"))
    assert token not in listing
    assert token not in frank("links", "--json").out
    assert frank("links", "show", named.id).out == told.out


@pytest.mark.parametrize(
    ("configured", "address", "says"),
    [
        ("127.0.0.1:8788", "http://127.0.0.1:8788/shared/", "only this machine reaches it"),
        ("[::1]:9000", "http://[::1]:9000/shared/", "only this machine reaches it"),
        ("192.0.2.7:8788", "http://192.0.2.7:8788/shared/", "http is not encrypted"),
    ],
)
def test_without_a_base_it_is_the_dashboards(
    ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, configured: str, address: str, says: str
) -> None:
    monkeypatch.setenv("FRANKING_LISTEN__WEB", configured)
    monkeypatch.setenv("FRANKING_LISTEN__TOKEN", "secret")
    told = frank("links", "create", "docs")
    assert told.out.startswith(address)
    assert says in told.err


def test_json_has_every_field(ledger: Path, frank: Frank) -> None:
    told = json.loads(create(frank, "--with-users", "--period", "year", "--json"))
    url = told.pop("url")
    assert url.startswith(f"https://costs.example.com/shared/{told['id']}.")
    [listed] = json.loads(frank("links", "--json").out)["links"]
    assert listed == told
    assert (told["project"], told["status"], told["period"], told["with_users"]) == ("docs", "open", "year", True)
    assert (told["note"], told["revoked_at"], told["used_at"]) == (None, None, None)
    assert told["expires_at"].endswith("Z")


def test_revoked_and_rotated(ledger: Path, frank: Frank) -> None:
    create(frank)
    create(frank)
    first, second = (each["id"] for each in json.loads(frank("links", "--json").out)["links"])
    assert frank("links", "revoke", first).out == f"link {first}: revoked\n"
    assert "all earlier ones are void" in frank("links", "rotate").out
    found = {each["id"]: each["status"] for each in json.loads(frank("links", "--json").out)["links"]}
    assert found == {first: "revoked", second: "void"}
    for id_, status in found.items():
        told = frank("links", "show", id_)
        assert (told.status, told.out) == (1, "")
        assert f"the link {id_} is {status}" in told.err


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["create", "nothing"], 1, "there is no project 'nothing'"),
        (["create", "docs", "--days", "0"], 2, "--days"),
        (["create", "docs", "--days", "731"], 2, "--days"),
        (["create", "docs", "--period", "decade"], 2, "expected week, month, year, all"),
        (["create", "docs", "--base", "https://me:secret@x"], 2, "expected such as https://costs.example.com"),
        (["create", "docs", "--note", "a\nb"], 1, "cannot be printed"),
        (["revoke", "x"], 1, "there is no link 'x'"),
        (["show", "x"], 1, "there is no link 'x'"),
    ],
)
def test_what_cannot_be_done(ledger: Path, frank: Frank, arguments: list[str], status: int, says: str) -> None:
    told = frank("links", *arguments)
    assert told.status == status
    assert says in " ".join(told.err.split())
    assert "secret" not in told.err
    assert told.out == ""


def test_a_hostile_name_is_written_out(ledger: Path, frank: Frank) -> None:
    told = frank("links", "create", "a\u202eb", "--base", "https://x")
    assert "project a\\u202eb until" in told.err
    assert "a\\u202eb" in frank("links").out


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    create(frank, "--note", "a note that is long " * 8)
    monkeypatch.setenv("COLUMNS", str(width))
    lines = frank("links").out.splitlines()
    assert max(len(line) for line in lines) <= width
    assert lines[0].split()[:3] == ["Id", "Project", "State"]
