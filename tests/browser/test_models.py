"""The models in a browser: opened by keyboard, and live."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit
from support.dashboard import seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(made(folder / "full.db", seed(time.time_ns() // 1000)), folder) as address:
        yield address


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
        page.wait_for_selector("#models >> text=brand/new", timeout=30_000)
        visit.close()
