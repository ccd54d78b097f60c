"""Every page in a browser: it fits and is accessible, with data, full of hostile names, and with nothing at all."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from support import pages
from support.browser import Visit, faults_of, faults_of_looks, width_of
from support.dashboard import HOSTILE, serving
from support.ledgers import made

MONTH = time.strftime("%Y-%m", time.gmtime())
LISTS = {
    "/": "canvas",
    "/models": "canvas",
    "/projects": "#projects tbody tr",
    "/features": "canvas",
    "/sessions": "#sessions tbody tr",
    "/explore?not-branch=": "canvas",
    "/requests?not-branch=&search=a": "#requests tbody tr",
    "/health": ".checks >> text=Configuration",
    "/budgets": "#budget-1",
    "/manage/projects": "text=shop",
    "/manage/organizations": "h1",
    "/invoices": "h1",
    "/reports": "h1",
    "/export": ".counted >> text=request",
}
"""Address → what shows that all of it is there."""

ONES = {
    "/projects/docs": "#branches tbody tr",
    "/sessions/ses_3": "#session-requests tbody tr",
    "/explore?by=day&then=project&metric=tokens": "canvas",
    "/explore?metric=average&by=user": "canvas",
    "/requests/good": "svg.timing",
    "/requests/bad": "svg.timing",
    "/budgets/1": "h1",
    "/budgets/2": "h1",
    "/budgets/1/edit": "h1",
    "/budgets/new": "h1",
    "/budgets/2/raise": "h1",
    "/budgets/2/delete": "h1",
    "/manage/projects/new": "h1",
    "/projects/shop/edit": "h1",
    "/projects/api/edit": "h1",
    "/manage/organizations/new": "h1",
    "/manage/organizations/ClientB/edit": "h1",
    "/invoices/draft": "h1",
    f"/invoices/draft?project=docs&month={MONTH}": ".sums",
    f"/invoices/draft?project=infra&month={MONTH}&rate=x&lines=model": "#wrong-rate",
    "/export?project=docs&not-model=&format=focus&status=ok": ".filters",
    "/export?since=x&mine=1&user=ada&format=xml&add=model&do=add": "#wrong-format",
}

HOSTILE_ONES = {
    "/?by=feature": "canvas",
    "/?by=model": "canvas",
    "/?by=client": "canvas",
    "/explore?then=model&top=5": "canvas",
    "/requests?period=all&not-host=%3Cb%3E%E2%80%AE": "#requests tbody tr",
    "/requests/hostile-0?raw=1": "svg.timing",
    "/export?" + urlencode([("project", name) for name in HOSTILE]): ".filters",
    "/budgets/1": "h1",
    "/budgets/2": "h1",
    "/budgets/1/edit": "h1",
    "/projects/shop/edit": "h1",
    f"/projects/{quote(HOSTILE[0], safe='')}/edit": "h1",
    f"/invoices/draft?project=shop&month={MONTH}": ".sums",
}


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(pages.full(folder / "full.db"), folder) as address:
        yield address


@pytest.fixture(scope="module")
def hostile(folder: Path) -> Iterator[str]:
    with serving(pages.hostile(folder / "hostile.db"), folder) as address:
        yield address


@pytest.fixture(scope="module")
def empty(folder: Path) -> Iterator[str]:
    with serving(made(folder / "empty.db"), folder) as address:
        yield address


@pytest.mark.parametrize(("place", "shown"), (LISTS | ONES).items())
def test_it_fits_and_is_accessible(visit: Visit, full: str, place: str, shown: str) -> None:
    page = visit(f"{full}{place}")
    visit.expected("422")
    page.wait_for_selector(shown, timeout=60_000)
    assert faults_of_looks(page) == []


@pytest.mark.parametrize(("place", "shown"), (LISTS | HOSTILE_ONES).items())
def test_hostile_names(visit: Visit, hostile: str, place: str, shown: str) -> None:
    page = visit(f"{hostile}{place}", 360)
    page.wait_for_selector(shown, timeout=60_000)
    if opener := page.locator("a.opener").all():
        opener[0].click()
        page.wait_for_selector("tr.inner")
    assert page.title() not in ("owned", "1")
    assert "\u202e" not in page.content()
    assert width_of(page) <= 360
    assert faults_of(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert width_of(page) <= 1280


@pytest.mark.parametrize(
    ("where", "links", "shown"),
    [
        ("/projects", "#projects tbody th a", "h1"),
        ("/sessions", "#sessions tbody th a", "#session-requests tbody tr"),
        ("/requests?not-project=", "#requests tbody tr > :first-child a", "svg.timing"),
    ],
)
def test_a_hostile_name_leads_to_its_own_page(visit: Visit, hostile: str, where: str, links: str, shown: str) -> None:
    page = visit(f"{hostile}{where}", 360)
    places = [link.get_attribute("href") for link in page.locator(links).all()]
    assert len(places) > len(HOSTILE)
    for place in places:
        page.goto(f"{hostile}{place}")
        page.wait_for_selector(shown)
        assert page.title().endswith(" · franking")
        assert "\u202e" not in page.content()
        assert width_of(page) <= 360


def test_empty(visit: Visit, empty: str) -> None:
    page = visit(f"{empty}/", 360)
    for place in LISTS:
        page.goto(f"{empty}{place}")
        assert width_of(page) <= 360
        assert faults_of(page) == []
        if place.partition("?")[0] in ("/", "/models", "/projects", "/features", "/sessions", "/explore", "/requests"):
            assert "frank run -- COMMAND" in page.inner_text("main")
