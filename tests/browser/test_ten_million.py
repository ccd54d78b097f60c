"""Every page with the roll-ups of ten million requests: each is looked at once, and shows all of them.

Sessions, lists of requests and a request are of rows, which are there of the last days alone; all else is of roll-ups.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.browser import Visit, width_of
from support.dashboard import serving
from support.ten_million import PROJECTS, REQUESTS, ten_million

ALL = f"{REQUESTS:,}"
PAGES = {
    "/?period=all": ALL,
    "/models?period=all": ALL,
    "/projects?period=all": ALL,
    "/features?period=all": ALL,
    "/explore?period=all&by=week&then=project": ALL,
    "/explore?period=all&by=branch": ALL,
    "/projects/project-01?period=all": "vendor/model-1",
    "/sessions?period=all": "session-0",
    "/sessions/session-3": "project-",
    "/requests?period=all": "vendor/model-",
    "/budgets": "No budgets yet",
    "/manage/projects": "project-07",
    "/invoices": "Invoices",
    "/health": "No sidecar runs",
}
"""Address → what its page says."""


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(ten_million(folder / "ten.db", time.time_ns() // 1000), folder) as address:
        yield address


def test_every_page_shows_them(visit: Visit, full: str) -> None:
    page = visit(f"{full}/?period=year", 1280)
    for address, said in PAGES.items():
        page.goto(f"{full}{address}")
        page.wait_for_selector(f"main >> text={said} >> visible=true")
        assert width_of(page) <= 1280, address
        if address.startswith("/projects?"):
            assert page.locator("#projects tbody > tr").count() == PROJECTS + 1


@pytest.mark.parametrize("width", [1121, 1160, 1280])
def test_large_amounts_stand_on_one_line_beside_each_other(visit: Visit, full: str, width: int) -> None:
    page = visit(f"{full}/?period=all", width)
    lines = "e => Math.round(e.getClientRects()[0].height / parseFloat(getComputedStyle(e).lineHeight))"
    assert page.locator(".stat.lead .value").evaluate(lines) == 1
    scrolled = "all => all.filter(e => getComputedStyle(e).overflowX == 'auto' && e.scrollWidth > e.clientWidth).length"
    assert page.locator("#cost-parts, #cost-parts *").evaluate_all(scrolled) == 0
