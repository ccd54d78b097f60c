"""Projects and organizations managed in a browser, by hand and without script."""

from pathlib import Path

import pytest

from support.browser import Visit, faults_of
from support.dashboard import serving
from support.pages import full


@pytest.mark.parametrize("script", [True, False])
def test_a_project_is_defined_put_right_and_renamed(visit: Visit, folder: Path, script: bool) -> None:
    with serving(full(folder / f"define-{script}.db"), folder) as address:
        page = visit(f"{address}/manage/projects", script=script)
        page.get_by_role("link", name="New project").click()
        page.get_by_label("Name", exact=True).fill("web")
        page.get_by_label("Client's address").fill("1 High Street\nLondon")
        page.get_by_label("Billing rate").fill("1,20")
        page.get_by_label("Key 1").fill("Tax")
        page.get_by_label("Value 1").fill("GB 1")
        page.get_by_label("Further ids").fill("web-1\nweb-2")
        page.get_by_role("button", name="Define the project").click()
        assert page.locator(":focus").get_attribute("name") == "billing_rate"
        visit.expected("422")
        assert page.get_by_label("Client's address").input_value() == "1 High Street\nLondon"
        assert page.get_by_label("Further ids").input_value() == "web-1\nweb-2"
        assert page.get_by_label("Key 1").input_value() == "Tax"
        if script:
            assert faults_of(page) == []
        page.get_by_label("Billing rate").fill("1.20")
        page.get_by_label("Key 1").fill("vat_note")
        page.get_by_role("button", name="Define the project").click()
        assert page.get_by_label("id web-2").is_checked()
        page.get_by_label("New name").fill("website")
        page.get_by_role("button", name="Rename").click()
        assert page.inner_text("h1") == "Edit website"
        assert page.get_by_label("Client's address").input_value() == "1 High Street\nLondon"
        assert page.get_by_label("id web", exact=True).is_checked()


def test_an_id_of_two_repositories_is_split_with_a_button(visit: Visit, folder: Path) -> None:
    with serving(full(folder / "split.db"), folder) as address:
        page = visit(f"{address}/manage/projects")
        button = page.get_by_role("button", name="Split it")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=are projects of their own now")
        assert page.get_by_role("link", name="a/api", exact=True).count() == 1
        assert page.get_by_role("button", name="Split it").count() == 0
        page.close()
