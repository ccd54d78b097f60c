"""The page of health in a browser: it looks by itself, shows what was found without a reload, and looks again."""

import time
from pathlib import Path

from support.browser import Visit, faults_of
from support.dashboard import seed, serving
from support.ledgers import made


def test_it_checks_by_itself_and_again(visit: Visit, folder: Path) -> None:
    with serving(made(folder / "ledger.db", seed(time.time_ns() // 1000)), folder) as address:
        page = visit(f"{address}/health")
        assert faults_of(page) == []
        page.wait_for_selector(".checks >> text=Configuration", timeout=60_000)
        assert page.locator("#checking").count() == 0
        page.locator("#again").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#checking")
        page.wait_for_selector("#again:not([disabled])", timeout=60_000)
        visit.close()
