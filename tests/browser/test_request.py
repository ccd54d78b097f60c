"""A request in a browser: its raw row by keyboard, while it runs, where its values lead."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit, faults_of
from support.dashboard import HOSTILE, serving
from support.ledgers import add, made, record
from support.pages import proven


@pytest.fixture(scope="module")
def some(folder: Path) -> Iterator[str]:
    now = time.time_ns() // 1000
    rows = [
        record(now, id="good", provenance=proven("example-repo")),
        record(now, id="hostile", project_id=HOSTILE[0], model=HOSTILE[0]),
    ]
    with serving(made(folder / "request.db", rows), folder) as address:
        yield f"{address}/requests"


def test_the_raw_row_by_keyboard(visit: Visit, some: str) -> None:
    page = visit(f"{some}/good")
    page.locator("#raw").focus()
    page.keyboard.press("Space")
    page.wait_for_selector("pre >> text=started_at")
    assert page.url.endswith("?raw=1")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("pre", state="detached")


def test_its_end_shows_by_itself(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    ledger = made(folder / "request-running.db", [record(now, id="runs", status="in_flight")])
    with serving(ledger, folder) as address:
        page = visit(f"{address}/requests/runs")
        assert "It is still running" in page.inner_text("main")
        add(ledger, record(now, id="runs", cost=5_000_000_000))
        page.wait_for_selector(".stat.lead >> text=$5.00", timeout=30_000)


def test_a_value_leads_to_the_requests_that_share_it(visit: Visit, some: str) -> None:
    page = visit(f"{some}/hostile")
    page.locator(".facts a", has_text="owned").first.click()
    page.wait_for_selector("h1:has-text('Requests')")
    assert page.locator("#requests tbody tr").count() == 1


def test_none(visit: Visit, some: str) -> None:
    page = visit(some)
    found = page.request.get(f"{some}/none")
    assert found.status == 404
