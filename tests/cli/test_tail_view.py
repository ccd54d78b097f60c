"""A request as a line: which cells fit, and whose zone its time is in."""

from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from franking.cli import tail_view
from franking.ledger.listings import Row
from franking.ledger.record import Record
from support import ledgers

NAMES = ("id", "started_at", "ended_at", "status", "http_status", "project_id", "feature", "client", "model",
         "requested_model", "input_tokens", "output_tokens", "cost", "provenance")  # fmt: skip


def row(record: Record) -> Row:
    return {name: getattr(record, name) for name in NAMES}


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (30, ["time", "status", "project", "cost"]),
        (40, ["time", "status", "project", "cost"]),
        (60, ["time", "status", "project", "model", "cost"]),
        (80, ["time", "status", "project", "feature", "model", "cost", "took"]),
        (120, ["time", "status", "project", "feature", "client", "model", "tokens", "cost", "took"]),
    ],
)
def test_cells_that_fit(width: int, names: list[str]) -> None:
    cells = tail_view.layout(width)
    assert [cell.name for cell, _ in cells] == names
    assert sum(wide for _, wide in cells) + 2 * (len(cells) - 1) <= width


def test_the_day_stands_once_and_in_the_zone(capsys: pytest.CaptureFixture[str]) -> None:
    at_midnight = 1_793_833_200_000_000  # 2026-11-04 23:00 UTC
    rows = []
    for number in range(2):
        record = ledgers.record(at_midnight - 2_000_000 + number * 1_000_000, http_status=200)
        rows.append(row(record))
    view = tail_view.Lines(zone=ZoneInfo("Europe/Warsaw"))
    view.show(rows[:1])
    view.show(rows[1:])
    out = capsys.readouterr().out
    assert out.count("Wednesday, 04 November 2026") == 1
    assert out.count("Thursday, 05 November 2026") == 1
    assert "23:59:59" in out
    assert "00:00:00" in out


def test_each_cell_has_its_colour_and_a_failure_one_for_all(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    view = tail_view.Lines(zone=ZoneInfo("UTC"))
    for values in ({"http_status": 200, "cost": 5_000_000}, {"status": "http_error", "http_status": 500}):
        record = ledgers.record(1_000_000, project_id="shop", **values)
        view.show([row(record)])
    _, _, good, bad = capsys.readouterr().out.splitlines()
    assert "\x1b[32m✓ 200\x1b[0m" in good
    assert "\x1b[1m" in good
    assert "\x1b[31m✗ 500\x1b[0m" in bad
    assert "\x1b[31mshop" in bad


def test_a_wide_letter_is_not_cut_in_two(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    record = ledgers.record(0, project_id="日本語プロジェクト", http_status=200)
    tail_view.Lines().show([row(record)])
    line = capsys.readouterr().out.splitlines()[-1]
    assert "日本語プロジ…  " in line
    assert cell_len(line) <= 60
