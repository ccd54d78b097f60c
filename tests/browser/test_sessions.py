"""The sessions and a session in a browser: in every width and colour, page by page, live, empty, hostile names."""

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
    rows = [*seed(now), *(record(now - place * 10**8, session_id=f"many-{place}", cost=10**7) for place in range(60))]
    with serving(made(folder / "full.db", rows), folder) as address:
        yield address


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("path", ["/sessions", "/sessions/ses_3"])
def test_it_fits_and_is_accessible(visit: Visit, full: str, path: str, width: int, scheme: str) -> None:
    page = visit(f"{full}{path}", width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults_of(page) == []


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
        listed.wait_for_selector("#sessions >> text=brand-new", timeout=5000)
        one.wait_for_selector(".stat.lead .value:has-text('$123')", timeout=5000)
        visit.close()


def test_empty_and_hostile_names(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    rows = [
        record(now - place, session_id=name, project_id=name, model=name, user=name, client=name, branch=name)
        for place, name in enumerate(HOSTILE)
    ]
    with serving(made(folder / "hostile.db", rows), folder) as address:
        for width in (360, 1280):
            page = visit(f"{address}/sessions", width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert faults_of(page) == []
            for there in [link.get_attribute("href") for link in page.locator("#sessions tbody th a").all()]:
                opened = visit(f"{address}{there}", width)
                assert opened.locator("#session-requests tbody tr").count() == 1
                assert opened.evaluate("document.documentElement.scrollWidth") <= width
                assert (opened.title(), "\u202e" in opened.content()) == ("Session · franking", False)
            assert faults_of(opened) == []
        visit.close()
    with serving(made(folder / "empty.db"), folder) as address:
        assert "frank run -- COMMAND" in visit(f"{address}/sessions", 360).inner_text("main")
        visit.close()
