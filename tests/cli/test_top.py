"""``frank top``: what is drawn, at several sizes, with Textual's own pilot on a real ledger."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Static

from franking.cli.top_app import Top
from franking.cli.top_feed import Feed
from franking.ledger.record import Record
from franking.words import local
from support import ledgers
from support.commands import Frank

HOSTILE = "\x1b[31mevil\x1b[0m\r\n[red]x[/red]"
SIZES = [(60, 20), (80, 24), (200, 50)]


def rows() -> list[Record]:
    now = time.time_ns() // 1000
    return [
        ledgers.record(now - 5_000_000, project_id="shop", model="openai/gpt-4o", cost=1_000_000_000, client="kilo",
                       output_tokens=600, feature="cli", user="me@example.com"),
        ledgers.record(now - 4_000_000, project_id=HOSTILE, model=HOSTILE, cost=None, client="日本語クライアント"),
        ledgers.record(now - 3_000_000, project_id="مشروع", model="openai/gpt-4o", cost=2_000_000),
        ledgers.record(now - 3_000_000, project_id="a-name-that-goes-on-and-on-and-on-and-on-and-on", cost=42_000),
        ledgers.record(now - 2_000_000, project_id=None, status="http_error", http_status=429, requested_model="m"),
        ledgers.record(now - 1_000_000, project_id="shop", status="in_flight", requested_model="openai/gpt-5"),
    ]  # fmt: skip


@pytest.fixture
def ledger(home: Path) -> Path:
    return ledgers.made(home / "ledger.db", rows())


@pytest.fixture
def app(home: Path) -> Top:
    return Top(Feed)


def text(app: Top, of: str) -> str:
    """What a part shows."""
    part = app.query_one(of, Static)
    strips = part.render_lines(Region(0, 0, part.size.width, part.size.height))
    return "\n".join(strip.text.rstrip() for strip in strips)


def screen(app: Top) -> str:
    """What all parts show."""
    return "\n".join(text(app, of) for of in ("#head", "#table", "#requests", "#keys"))


async def shown(app: Top, pilot: Pilot[None], what: str) -> str:
    """The screen, once it has this on it."""
    for _ in range(200):
        if what in (seen := screen(app)):
            return seen
        await pilot.pause(0.02)
    raise AssertionError(f"{what!r} is not in\n{screen(app)}")


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits(ledger: Path, app: Top, size: tuple[int, int]) -> None:
    async with app.run_test(size=size) as pilot:
        seen = await shown(app, pilot, "(unattributed)")
        assert all(cell_len(line) <= size[0] for line in seen.splitlines())
        assert "$1.00+ today   1 in flight" in text(app, "#head")
        assert "$1.00 " in seen
        assert "▸" in text(app, "#requests")
        assert "429" in text(app, "#requests")
        assert "Ctrl+C" in text(app, "#keys")
        assert "(unattributed)" in text(app, "#table")
        assert "\x1b" not in seen
        assert "\r" not in seen
        assert "\\x1b[31m" in seen
        if size[0] == 200:
            assert HOSTILE.encode("unicode_escape").decode() in text(app, "#table")
            assert "$12.02/hour   1.0 req/min   2 tok/s   6 requests today   1 failed" in text(app, "#head")


async def test_keys(ledger: Path, app: Top) -> None:
    async with app.run_test(size=(120, 30)) as pilot:
        await shown(app, pilot, "shop")
        await pilot.press("tab")
        assert "openai/gpt-4o" in await shown(app, pilot, "openai/gpt-4o  ")
        assert app.dimension == "model"
        await pilot.press("shift+tab", "shift+tab")
        assert app.dimension == "user"
        await shown(app, pilot, "me@example.com")
        await pilot.press("tab", *"SHO")
        seen = await shown(app, pilot, "Filter:  SHO")
        await shown(app, pilot, "shop")
        assert "(unattributed)" not in text(app, "#table")
        assert "429" not in text(app, "#requests")
        assert "type" not in seen.splitlines()[-1]
        await pilot.press("x")
        await shown(app, pilot, "Nothing matches.")
        await pilot.press("backspace", "escape")
        await shown(app, pilot, "(unattributed)")
        assert app.typed == ""
        await pilot.press("ctrl+c")
    assert app.return_code == 0


async def test_what_is_written_meanwhile_appears(ledger: Path, app: Top) -> None:
    async with app.run_test(size=(100, 24)) as pilot:
        await shown(app, pilot, "1 in flight")
        now = time.time_ns() // 1000
        ledgers.add(ledger, ledgers.record(now, project_id="new-one", cost=5_000_000_000, http_status=200))
        await shown(app, pilot, "new-one")
        await shown(app, pilot, "$6.00+ today")
        assert any("new-one" in line and "$5.00" in line for line in text(app, "#requests").splitlines())
        running = ledgers.record(now, project_id="new-one", status="in_flight")
        ledgers.add(ledger, running)
        await shown(app, pilot, "2 in flight")


async def test_what_began_on_another_day_shows_the_day(home: Path, app: Top) -> None:
    began = time.time_ns() // 1000 - 2 * 86_400_000_000
    ledgers.made(home / "ledger.db", [ledgers.record(began, project_id="shop")])
    async with app.run_test(size=(80, 24)) as pilot:
        assert local(began, form=" %d %b ") in await shown(app, pilot, "shop")


@pytest.mark.parametrize("there", ["no ledger", "an empty file", "an empty ledger", "a broken one"])
@pytest.mark.parametrize("size", SIZES)
async def test_without_requests(home: Path, app: Top, there: str, size: tuple[int, int]) -> None:
    expected = "No ledger yet. Send a request: frank run -- COMMAND"
    if there == "an empty file":
        (home / "ledger.db").touch()
    elif there == "an empty ledger":
        ledgers.made(home / "ledger.db")
        expected = "$0.00 today   0 in flight"
    elif there == "a broken one":
        (home / "ledger.db").write_bytes(b"no database at all" * 100)
        expected = "The ledger cannot be read."
    async with app.run_test(size=size) as pilot:
        seen = await shown(app, pilot, expected)
        assert all(cell_len(line) <= size[0] for line in seen.splitlines())
        if there == "a broken one":
            await shown(app, pilot, "`frank doctor`")
        await pilot.press("tab", "a", "escape")


async def test_a_ledger_that_comes_later_is_found(home: Path, app: Top) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "No ledger yet")
        ledgers.made(home / "ledger.db", rows())
        await shown(app, pilot, "$1.00+ today")


def test_it_needs_a_terminal(home: Path, frank: Frank) -> None:
    told = frank("top")
    assert (told.status, told.err.count("\n")) == (1, 1)
    assert "`frank costs`" in told.err
    assert frank("top", "--by", "x").status == 2


def test_without_its_extra_it_says_which(home: Path) -> None:
    without = (
        "import sys; sys.modules['textual'] = None; sys.stdin.isatty = sys.stdout.isatty = lambda: True;"
        " from franking.cli import main; sys.exit(main(['top']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", without], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert (ran.returncode, ran.stderr) == (1, "frank: frank top needs the extra `top`: pip install 'franking[top]'\n")
