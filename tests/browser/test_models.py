"""The models in a browser: in every width and colour, opened by keyboard, live, with hostile names."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import LOOKS, Visit, faults_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(made(folder / "full.db", seed(time.time_ns() // 1000)), folder) as address:
        yield address


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_it_fits_and_is_accessible(visit: Visit, full: str, width: int, scheme: str) -> None:
    page = visit(f"{full}/models", width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("canvas").count() == 1
    page.locator("#models a.opener").first.click()
    page.wait_for_selector("#models tr.inner")
    assert faults_of(page) == []


def test_by_keyboard_alone(visit: Visit, full: str) -> None:
    page = visit(f"{full}/models")
    page.locator("#models a.opener").first.focus()
    page.keyboard.press("Space")
    page.wait_for_selector("#models tr.inner")
    assert "ada@example.com" in page.inner_text("#models tr.inner")
    page.locator("#rows-whole").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#rows-whole[aria-current]")
    assert page.inner_text("#models tbody tr").startswith("openai/gpt-5")
    page.locator("#sort-models-1").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#models th[aria-sort=ascending]")
    again = visit(page.url)
    assert again.inner_text("#models tbody") == page.inner_text("#models tbody")


def test_a_request_shows_by_itself(visit: Visit, folder: Path) -> None:
    ledger = made(folder / "live.db", seed(time.time_ns() // 1000))
    with serving(ledger, folder) as address:
        page = visit(f"{address}/models")
        add(ledger, record(time.time_ns() // 1000 - 1_000_000, cost=10**9, model="brand/new"))
        page.wait_for_selector("#models >> text=brand/new", timeout=5000)
        visit.close()


def test_empty_and_hostile_names(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    rows = [record(now - place, model=name, user=name, cost=10**9) for place, name in enumerate(HOSTILE)]
    with serving(made(folder / "hostile.db", rows), folder) as address:
        for width in (360, 1280):
            page = visit(f"{address}/models", width)
            for place in range(3):
                page.locator("#models a.opener").nth(place).click()
                page.wait_for_selector(f"#models tr.inner >> nth={place}")
            assert page.title() == "Models · franking"
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert "\u202e" not in page.content()
            assert faults_of(page) == []
        visit.close()
    with serving(made(folder / "empty.db"), folder) as address:
        page = visit(f"{address}/models", 360)
        assert "frank run -- COMMAND" in page.inner_text("main")
        assert faults_of(page) == []
        visit.close()
