"""The list of requests in a browser: live, filters by keyboard, pages, what is no filter."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit, faults_of
from support.dashboard import seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(made(folder / "requests.db", seed(time.time_ns() // 1000)), folder) as address:
        yield f"{address}/requests"


def test_new_requests_show_and_what_is_typed_stays(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    ledger = made(folder / "requests-live.db", seed(now))
    with serving(ledger, folder) as address:
        page = visit(f"{address}/requests")
        page.fill("#search", "half a wo")
        page.select_option("#add", "branch")
        page.select_option("#how", "not")
        page.locator("#value").focus()
        row = record(time.time_ns() // 1000, status="in_flight", project_id="brand-new")
        add(ledger, row)
        page.wait_for_selector("#requests-row-1:has-text('in flight')", timeout=30_000)
        assert page.input_value("#search") == "half a wo"
        assert [page.input_value("#add"), page.input_value("#how")] == ["branch", "not"]
        assert page.evaluate("document.activeElement.id") == "value"
        add(ledger, record(row.started_at, id=row.id, project_id="brand-new", cost=5_000_000_000))
        page.wait_for_selector("#requests-row-1:has-text('$5.00')", timeout=30_000)
        page.click("#requests-row-1 a")
        page.wait_for_selector("h1:has-text('A request')")


def test_filters_and_pages_by_keyboard_alone(visit: Visit, full: str) -> None:
    page = visit(f"{full}?period=all")
    page.locator("#add").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("docs")
    page.keyboard.press("Enter")
    page.wait_for_selector(".filters >> text=docs")
    assert page.url.endswith("/requests?period=all&project=docs")
    assert page.input_value("#value") == ""
    page.locator("#turn-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".filters >> text=is not")
    page.locator("#page-older").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#page-newest")
    first = page.inner_text("#requests-row-1")
    assert visit(page.url).inner_text("#requests-row-1") == first
    page.locator("#off-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".filters", state="detached")
    assert page.url.endswith("/requests?period=all")


def test_what_is_no_filter_is_said(visit: Visit, full: str) -> None:
    page = visit(full)
    page.click("text=Add filter")
    page.wait_for_selector("#wrong-filter")
    assert page.get_attribute("#value", "aria-invalid") == "true"
    assert faults_of(page) == []
    page.select_option("#how", "unknown")
    page.click("text=Add filter")
    page.wait_for_selector(".filters >> text=(unattributed)")
