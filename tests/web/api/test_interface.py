"""What holds of every path: faults are told as problems, whoever has no token is told so, the document is complete."""

import re
from pathlib import Path
from typing import Any

import pytest

from franking.web.api import endpoint
from franking.web.api.interface import ENDPOINTS
from support import ledgers
from support.dashboard import client

OF_LEDGER = [one.path.replace("{id}", "0190-0000-0000") for one in ENDPOINTS if one.of_ledger]
BY = {"/costs": "?by=day"}


def problem(answer: Any, status: int) -> Any:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["status"] == status
    assert told["detail"]
    return told


@pytest.mark.parametrize("path", OF_LEDGER)
@pytest.mark.parametrize(("content", "says"), [(None, "frank start"), (b"this is no ledger " * 500, "frank doctor")])
def test_without_a_ledger_it_is_said_what_to_do(tmp_path: Path, path: str, content: bytes | None, says: str) -> None:
    file = tmp_path / "ledger.db"
    if content is not None:
        file.write_bytes(content)
    told = problem(client(file).get(f"/api/v1{path}{BY.get(path, '')}"), 503)
    assert says in told["detail"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/costs/", "/requests/a/b", "/%00"])
def test_a_path_that_is_none(ledger: Path, path: str) -> None:
    assert "openapi.json" in problem(client(ledger).get(f"/api/v1{path}"), 404)["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(ledger: Path, method: str) -> None:
    answer = client(ledger).request(method, "/api/v1/costs?by=day")
    problem(answer, 405)
    assert {*answer.headers["allow"].split(", ")} == {"GET", "HEAD"}


def test_the_head_of_an_answer_alone(ledger: Path) -> None:
    answer = client(ledger).head("/api/v1/version")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["/api/v1/version", "/api/v1/nothing", "/api/v1/openapi.json", "/metrics"])
def test_a_token_is_demanded_where_there_is_one(ledger: Path, path: str) -> None:
    asked = client(ledger, token="a-token-that-is-long-enough")
    assert asked.get(path).status_code == 401
    assert asked.get(path, headers={"Authorization": "Bearer another"}).status_code == 401
    shown = {"Authorization": "Bearer a-token-that-is-long-enough"}
    assert asked.get(path, headers=shown).status_code in (200, 404)


def test_a_question_that_takes_too_long_is_given_up(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "SECONDS", -1.0)
    monkeypatch.setattr(endpoint, "_STEPS", 1)
    assert "shorter period" in problem(client(ledger).get("/api/v1/costs?by=session&period=all"), 503)["detail"]


def test_a_fault_of_our_own_tells_nothing_of_itself(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("franking.web.api.sums.questions.costs", failing)
    told = client(ledger).get("/api/v1/costs?by=day")
    assert "fault of franking's own" in problem(told, 500)["detail"]
    assert "secret" not in told.text


def test_a_prices_file_that_cannot_be_used_is_named(ledger: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "prices.toml").write_text("nonsense = 1")
    monkeypatch.setenv("FRANKING_PRICES__FILE", str(home / "prices.toml"))
    assert "prices.toml" in problem(client(ledger).get("/api/v1/prices"), 503)["detail"]


def test_the_document_lists_every_endpoint_and_refers_to_nothing_that_is_not_there(ledger: Path) -> None:
    answer = client(ledger).get("/api/v1/openapi.json")
    told = answer.json()
    assert told["openapi"] == "3.1.0"
    assert {*told["paths"]} == {f"/api/v1{one.path}" for one in ENDPOINTS}
    for kind, name in set(re.findall(r'"#/components/(\w+)/(\w[\w-]*)"', answer.text)):
        assert name in told["components"][kind]
    names = [operation["get"]["operationId"] for operation in told["paths"].values()]
    assert len({*names}) == len(names)


def test_rows_that_arrive_are_in_the_next_answer(ledger: Path) -> None:
    asked = client(ledger)
    before = asked.get("/api/v1/overview?period=all").json()["total"]["requests"]
    ledgers.add(ledger, ledgers.record(1))
    assert asked.get("/api/v1/overview?period=all").json()["total"]["requests"] == before + 1
