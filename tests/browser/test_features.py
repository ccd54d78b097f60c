"""The features in a browser, by keyboard."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit
from support.dashboard import seed, serving
from support.ledgers import made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    now = time.time_ns() // 1000
    rows = [*seed(now), record(now - 5_000_000, rejected_feature="Chatt", client="kilo")]
    with serving(made(folder / "full.db", rows), folder) as address:
        yield address


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
