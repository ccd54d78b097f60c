"""A request as a line: which cells fit, and whose zone its time is in."""

from zoneinfo import ZoneInfo

import pytest

from franking.cli import tail_view
from support import ledgers


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (40, ["time", "status", "project", "cost"]),
        (60, ["time", "status", "project", "model", "cost"]),
        (80, ["time", "status", "project", "feature", "model", "cost", "took"]),
        (120, ["time", "status", "project", "feature", "client", "model", "tokens", "cost", "took"]),
    ],
)
def test_cells_that_fit(width: int, names: list[str]) -> None:
    cells = tail_view.layout(width)
    assert [cell.name for cell, _ in cells] == names
    assert sum(wide for _, wide in cells) + 2 * (len(cells) - 1) <= max(width, 42)


def test_the_day_stands_once_and_in_the_zone(capsys: pytest.CaptureFixture[str]) -> None:
    at_midnight = 1_793_833_200_000_000  # 2026-11-04 23:00 UTC
    names = ("id", "started_at", "ended_at", "status", "http_status", "project_id", "feature", "client", "model",
             "requested_model", "input_tokens", "output_tokens", "cost", "provenance")  # fmt: skip
    rows = []
    for number in range(2):
        record = ledgers.record(at_midnight - 2_000_000 + number * 1_000_000, http_status=200)
        rows.append({name: getattr(record, name) for name in names})
    view = tail_view.Lines(zone=ZoneInfo("Europe/Warsaw"))
    view.show(rows[:1])
    view.show(rows[1:])
    out = capsys.readouterr().out
    assert out.count("Wednesday, 04 November 2026") == 1
    assert out.count("Thursday, 05 November 2026") == 1
    assert "23:59:59" in out
    assert "00:00:00" in out
