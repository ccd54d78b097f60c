"""The sessions and a session in a browser: page by page by keyboard, and live."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit
from support.dashboard import seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    now = time.time_ns() // 1000
    rows = [*seed(now), *(record(now - place * 10**8, session_id=f"many-{place}", cost=10**7) for place in range(60))]
    with serving(made(folder / "full.db", rows), folder) as address:
        yield address


def test_to_a_session_and_page_by_page_by_keyboard(visit: Visit, full: str) -> None:
    page = visit(f"{full}/sessions")
    first = page.inner_text("#sessions tbody tr:first-child")
    page.locator("#older").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#newest")
    assert page.inner_text("#sessions tbody tr:first-child") != first
    page.go_back()
    page.wait_for_selector("#newest", state="detached")
    assert page.inner_text("#sessions tbody tr:first-child") == first
    page.locator("#sessions tbody a:has-text('ses_0')").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=ses_0")
    assert page.locator("#session-requests tbody tr").count() == 6


def test_live_in_a_list_and_in_a_session(visit: Visit, folder: Path) -> None:
    ledger = made(folder / "live.db", seed(time.time_ns() // 1000))
    with serving(ledger, folder) as address:
        listed, one = visit(f"{address}/sessions"), visit(f"{address}/sessions/ses_0")
        now = time.time_ns() // 1000
        add(ledger, record(now, cost=123 * 10**9, session_id="ses_0"), record(now, session_id="brand-new"))
        listed.wait_for_selector("#sessions >> text=brand-new", timeout=30_000)
        one.wait_for_selector(".stat.lead .value:has-text('$123')", timeout=30_000)
        visit.close()
