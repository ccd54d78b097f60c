"""The list of requests in a browser: every width and colour, live, filters by keyboard, pages, hostile names, empty."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import LOOKS, Visit, faults_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(made(folder / "requests.db", seed(time.time_ns() // 1000)), folder) as address:
        yield f"{address}/requests"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_fits_and_is_accessible(visit: Visit, full: str, width: int, scheme: str) -> None:
    page = visit(f"{full}?not-branch=&status=ok&search=a", width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#requests tbody tr").count() == 50
    assert page.locator("#requests tbody td.money").first.is_visible()
    assert faults_of(page) == []


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
        page.wait_for_selector("#requests-row-1:has-text('in flight')", timeout=5000)
        assert page.input_value("#search") == "half a wo"
        assert [page.input_value("#add"), page.input_value("#how")] == ["branch", "not"]
        assert page.evaluate("document.activeElement.id") == "value"
        add(ledger, record(row.started_at, id=row.id, project_id="brand-new", cost=5_000_000_000))
        page.wait_for_selector("#requests-row-1:has-text('$5.00')", timeout=5000)
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


@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_names(visit: Visit, folder: Path, width: int) -> None:
    now = time.time_ns() // 1000
    rows = [
        record(now - place, project_id=name, feature=name, model=name, user=name, client=name, error_type=name)
        for place, name in enumerate(HOSTILE)
    ]
    with serving(made(folder / f"requests-hostile-{width}.db", rows), folder) as address:
        page = visit(f"{address}/requests?period=all&not-host=%3Cb%3E%E2%80%AE", width)
        assert page.title() == "Requests · franking"
        assert page.locator("#requests tbody tr").count() == len(HOSTILE)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert "\u202e" not in page.content()
        assert faults_of(page) == []


def test_empty(visit: Visit, folder: Path) -> None:
    with serving(made(folder / "requests-empty.db"), folder) as address:
        page = visit(f"{address}/requests", 360)
        assert "frank run -- COMMAND" in page.inner_text("main")
        assert faults_of(page) == []
