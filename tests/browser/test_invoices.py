"""Invoices in a browser, by keyboard and without script; what is shown is what is issued."""

import time
from pathlib import Path

import pytest

from support.browser import Visit, faults_of
from support.dashboard import serving
from support.pages import full

MONTH = time.strftime("%Y-%m", time.gmtime())


@pytest.mark.parametrize("script", [True, False])
def test_from_the_form_to_the_issued_invoice(visit: Visit, folder: Path, script: bool) -> None:
    with serving(full(folder / f"issue-{script}.db"), folder) as address:
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
