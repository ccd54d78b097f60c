"""A request in a browser: every width and colour, its raw row, while it runs, hostile text."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from franking.attribution import provenance
from franking.attribution.values import Attribution, Candidate, Fault
from support.browser import LOOKS, Visit, faults_of
from support.dashboard import HOSTILE, serving
from support.ledgers import add, made, record

LONG = "a" * 200


def proven(name: str) -> str:
    found = Attribution(
        candidates=(
            Candidate("project", "git-remote", name, f"https://example.com/{name}", "won"),
            Candidate("project", "sidecar", "fallback", "config.toml", "git-remote comes first"),
            Candidate("user", "git-config", "ada@example.com", "/home/ada/.gitconfig", "won"),
        ),
        faults=(Fault("/r/.kilocode/config.json:3:7", "expected a string"),),
    )
    return provenance.encode(found, (("X-KILOCODE-PROJECTID", name),))


def values(name: str) -> dict[str, Any]:
    return dict.fromkeys(
        ("project_id", "feature", "model", "user", "session_id", "branch", "path", "repository", "error_message"), name
    )


@pytest.fixture(scope="module")
def some(folder: Path) -> Iterator[str]:
    now = time.time_ns() // 1000
    rows = [
        record(
            now, id="good", first_token_at=now + 200_000, cost=1, output_tokens=50, provenance=proven("example-repo")
        ),
        record(now, id="bad", status="http_error", http_status=429, error_type="rate_limit"),
        record(now, id="long", **values(LONG), provenance=proven(LONG)),
        *(record(now, id=f"hostile-{place}", **values(name)) for place, name in enumerate(HOSTILE)),
    ]
    with serving(made(folder / "request.db", rows), folder) as address:
        yield f"{address}/requests"


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", ["good", "bad", "long"])
def test_it_fits_and_is_accessible(visit: Visit, some: str, name: str, width: int, scheme: str) -> None:
    page = visit(f"{some}/{name}", width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg.timing").count() == 1
    assert faults_of(page) == []


def test_the_raw_row_by_keyboard(visit: Visit, some: str) -> None:
    page = visit(f"{some}/good")
    page.locator("#raw").focus()
    page.keyboard.press("Space")
    page.wait_for_selector("pre >> text=started_at")
    assert page.url.endswith("?raw=1")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert faults_of(page) == []
    page.keyboard.press("Enter")
    page.wait_for_selector("pre", state="detached")


def test_its_end_shows_by_itself(visit: Visit, folder: Path) -> None:
    now = time.time_ns() // 1000
    ledger = made(folder / "request-running.db", [record(now, id="runs", status="in_flight")])
    with serving(ledger, folder) as address:
        page = visit(f"{address}/requests/runs")
        assert "It is still running" in page.inner_text("main")
        add(ledger, record(now, id="runs", cost=5_000_000_000))
        page.wait_for_selector(".stat.lead >> text=$5.00", timeout=5000)


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_text(visit: Visit, some: str, place: int) -> None:
    page = visit(f"{some}/hostile-{place}?raw=1", 360)
    assert page.title() == "A request · franking"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "\u202e" not in page.content()


def test_a_value_leads_to_the_requests_that_share_it(visit: Visit, some: str) -> None:
    page = visit(f"{some}/hostile-0")
    page.locator(".facts a", has_text="owned").first.click()
    page.wait_for_selector("h1:has-text('Requests')")
    assert page.locator("#requests tbody tr").count() == 1


def test_none(visit: Visit, some: str) -> None:
    page = visit(some)
    found = page.request.get(f"{some}/none")
    assert found.status == 404
