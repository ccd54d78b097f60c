"""Projects and organizations managed in a browser: widths and colours, by hand, without script, with hostile names."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from franking.ledger.connection import patient
from franking.projects import changes
from franking.projects.values import Member, Project
from support.browser import Visit, faults_of, width_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import made, record

PAGES = (
    "/manage/projects", "/manage/projects/new", "/projects/shop/edit", f"/projects/{quote(HOSTILE[0], safe='')}/edit",
    "/projects/api/edit", "/manage/organizations", "/manage/organizations/new", "/manage/organizations/ClientB/edit",
)  # fmt: skip


def with_projects(file: Path) -> Path:
    now = time.time_ns() // 1000
    rows = [record(now - 10**9, project_id=name, organization_id=name, cost=1) for name in HOSTILE]
    rows += [record(now - 10**9, project_id="api", repository=f"https://github.com/{each}/api") for each in "ab"]
    made(file, [*seed(now), *rows])
    shop = Project(
        "shop", "The shop", "one\ntwo", "#2f6f4f", "S", "ClientB", {"billable": True, "vat_note": "1\n2"},
        (Member("old"), *(Member(name) for name in HOSTILE if name.isprintable())),
    )  # fmt: skip
    with closing(patient(file)) as ledger:
        changes.create(ledger, shop, now)
    return file


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    with serving(with_projects(folder / "projects.db"), folder) as address:
        yield address


@pytest.mark.parametrize(("widths", "scheme"), [((360, 768), "dark"), ((1280, 1920), "light")])
@pytest.mark.parametrize("place", PAGES)
def test_it_fits_and_is_accessible(visit: Visit, full: str, place: str, widths: tuple[int, int], scheme: str) -> None:
    page = visit(f"{full}{place}", widths[1], color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= widths[1]
    page.set_viewport_size({"width": widths[0], "height": 900})
    assert width_of(page) <= widths[0]
    assert page.title() != "owned"
    assert "\u202e" not in page.content()
    assert page.inner_text("header [aria-current=page]") == "Projects"
    assert faults_of(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_a_project_is_defined_put_right_and_renamed(visit: Visit, folder: Path, script: bool) -> None:
    with serving(with_projects(folder / f"define-{script}.db"), folder) as address:
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
    with serving(with_projects(folder / "split.db"), folder) as address:
        page = visit(f"{address}/manage/projects")
        button = page.get_by_role("button", name="Split it")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=are projects of their own now")
        assert page.get_by_role("link", name="a/api", exact=True).count() == 1
        assert page.get_by_role("button", name="Split it").count() == 0
        page.close()
