"""Alerts in a browser: on an open page at once, also on a form, in every width; dismissed by keyboard, and gone."""

import time
from pathlib import Path

from franking.budgets.values import Budget
from support.alerts import budgets, noted
from support.browser import Visit, faults_of, width_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import add, made, record

CENT = 10_000_000


def test_they_come_to_every_open_page_and_stay_dismissed(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    ledger = budgets(
        made(folder / "alerts.db", seed(now)), now,
        Budget("shop", 100 * CENT, include={"project": ("shop",)}, hard=True),
        *(Budget(name, 100 * CENT, "quarter", "UTC", {"project": ("shop",)}) for name in (HOSTILE[0], "a" * 200)),
    )  # fmt: skip
    with serving(ledger, folder) as address:
        live = visit(f"{address}/requests", 360, color_scheme="dark")
        form = visit(f"{address}/budgets/new", 1280)
        form.get_by_label("Name", exact=True).fill("typed")
        assert live.locator(".alert").count() == form.locator(".alert").count() == 0
        add(ledger, record(now, cost=120 * CENT, project_id="shop"))
        noted(ledger, now)
        for page in (live, form):
            page.wait_for_selector("#alerts [role=status] .alert:has-text('$1.20 of $1.00 spent (120%)')")
            page.wait_for_selector("#alerts >> text=1 more")
            assert page.locator(".alert").count() == 2
            assert page.locator(".alert .state").first.inner_text() == "Over"
            assert faults_of(page) == []
        assert form.get_by_label("Name", exact=True).input_value() == "typed"
        assert form.evaluate("document.activeElement.name") == "name"
        assert width_of(live) <= 360
        assert form.title() != "owned"

        form.locator(".alert button:has-text('Dismiss all')").focus()
        form.keyboard.press("Enter")
        form.wait_for_selector(".alert", state="detached")
        form.wait_for_selector("#content:focus")
        assert form.get_by_label("Name", exact=True).input_value() == "typed"
        form.goto(f"{address}/budgets/1")
        assert form.locator(".alert").count() == 0
        assert "only here and in frank tail" in form.inner_text("#reached")
        assert live.locator(".alert").count() == 2

        plain = visit(f"{address}/requests?period=week", script=False)
        plain.locator(".alert button:has-text('Dismiss the alert')").first.click()
        assert plain.url == f"{address}/requests?period=week"
        assert plain.locator(".alert").count() == 2
        assert "1 more" not in plain.inner_text("#alerts")
