"""The overview in a browser: live, empty until a request comes, by keyboard, its links and its colours."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit, faults_of
from support.dashboard import seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(made(folder / "full.db", seed(time.time_ns() // 1000)), folder) as address:
        yield address


def test_a_request_shows_within_a_second_and_nothing_open_closes(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    ledger = made(folder / "live.db", seed(now))
    with serving(ledger, folder) as address:
        page = visit(f"{address}/")
        opener = page.locator("#days a.opener").first
        opener.click()
        page.wait_for_selector("#days tr.inner")
        opener.focus()
        page.evaluate("scrollTo(0, 300)")
        before = page.evaluate("[scrollY, document.activeElement.id]")
        add(ledger, record(time.time_ns() // 1000 - 1_000_000, cost=123_000_000_000, project_id="brand-new"))
        page.wait_for_selector(".stat.lead .value:has-text('$123')", timeout=30_000)
        page.wait_for_selector("#cost-parts >> text=brand-new")
        assert page.locator("#days tr.inner").count() == 1
        assert page.evaluate("[scrollY, document.activeElement.id]") == before


def test_empty(visit: Visit, folder: Path) -> None:
    ledger = folder / "empty.db"
    with serving(made(ledger), folder) as address:
        page = visit(f"{address}/", 360)
        assert "frank run -- COMMAND" in page.inner_text("main")
        assert faults_of(page) == []
        add(ledger, record(time.time_ns() // 1000 - 1_000_000, cost=5_000_000_000))
        page.wait_for_selector("text=$5.00", timeout=30_000)


def test_by_keyboard_alone(visit: Visit, full: str) -> None:
    page = visit(f"{full}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#days a.opener").first.focus()
    page.keyboard.press("Space")
    page.wait_for_selector("#days tr.inner")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Enter")
    page.wait_for_selector("#days tr.inner", state="detached")
    page.locator("#chart-cost .plot").focus()
    page.keyboard.press("End")
    assert "$0.04" in page.inner_text("#chart-cost .reading")


def test_links_reproduce_and_back_goes_back(visit: Visit, full: str) -> None:
    page = visit(f"{full}/")
    page.click("#by-feature")
    page.wait_for_selector("#by-feature[aria-current]")
    page.click("#sort-days-2")
    page.wait_for_selector("#days th[aria-sort]:has(#sort-days-2)")
    again = visit(page.url)
    assert again.inner_text("#days tbody tr:first-child") == page.inner_text("#days tbody tr:first-child")
    page.go_back()
    page.go_back()
    page.wait_for_selector("#by-project[aria-current]")


def test_the_colours_stay_chosen(visit: Visit, full: str) -> None:
    page = visit(f"{full}/", color_scheme="light")
    page.click("#theme")
    page.click("#theme")
    dark = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == dark
    assert page.inner_text("#theme .word") == "Dark"
