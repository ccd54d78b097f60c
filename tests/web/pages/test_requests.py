"""The list of requests: pages, filters, search, its CSV, and its words where there is nothing."""

from pathlib import Path

import pytest

from franking.ledger import reader
from franking.web.pages import requests as module
from franking.web.pages.requests import Listed, address, requests
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record


def of(ledger: Path, address: str) -> Listed:
    with reader.opened(ledger) as opened:
        return requests(opened, question(address))


def test_newest_first_and_pages_go_back_and_forth(tmp_path: Path) -> None:
    rows = [record(NOW - place * 1_000_000, model=f"m{place}") for place in range(120)]
    ledger = made(tmp_path / "many.db", rows)

    def models(found: Listed) -> list[object]:
        return [row.cells[4] for row in found.table.rows]

    first = of(ledger, "/requests")
    assert models(first) == [f"m{place}" for place in range(50)]
    assert (first.newer, first.newest) == (None, None)
    second = of(ledger, first.older or "")
    assert models(second) == [f"m{place}" for place in range(50, 100)]
    third = of(ledger, second.older or "")
    assert (models(third), third.older) == ([f"m{place}" for place in range(100, 120)], None)
    assert models(of(ledger, third.newer or "")) == models(second)
    # Nothing is newer than the newest: the first page, whole, not an empty one.
    back = of(ledger, of(ledger, second.newer or "").newer or "")
    assert (models(back), back.newer) == (models(first), None)
    assert third.newest == "/requests"


def test_filters_and_search(ledger: Path) -> None:
    def count(words: str) -> int:
        return len(of(ledger, f"/requests?period=all&{words}").table.rows)

    assert count("status=http_error") == 20
    assert count("project=docs&not-user=ada@example.com") == 20
    assert count("session=ses_3") == 6
    assert count("search=SES_3") == 6
    assert count("cost_from=0.02") == 0
    assert count("http_status=500&branch=main&not-status=ok") == 20
    assert count("project=nobody") == 0


def test_a_search_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK_FOR_TEXT", 40)
    rows = [record(NOW - place * DAY, error_message="needle" if place == 9 else "hay") for place in range(10)]
    ledger = made(tmp_path / "long.db", rows)
    found = of(ledger, "/requests?period=all&search=needle")
    assert (found.table.rows, found.ever) == ((), True)
    assert found.back_to is not None
    steps = 0
    while not found.table.rows:
        assert found.older is not None
        found, steps = of(ledger, found.older), steps + 1
    assert steps < 10
    with client(ledger) as visitor:
        assert "older ones may match" in visitor.get("/requests?period=all&search=needle").text


def test_in_flight_is_there_and_has_not_ended(tmp_path: Path) -> None:
    ledger = made(tmp_path / "running.db", [record(NOW, status="in_flight")])
    (row,) = of(ledger, "/requests").table.rows
    assert (row.cells[1], row.cells[-2], row.cells[-1], row.quiet) == ("in_flight", None, None, True)


def test_addresses_of_ids_that_came_from_elsewhere() -> None:
    assert address("a/b?c#d%") == "/requests/a%2Fb%3Fc%23d%25"


def test_csv_has_what_is_shown_and_the_ids(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.get("/requests?period=all&project=docs&csv=requests")
        assert told.headers["content-disposition"] == 'attachment; filename="franking-requests.csv"'
        lines = told.text.splitlines()
        assert lines[0] == (
            "id,session,branch,http_status,started_at,status,project,feature,model,user,client,input_tokens,"
            "output_tokens,took,cost"
        )
        assert len(lines) == 21
        assert ",ses_0,main,200,2026-11-22T11:58:55.000000Z,ok,docs,cli,openai/gpt-5," in lines[1]
        assert lines[1].endswith(",12345,678,1000000,0.010000000")


def test_the_form_leads_to_the_filter_or_keeps_what_was_typed(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.get("/requests?period=all&search=x&add=branch&how=not&value=main")
        assert (told.status_code, told.headers["location"]) == (303, "/requests?period=all&search=x&not-branch=main")
        told = visitor.get("/requests?period=all&add=http_status&how=not&value=many")
        assert "HTTP status is a whole number" in told.text
        assert 'value="many"' in told.text
        assert '<option value="not" selected>' in told.text


def test_nothing(tmp_path: Path, ledger: Path) -> None:
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "frank run -- COMMAND" in visitor.get("/requests").text
    with client(ledger) as visitor:
        assert "No requests match" in visitor.get("/requests?project=nobody").text
        assert "No requests in this time" in visitor.get("/requests?since=2001-01-01&until=2001-01-02").text
        assert visitor.get("/requests?before=x").status_code == 400


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    row = record(NOW, project_id=name, feature=name, model=name, user=name, client=name, branch=name, session_id=name)
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        text = visitor.get("/requests", params={"period": "all", "user": name, "not-path": name}).text
        assert "1 of" not in text
        for bad in ("<script>document", "<img", "\u202e", "\x00"):
            assert bad not in text
        sheet = visitor.get("/requests?period=all&csv=requests").text
        assert ",=cmd" not in sheet
