"""Explore in a browser: choices by keyboard, saved views, a hostile view's name, live."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit, faults_of, width_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(made(folder / "explore.db", seed(time.time_ns() // 1000)), folder) as address:
        yield f"{address}/explore"


def test_choices_show_at_once_and_are_in_the_address(visit: Visit, full: str) -> None:
    page = visit(f"{full}?period=week")
    page.locator("#metric").focus()
    page.keyboard.type("Requ")
    page.wait_for_selector("#explored-title:has-text('Requests by project')")
    assert page.evaluate("document.activeElement.id") == "metric"
    page.select_option("#then", "user")
    page.wait_for_selector("#explored-title:has-text('Requests by project, then user')")
    page.click("#explored tbody th a >> nth=0")
    page.wait_for_selector(".filters")
    again = visit(page.url)
    assert again.inner_text("#explored tbody") == page.inner_text("#explored tbody")
    assert [again.input_value(f"#{name}") for name in ("metric", "by", "then")] == ["requests", "project", "user"]
    page.go_back()
    page.wait_for_selector(".filters", state="detached")
    page.go_back()
    page.wait_for_selector("#explored-title:text-is('Requests by project')")
    assert page.input_value("#then") == ""


def test_views_are_saved_opened_renamed_and_deleted(visit: Visit, full: str) -> None:
    page = visit(f"{full}?period=week&by=model")
    page.click("#save-view summary")
    page.fill("#view-name", "Models of the week")
    page.keyboard.press("Enter")
    page.wait_for_selector(".views a[aria-current]:has-text('Models of the week')")
    assert faults_of(page) == []
    other = visit(f"{full}?by=user")
    other.click("#save-view summary")
    other.fill("#view-name", "models of the WEEK")
    other.click("#save-view button")
    other.wait_for_selector("#wrong-view:has-text('There is a view named')")
    visit.expected("422")
    assert other.input_value("#view-name") == "models of the WEEK"
    assert other.input_value("#by") == "user"
    assert faults_of(other) == []
    other.click(".views a:has-text('Models of the week')")
    other.wait_for_selector("#explored-title:has-text('Cost by model')")
    other.click("#manage-views summary")
    other.fill(".manage input[name=name]", "Models")
    other.click("[aria-label='Rename Models of the week']:is(button)")
    other.wait_for_selector(".views nav >> text=/^Models$/")
    other.click("#manage-views summary")
    assert faults_of(other) == []
    other.click("[aria-label='Delete Models']")
    other.wait_for_selector(".views a", state="detached")


def test_what_is_typed_stays_while_it_is_live(visit: Visit, folder: Path) -> None:
    ledger = made(folder / "explore-live.db", seed(time.time_ns() // 1000))
    with serving(ledger, folder) as address:
        page = visit(f"{address}/explore")
        page.click("#save-view summary")
        page.fill("#view-name", "half a na")
        page.locator("#by").focus()
        add(ledger, record(time.time_ns() // 1000 - 1_000_000, cost=123_000_000_000, project_id="brand-new"))
        page.wait_for_selector("#explored >> text=brand-new", timeout=30_000)
        assert page.input_value("#view-name") == "half a na"
        assert page.locator("#save-view[open]").count() == 1


def test_a_view_with_a_hostile_name(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    rows = [record(now - place, project_id=name, model=name, cost=10**9) for place, name in enumerate(HOSTILE)]
    with serving(made(folder / "explore-hostile.db", rows), folder) as address:
        page = visit(f"{address}/explore?then=model&top=5", 360)
        page.click("#save-view summary")
        page.fill("#view-name", HOSTILE[0])
        page.keyboard.press("Enter")
        page.wait_for_selector(".views a[aria-current]")
        assert page.title() == "Explore · franking"
        assert width_of(page) <= 360
        assert "\u202e" not in page.content()
        assert faults_of(page) == []
