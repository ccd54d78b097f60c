"""The projects and a project in a browser: by keyboard, branches that come later, live."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from franking.budgets import changes as budget_changes
from franking.budgets.values import Budget
from franking.ledger.connection import patient
from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.projects import changes
from franking.projects.values import Project
from support.browser import Visit
from support.dashboard import seed, serving
from support.ledgers import add, made, record


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[str]:
    now = time.time_ns() // 1000
    ledger = made(folder / "full.db", seed(now))
    with closing(patient(ledger)) as opened:
        told: dict[str, str | bool] = {"billable": True, "client_name": "Example GmbH"}
        changes.create(opened, Project("docs", display_name="The docs", colour="#2f6f4f", metadata=told), now)
        for name, amount in (("small", 10**7), ("near", 10**8), ("large", 10**10)):
            budget_changes.create(opened, Budget(name, amount, "quarter", include={"project": ("docs",)}), now)
    with serving(ledger, folder) as address:
        yield address


def test_from_the_list_to_a_request_by_keyboard(visit: Visit, full: str) -> None:
    page = visit(f"{full}/projects")
    page.locator("#projects a:has-text('The docs')").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 >> text=The docs")
    assert page.locator(".budgets li").count() == 3
    page.locator("#by-user").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#by-user[aria-current]")
    page.locator("#period-week").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#period-week[aria-current]")
    assert page.locator("#recent tbody tr").count() == 7
    page.locator("#recent tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/requests/*")


def test_what_the_page_asked_of_itself_comes_too_late(visit: Visit, full: str) -> None:
    page = visit(f"{full}/projects/docs")
    page.wait_for_selector("#live[data-state=on]")
    held: list[Any] = []
    page.route("**/projects/docs", lambda route: held.append(route))
    with page.expect_request("**/projects/docs"):
        page.evaluate("() => { showAddress(); }")
    page.click("#period-week")
    page.wait_for_selector("#period-week[aria-current]")
    page.evaluate("() => { late = new Promise((end) => addEventListener('htmx:afterRequest', end, { once: true })); }")
    [route] = held
    route.continue_()
    page.evaluate("() => late.then(() => 0)")
    assert page.locator("#period-week[aria-current]").count() == 1


def again(row: Record, started_at: int) -> Record:
    """Another request like it."""
    return replace(row, id=uuid7(), started_at=started_at, ended_at=started_at + 1000)


def test_branches_of_many_requests_come_after_the_page(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    few = seed(now)
    many = [again(few[place % len(few)], now - place * 10_000) for place in range(30_010)]
    with serving(made(folder / "many.db", many), folder) as address:
        page = visit(f"{address}/projects/docs")
        page.wait_for_selector("#branches >> text=main")
        page.click("#period-week")
        page.wait_for_selector("#period-week[aria-current]")
        page.wait_for_selector("#branches >> text=main")
        assert page.locator("#branches").count() == 1
        visit.close()


def test_live(visit: Visit, folder: Path) -> None:
    ledger = made(folder / "live.db", seed(time.time_ns() // 1000))
    with serving(ledger, folder) as address:
        pages = [visit(f"{address}{path}") for path in ("/projects", "/projects/docs")]
        add(ledger, record(time.time_ns() // 1000 - 1_000_000, cost=123 * 10**9, project_id="docs"))
        for page in pages:
            page.wait_for_selector(".stat.lead .value:has-text('$123')", timeout=30_000)
        visit.close()
