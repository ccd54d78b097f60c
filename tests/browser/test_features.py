"""The features in a browser: in every width and colour, by keyboard, empty, with hostile names."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import LOOKS, Visit, faults_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    now = time.time_ns() // 1000
    rows = [*seed(now), record(now - 5_000_000, rejected_feature="Chatt", client="kilo")]
    with serving(made(folder / "full.db", rows), folder) as address:
        yield address


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_fits_and_is_accessible(visit: Visit, full: str, width: int, scheme: str) -> None:
    page = visit(f"{full}/features", width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("canvas").count() == 1
    assert "Chatt" in page.inner_text("#rejected")
    assert faults_of(page) == []


def test_by_keyboard_alone(visit: Visit, full: str) -> None:
    page = visit(f"{full}/features")
    page.locator("#chart-attributed .plot").focus()
    page.keyboard.press("End")
    assert "without a feature" in page.inner_text("#chart-attributed .reading")
    page.locator("#sort-features-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#features th[aria-sort=ascending]")
    page.locator("#features tbody a:has-text('cli')").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests?*feature=cli*")


def test_empty_then_live_and_hostile_names(visit: Visit, folder: Path) -> None:
    ledger = made(folder / "empty.db")
    with serving(ledger, folder) as address:
        page = visit(f"{address}/features", 360)
        assert "frank run -- COMMAND" in page.inner_text("main")
        assert faults_of(page) == []
        now = time.time_ns() // 1000
        rows = [record(now - place, feature=name, cost=10**9) for place, name in enumerate(HOSTILE)]
        rows += [record(now - place, rejected_feature=name, client=name) for place, name in enumerate(HOSTILE)]
        add(ledger, *rows)
        page.wait_for_selector("#rejected", timeout=5000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.title() == "Features · franking"
        assert "\u202e" not in page.content()
        assert faults_of(page) == []
        visit.close()
