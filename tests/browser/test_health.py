"""The page of health in a browser: it looks by itself and shows what was found without a reload, in every width."""

import json
import time
from pathlib import Path

import pytest

from support.browser import Visit, faults_of
from support.dashboard import HOSTILE, seed, serving
from support.ledgers import made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_checks_by_itself_fits_and_is_accessible(visit: Visit, folder: Path, scheme: str) -> None:
    now = time.time_ns() // 1000
    home = folder / scheme
    home.mkdir()
    refused = [{"client": name, "host": name, "when": now, "count": 3, "error": name} for name in HOSTILE]
    (home / "refused.json").write_text(json.dumps(refused), encoding="utf-8")
    with serving(made(home / "ledger.db", seed(now)), home) as address:
        page = visit(f"{address}/health", color_scheme=scheme)
        assert faults_of(page) == []
        page.wait_for_selector(".checks >> text=Configuration", timeout=60_000)
        assert page.locator("#checking").count() == 0
        for width in (360, 768, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert faults_of(page) == []
        assert (page.title(), "\u202e" in page.content()) == ("Health · franking", False)
        page.locator("#again").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#checking")
        page.wait_for_selector("#again:not([disabled])", timeout=60_000)
        visit.close()
