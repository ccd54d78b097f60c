"""``frank export``: the same filters as ``frank costs``, canonical projects, files whole or not at all."""

import csv
import io
import json
import time
from pathlib import Path

import pytest

from support import ledgers
from support.commands import Frank


@pytest.fixture
def ledger(home: Path) -> Path:
    now = time.time_ns() // 1000
    rows = [
        ledgers.record(now - 1_000_000, project_id="api", cost=10**9, model="m"),
        ledgers.record(now - 2_000_000, project_id="web", cost=None, prompt_preview="hello"),
        ledgers.record(now - 3_000_000, project_id=None, cost=5),
        ledgers.record(now - 4_000_000, project_id="api", status="in_flight"),
    ]
    return ledgers.made(home / "ledger.db", rows)


def names(frank: Frank, *options: str) -> list[str | None]:
    told = frank("export", "--format", "jsonl", *options)
    assert told.status == 0, told.err
    return [json.loads(line)["project_id"] for line in told.out.splitlines()]


def test_filters_and_projects_as_they_are_named_now(ledger: Path, frank: Frank) -> None:
    assert names(frank) == [None, "web", "api"]
    assert names(frank, "--project", "api") == ["api"]
    assert names(frank, "--not-project", "api", "--not-project", "") == ["web"]
    frank("projects", "merge", "web", "--into", "api")
    assert sorted(names(frank, "--project", "api"), key=str) == ["api", "web"]
    assert names(frank, "--since", "2020", "--until", "2021") == []


def test_what_is_left_out_is_said(ledger: Path, frank: Frank, tmp_path: Path) -> None:
    told = frank("export", "-o", str(tmp_path / "x.csv"))
    assert (told.out, told.err) == ("", f"{tmp_path / 'x.csv'}: 3 requests; 1 is left out, still on its way\n")
    assert (tmp_path / "x.csv").stat().st_mode & 0o777 == 0o600
    rows = list(csv.DictReader(io.StringIO((tmp_path / "x.csv").read_text())))
    assert [row["prompt_preview"] for row in rows] == ["", "hello", ""]
    told = frank("export", "--format", "focus")
    assert told.err.startswith("2 requests; 1 is left out, still on its way; 1 is left out: FOCUS has no unknown cost")


def test_exported_and_imported_it_is_the_same(
    ledger: Path, frank: Frank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = json.loads(frank("costs", "--json", "--by", "project,model").out)
    frank("export", "-o", str(tmp_path / "x.csv"))
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path / "other"))
    assert frank("import", str(tmp_path / "x.csv")).status == 0
    again = json.loads(frank("costs", "--json", "--by", "project,model").out)
    keys = ("project", "model", "cost", "input_tokens")
    assert [{key: row[key] for key in keys} for row in again["rows"]] == [
        {key: row[key] for key in keys} for row in costs["rows"] if row["requests"] > row["running"]
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--format", "xml"), 2, "none of csv, jsonl, parquet, focus"),
        (("-o", "/nowhere/x.csv"), 1, "/nowhere/x.csv: no such file or directory"),
    ],
)
def test_what_cannot_be_done(ledger: Path, frank: Frank, arguments: tuple[str, ...], status: int, says: str) -> None:
    told = frank("export", *arguments)
    assert told.status == status
    assert says in told.err


def test_without_a_ledger_there_is_nothing(frank: Frank) -> None:
    told = frank("export")
    assert (told.status, told.err.count("\n")) == (1, 1)
    assert "there is nothing to export" in told.err
