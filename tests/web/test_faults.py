"""What a visitor is told when a page cannot be shown."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from starlette.routing import Route

from franking.web.faults import Caught
from support.dashboard import client


def test_no_such_page(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.get("/nowhere")
    assert (told.status_code, "There is no such page" in told.text) == (404, True)


def test_a_wrong_question(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.get("/?period=<b>")
    assert told.status_code == 400
    assert "&lt;b&gt;" in told.text
    assert "<b>" not in told.text


def test_a_ledger_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE things (id)")
    with client(file) as visitor:
        told = visitor.get("/")
    assert (told.status_code, "another program" in told.text, "frank doctor" in told.text) == (503, True, True)


@pytest.mark.parametrize(("address", "kind"), [("/breaks", "text/html"), ("/api/breaks", "application/problem+json")])
def test_a_fault_of_our_own_is_a_page_and_no_traceback(ledger: Path, address: str, kind: str) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret detail")

    with client(ledger) as visitor:
        app = visitor.app
        app.router.routes.append(Route(address, broken))  # type: ignore[attr-defined]
        told = visitor.get(address)
    assert told.status_code == 500
    assert told.headers["content-type"].startswith(kind)
    assert "RuntimeError" in told.text
    assert "secret detail" not in told.text
    assert "content-security-policy" in told.headers
    assert Caught is not None
