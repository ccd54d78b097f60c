"""Invoices in a browser: widths and colours, by keyboard, without script; what is shown is what is issued."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.ledger.connection import patient
from franking.projects import changes
from franking.projects.values import Project
from support.browser import Visit, faults_of, width_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import made, record

MONTH = time.strftime("%Y-%m", time.gmtime())
PAGES = ("/invoices", "/invoices/draft", f"/invoices/draft?project=docs&month={MONTH}",
         f"/invoices/draft?project=infra&month={MONTH}&rate=x&lines=model")  # fmt: skip


def with_client(file: Path) -> Path:
    now = time.time_ns() // 1000
    rows = [record(now - 10**9, project_id="docs", model=name, client=name, user=name, cost=10**9) for name in HOSTILE]
    made(file, [*seed(now), *rows])
    shop: dict[str, str | bool] = {
        "billable": True,
        "client_name": HOSTILE[0],
        "client_address": "1 High Street\nLondon" + "x" * 80,
    }
    with closing(patient(file)) as ledger:
        changes.create(ledger, Project("docs", metadata=shop), now)
    return file


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(with_client(folder / "invoices.db"), folder) as address:
        yield address


@pytest.mark.parametrize(("widths", "scheme"), [((360, 768), "dark"), ((1280, 1920), "light")])
@pytest.mark.parametrize("place", PAGES)
def test_it_fits_and_is_accessible(visit: Visit, full: str, place: str, widths: tuple[int, int], scheme: str) -> None:
    page = visit(f"{full}{place}", widths[1], color_scheme=scheme)
    visit.expected("422")
    assert page.evaluate("document.documentElement.scrollWidth") <= widths[1]
    page.set_viewport_size({"width": widths[0], "height": 900})
    assert width_of(page) <= widths[0]
    assert page.title() != "owned"
    assert "\u202e" not in page.content()
    assert faults_of(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_from_the_form_to_the_issued_invoice(visit: Visit, folder: Path, script: bool) -> None:
    with serving(with_client(folder / f"issue-{script}.db"), folder) as address:
        page = visit(f"{address}/invoices", script=script)
        page.get_by_role("link", name="New invoice").click()
        page.get_by_label("Project").fill("docs")
        page.get_by_label("Month").fill(MONTH)
        page.get_by_text("Currency, markup, tax, lines").click()
        page.get_by_label("Currency").fill("euro"[:3])
        page.get_by_label("One US dollar is").fill("0,92")
        page.get_by_role("button", name="Show the draft").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#wrong-rate")
        visit.expected("422")
        assert page.locator(":focus").get_attribute("name") == "rate"
        assert page.get_by_label("Currency").input_value() == "eur"
        page.get_by_label("One US dollar is").fill("0.92")
        page.get_by_role("button", name="Show the draft").click()
        total = page.inner_text(".sums .total dd")
        page.get_by_role("button", name="Issue the invoice").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=It is kept as it is")
        assert page.inner_text(".sums .total dd") == total
        if script:
            assert faults_of(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="PDF").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        page.get_by_role("link", name="Invoices").first.click()
        assert f"{total} EUR" in page.inner_text("#invoices")
        page.close()
