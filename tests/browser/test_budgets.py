"""Budgets in a browser: by keyboard, without script, live, and forms that keep what is typed."""

import time
from pathlib import Path

import pytest

from support.browser import Visit
from support.dashboard import seed, serving
from support.ledgers import add, made, record
from support.pages import full


@pytest.mark.parametrize("script", [True, False])
def test_a_form_keeps_what_is_typed_and_puts_the_cursor_into_the_fault(
    visit: Visit, folder: Path, script: bool
) -> None:
    with serving(made(folder / f"form-{script}.db", seed(time.time_ns() // 1000)), folder) as address:
        page = visit(f"{address}/budgets", script=script)
        page.get_by_role("link", name="New budget").click()
        page.get_by_label("Name", exact=True).fill("shop")
        page.get_by_label("Amount", exact=True).fill("1.234,56")
        page.get_by_label("Warn at").fill("lots")
        page.get_by_role("combobox", name="Project").fill("docs")
        page.get_by_label("Refuse requests").check()
        page.get_by_role("button", name="Make the budget").click()
        assert page.locator(":focus").get_attribute("name") == "amount"
        visit.expected("422")
        assert "2 fields need another look" in page.inner_text("#problems")
        assert page.get_by_label("Name", exact=True).input_value() == "shop"
        assert page.get_by_label("Refuse requests").is_checked()
        page.get_by_label("Amount", exact=True).fill("1,234.56")
        page.get_by_label("Warn at").fill("50, 80")
        page.get_by_role("button", name="Make the budget").click()
        assert page.inner_text("h1") == "shop"
        assert "of $1,234.56" in page.inner_text("main")
        assert "The budget was made." in page.inner_text("[role=status].done")
        page.close()


def test_by_keyboard_alone(visit: Visit, folder: Path) -> None:
    with serving(full(folder / "keys.db"), folder) as address:
        page = visit(f"{address}/budgets/2")
        page.get_by_role("link", name="Delete").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=cannot be brought back")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == "Delete the budget":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector("text=The budget was deleted.")
        assert page.locator("#budget-2").count() == 0
        page.locator("#minutes").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=no budget refuses anything")
        page.close()


def test_bars_are_live_and_a_choice_that_is_being_made_stays(visit: Visit, folder: Path) -> None:
    ledger = full(folder / "live.db")
    with serving(ledger, folder) as address:
        page = visit(f"{address}/budgets")
        page.select_option("#minutes", "240")
        assert page.locator("#budget-2 .state.ok").count() == 1
        add(ledger, record(time.time_ns() // 1000 - 1_000_000, cost=99 * 10**9, project_id="docs"))
        page.wait_for_selector("#budget-2 .state.warning", timeout=30_000)
        assert page.locator("#minutes").input_value() == "240"
        assert "99%" in page.inner_text("#budget-2")
        page.close()


def test_a_state_is_told_without_colour(visit: Visit, folder: Path) -> None:
    with serving(full(folder / "colours.db"), folder) as address:
        page = visit(f"{address}/budgets", forced_colors="active")
        assert page.inner_text("#budget-1 .state") == "Over"
        label = page.get_attribute("#budget-1 .gauge", "aria-label") or ""
        assert label.startswith("over: ")
        assert page.locator("#budget-1 .gauge .stripe").count() > 5
        assert page.locator("#budget-2 .gauge .stripe").count() == 0
        page.close()
