"""Requests one by one, and one request with why it is whose it is."""

import json
from typing import Any

import pytest

from franking.attribution import provenance
from franking.attribution.values import Attribution, Candidate, Fault
from franking.ledger.identifiers import uuid7
from support.dashboard import HOSTILE
from support.ledgers import record

BEGIN = 1_790_000_000_000_000
TOLD = provenance.encode(
    Attribution(
        candidates=(Candidate("project", "git-remote", "web", "origin", "won"),),
        faults=(Fault("/x/.kilocode/config.json:3:7", "a comma is missing"),),
        tags=("a",),
    ),
    [("X-KILOCODE-PROJECTID", "web")],
    ["a note"],
)
ONE = uuid7()


@pytest.fixture
def ask(asking: Any) -> Any:
    rows = [
        record(
            BEGIN + number, id=ONE if number == 7 else uuid7(), project_id=name, cost=number * 1_000_000_000,
            session_id=f"s{number % 2}", http_status=429 if number == 3 else 200,
            status="http_error" if number == 3 else "ok", message_id=f"gen-{number}",
            provenance=TOLD, streamed=True, branch=None if number == 5 else "main",
        )
        for number, name in enumerate([*HOSTILE, None])
    ]  # fmt: skip
    return asking(rows)


def numbers(told: Any) -> list[int]:
    return [int(row["started_at"][-7:-1]) for row in told["requests"]]


def test_pages_back_and_on(ask: Any) -> None:
    first = ask("/requests", limit=4)
    assert numbers(first) == [9, 8, 7, 6]
    second = ask("/requests", limit=4, before=first["older"])
    assert numbers(second) == [5, 4, 3, 2]
    last = ask("/requests", limit=4, before=second["older"])
    assert (numbers(last), last["older"], last["complete"]) == ([1, 0], None, True)
    assert numbers(ask("/requests", limit=4, after=last["newer"])) == [5, 4, 3, 2]
    assert numbers(ask("/requests", after=first["newer"])) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"project": HOSTILE[0]}, [0]),
        ({"project": [HOSTILE[6], ""]}, [9, 6]),
        ({"not-session": "s0"}, [9, 7, 5, 3, 1]),
        ({"http_status": "429"}, [3]),
        ({"status": ["http_error", "stream_error"]}, [3]),
        ({"not-status": "ok"}, [3]),
        ({"branch": ""}, [5]),
        ({"cost_from": "7.5"}, [9, 8]),
        ({"cost_from": "1", "cost_to": "2.0"}, [2, 1]),
        ({"message_id": "gen-4"}, [4]),
        ({"id": ONE}, [7]),
        ({"search": "CALC"}, [3]),
        ({"search": "日本"}, [8]),
        ({"since": "2027-01-01"}, []),
    ],
)
def test_filters(ask: Any, words: dict[str, Any], found: list[int]) -> None:
    assert numbers(ask("/requests", **words)) == found


def test_a_line_has_every_column_but_its_provenance(ask: Any) -> None:
    line = ask("/requests", message_id="gen-7")["requests"][0]
    assert line["started_at"] == "2026-09-21T14:13:20.000007Z"
    assert (line["cost"], line["streamed"], line["is_byok"], line["model"]) == ("7.000000000", True, None, None)
    whole = ask(f"/requests/{line['id']}")["request"]
    assert whole == line | {"provenance": json.loads(TOLD)}


def test_one_request_says_why_it_is_whose_it_is(ask: Any) -> None:
    told = ask(f"/requests/{ONE}")
    assert told["stamped"] == [{"name": "X-KILOCODE-PROJECTID", "value": "web"}]
    won = [one for one in told["candidates"] if one["won"]]
    assert [(one["field"], one["source"], one["value"], one["where"]) for one in won] == [
        ("project", "git-remote", "web", "origin")
    ]
    silent = next(one for one in told["candidates"] if one["field"] == "feature")
    assert silent["outcome"]
    assert told["faults"] == [{"where": "/x/.kilocode/config.json:3:7", "what": "a comma is missing"}]
    assert (told["tags"], told["notes"]) == (["a"], ["a note"])


def test_a_request_without_a_readable_provenance(asking: Any) -> None:
    row = record(BEGIN, provenance="no json")
    told = asking([row])(f"/requests/{row.id}")
    assert (told["request"]["provenance"], told["stamped"], told["faults"]) == ({}, [], [])


@pytest.mark.parametrize(
    "id_", ["0190", "x" * 300, ONE[:-1], "%2e%2e", "<b>"], ids=["short", "long", "cut", "dots", "markup"]
)
def test_there_is_no_such_request(ask: Any, id_: str) -> None:
    assert ask(f"/requests/{id_}", 404)["status"] == 404


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ({"http_status": "abc"}, "http_status"),
        ({"status": "fine"}, "status"),
        ({"id": "0190"}, "id"),
        ({"search": "x"}, "search"),
        ({"cost_from": "-1"}, "cost_from"),
        ({"cost_to": "1e3"}, "cost_to"),
        ({"before": "1_", "after": "1_"}, "after"),
        ({"limit": "5000"}, "limit"),
    ],
)
def test_what_cannot_be_asked(ask: Any, words: dict[str, str], parameter: str) -> None:
    assert ask("/requests", 400, **words)["parameter"] == parameter
