"""``frank tail``: requests as they end."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from franking.attribution import provenance
from franking.attribution.values import Attribution
from franking.cli import tail
from franking.ledger import reader
from franking.ledger.filters import Filters
from support import ledgers
from support.commands import Frank
from support.waiting import until

NOW = time.time_ns() // 1000
STAMPS = (("X-KILOCODE-PROJECTID", "web"), ("X-KILOCODE-FEATURE", "cli"))
ROWS = [
    ledgers.record(NOW - 9_000_000, project_id="web", feature="cli", client="kilo", model="anthropic/claude-sonnet-4.5",
                   http_status=200, cost=42_000, input_tokens=1200, output_tokens=340,
                   provenance=provenance.encode(Attribution(), STAMPS)),
    ledgers.record(NOW - 8_000_000, project_id="\x1b[31mx[red]", status="http_error", http_status=429),
    ledgers.record(NOW - 7_000_000, status="client_aborted", http_status=200, requested_model="openai/gpt-4o"),
    ledgers.record(NOW - 6_000_000, status="in_flight"),
]  # fmt: skip


@pytest.fixture
def ledger(home: Path) -> Path:
    return ledgers.made(home / "ledger.db", ROWS)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_line_for_each_that_ended(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = frank("tail")
    day, *lines = told.out.splitlines()
    assert told.status == 0
    assert len(lines) == 3
    assert all(cell_len(line) <= width for line in [day, *lines])
    assert "✓ 200" in lines[0]
    assert "$0.000042" in lines[0]
    assert "✗ 429" in lines[1]
    assert "\x1b" not in told.out
    assert "\\x1b[31mx" in lines[1]
    assert "~ 200" in lines[2]
    if width == 200:
        assert "1.2k→340" in lines[0]
        assert "claude-sonnet-4.5" in lines[0]


def test_the_last_so_many(ledger: Path, frank: Frank) -> None:
    assert [json.loads(line)["id"] for line in frank("tail", "--json", "-n", "2").out.splitlines()] == [
        ROWS[1].id,
        ROWS[2].id,
    ]


def test_json_lines_have_the_ledgers_columns(ledger: Path, frank: Frank) -> None:
    first = json.loads(frank("tail", "--json", "--headers").out.splitlines()[0])
    assert first["cost"] == "0.000042000"
    assert first["started_at"].endswith("Z")
    assert first["stamped"] == dict(STAMPS)
    assert first["provenance"]["stamped"] == [list(pair) for pair in STAMPS]
    assert "bucket" not in first


def test_headers_that_were_stamped(ledger: Path, frank: Frank) -> None:
    lines = frank("tail", "--headers").out.splitlines()
    assert lines[2].strip() == "X-KILOCODE-PROJECTID: web"
    assert lines[3].strip() == "X-KILOCODE-FEATURE: cli"
    assert lines[5].strip() == "nothing stamped"


def test_filters(ledger: Path, frank: Frank) -> None:
    assert len(frank("tail", "--json", "--project", "web").out.splitlines()) == 1
    assert len(frank("tail", "--json", "--feature", "").out.splitlines()) == 2


def test_a_project_is_all_that_counts_to_it(ledger: Path, frank: Frank) -> None:
    ledgers.add(ledger, ledgers.record(NOW, project_id="acme-x"))
    assert frank("projects", "create", "acme", "--id", "web", "--pattern", "acme-*").status == 0
    told = [json.loads(line) for line in frank("tail", "--json", "--project", "acme").out.splitlines()]
    assert [row["project_id"] for row in told] == ["web", "acme-x"]
    assert frank("tail", "--json", "--project", "nothing").out == ""


def test_a_further_id_of_a_project_that_is_followed(ledger: Path, frank: Frank) -> None:
    assert frank("projects", "create", "acme", "--pattern", "acme-*").status == 0
    chosen = tail._Chosen(Filters(include={"project": ("acme",)}))
    with reader.opened() as opened:
        before = chosen.parts(opened)
        assert chosen.parts(opened) is before
        ledgers.add(ledger, ledgers.record(NOW, project_id="acme-new"))
        assert [part.include["project"] for part in chosen.parts(opened)] == [("acme-new",)]


def test_without_a_ledger_it_says_what_to_do(home: Path, frank: Frank) -> None:
    told = frank("tail")
    assert (told.status, told.out) == (0, "")
    assert "frank run -- COMMAND" in told.err


@pytest.mark.parametrize("signalled", [signal.SIGINT])
@pytest.mark.parametrize("begun", [True, False])
def test_following(home: Path, tmp_path: Path, begun: bool, signalled: signal.Signals) -> None:
    """What ends is told; a ledger that is made later is found; Ctrl-C is the way to end it, and no failure."""
    if begun:
        ledgers.made(home / "ledger.db", ROWS)
    out = tmp_path / "out"
    with out.open("wb") as stream:
        child = subprocess.Popen(
            [sys.executable, "-m", "franking", "tail", "-f", "--json", "-n", "0"],
            stdout=stream, stderr=subprocess.PIPE, env=os.environ,
        )  # fmt: skip
    try:
        if not begun:
            ledgers.made(home / "ledger.db")
        ended: list[str] = []

        def told() -> bool:
            row = ledgers.record(time.time_ns() // 1000)
            ledgers.add(home / "ledger.db", row)
            ended.append(row.id)
            return bool(out.read_bytes())

        until(told, "the first line")
        last = ledgers.record(time.time_ns() // 1000)
        ledgers.add(home / "ledger.db", last)
        until(lambda: last.id in out.read_text(), "the last line")
        child.send_signal(signalled)
        _, errors = child.communicate(timeout=60)
    finally:
        child.kill()
        child.wait()
    assert child.returncode == 0
    assert b"Traceback" not in errors
    ids = [json.loads(line)["id"] for line in out.read_text().splitlines()]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {*ended, last.id}
