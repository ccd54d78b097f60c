"""``frank backfill``: shows what changes, changes it only when it is meant to, and takes it back."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from support import ledgers
from support.commands import Frank

NOW = 1_699_970_000_000_000  # 2023-11-14, afternoon
SECOND = 1_000_000
DAY = 86_400 * SECOND

ROWS = [
    ledgers.record(NOW, session_id="s", cost=2_000_000_000, command="kilo run", provenance="{}"),
    ledgers.record(NOW + 12 * SECOND, session_id="s", project_id="example-repo", project_source="git-remote"),
    ledgers.record(NOW + DAY, editor_name="\x1b[31mPyCharm", project_id="p", cost=500_000_000),
    ledgers.record(NOW + 2 * DAY, editor_name="PyCharm", project_id="p", provenance="{}"),
    ledgers.record(NOW + 2 * DAY, project_source="project-file", feature="cli"),
    ledgers.record(NOW + 2 * DAY, rejected_feature="Chat", feature_source="client-header", project_id="p"),
]


@pytest.fixture
def ledger(home: Path) -> Path:
    return ledgers.made(home / "ledger.db", ROWS)


def content(ledger: Path) -> list[tuple[Any, ...]]:
    with sqlite3.connect(ledger) as opened:
        return list(opened.execute("SELECT * FROM requests ORDER BY id"))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_dry_run_changes_nothing(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    before = content(ledger)
    told = frank("backfill", "--dry-run")
    assert (told.status, told.err) == (0, "")
    assert all(cell_len(line) <= width for line in told.out.splitlines())
    out = " ".join(told.out.split())
    assert "project example-repo neighbour-session 1 $2.00" in out
    assert re.search(r"feature jetbrains-e\w*…? editor 1 - ", out)
    assert "6 requests looked at: 2 would be filled in." in out
    assert "1 request without a feature, as before: its value was rejected" in out
    assert "takes it back" not in out
    assert content(ledger) == before


def test_it_fills_in_and_takes_back(ledger: Path, frank: Frank) -> None:
    before = content(ledger)
    told = json.loads(frank("backfill", "--json").out)
    assert (told["run"], told["dry_run"], told["looked_at"], told["requests"]) == (1, False, 6, 2)
    assert told["changes"] == [
        {
            "field": "project",
            "source": "backfill:neighbour-session",
            "value": "example-repo",
            "requests": 1,
            "cost": "2.000000000",
        },
        {"field": "feature", "source": "backfill:command", "value": "cli", "requests": 1, "cost": "2.000000000"},
        {"field": "feature", "source": "backfill:editor", "value": "jetbrains-extension", "requests": 1, "cost": None},
    ]
    assert told["left"] == {
        "project": {"neighbours_disagree": 0, "rejected": 0, "nothing_tells": 0},
        "feature": {"neighbours_disagree": 0, "rejected": 1, "nothing_tells": 2},
    }
    assert "0 filled in." in frank("backfill").out
    runs = json.loads(frank("backfill", "--runs", "--json").out)["runs"]
    assert [(run["run"], run["requests"], run["undone_at"]) for run in runs] == [(1, 2, None)]
    assert "2 requests would be as before" in frank("backfill", "--undo", "--dry-run").out
    assert content(ledger) != before
    undone = json.loads(frank("backfill", "--undo", "--json").out)
    assert undone == {"dry_run": False, "undone": [{"run": 1, "requests": 2, "changed_since": 0}]}
    assert content(ledger) == before
    assert "taken back" in frank("backfill", "--runs").out


@pytest.mark.parametrize(("options", "requests"), [(["--since", "2023-11-16"], 1), (["--until", "2023-11-15"], 1)])
def test_which(ledger: Path, frank: Frank, options: list[str], requests: int) -> None:
    assert json.loads(frank("backfill", "--json", *options).out)["requests"] == requests


def test_one_run_of_several_and_all(ledger: Path, frank: Frank) -> None:
    before = content(ledger)
    frank("backfill", "--until", "2023-11-15")
    frank("backfill")
    assert [run["run"] for run in json.loads(frank("backfill", "--runs", "--json").out)["runs"]] == [2, 1]
    assert "Run 1 of " in frank("backfill", "--undo", "1").out
    assert "run 1 was taken back already" in frank("backfill", "--undo", "1").err
    assert "Run 2 of " in frank("backfill", "--undo", "all").out
    assert content(ledger) == before
    assert "no run of frank backfill is there" in frank("backfill", "--undo").err
    assert "there is no run 9" in frank("backfill", "--undo", "9").err


@pytest.mark.parametrize(
    "arguments",
    [["3"], ["--undo", "x"], ["--runs", "--undo"], ["--runs", "--dry-run"], ["--undo", "--since", "7d"],
     ["--since", "soon"]],
)  # fmt: skip
def test_wrong_usage(ledger: Path, frank: Frank, arguments: list[str]) -> None:
    assert frank("backfill", *arguments).status == 2


def test_without_a_ledger_and_without_a_run(home: Path, frank: Frank) -> None:
    for arguments in ([], ["--dry-run"], ["--undo"], ["--runs"]):
        assert frank("backfill", *arguments).status == 0
    ledgers.made(home / "ledger.db")
    assert "0 requests looked at: 0 filled in." in frank("backfill").out
    assert "No run of frank backfill" in frank("backfill", "--runs").out


def test_a_rule_that_cannot_be_used(ledger: Path, frank: Frank, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[[pattern]]\nname = 1")
    (tmp_path / "config.toml").write_text(f'[ledger]\nbackfill_rules = "{tmp_path / "rules.toml"}"\n')
    told = frank("backfill")
    assert (told.status, told.err.count("\n")) == (1, 1)
    assert "rules.toml: pattern[0].name" in told.err


@pytest.mark.parametrize("width", [60, 80, 200])
def test_explain_tells_that_it_was_later_and_by_what(
    ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    frank("backfill")
    told = frank("explain", ROWS[0].id)
    assert all(cell_len(line) <= width for line in told.out.splitlines())
    out = " ".join(told.out.split())
    assert "Project: example-repo, filled in later by frank backfill ✓ rule neighbour-session: session_id s" in out
    assert f"found in request {ROWS[1].id}, 12.0s later, the nearest of its neighbours" in out
    assert "Feature: cli, filled in later by frank backfill ✓ rule command: command kilo run" in out
    assert "frank backfill --undo 1 takes it back" in out
    shape = json.loads(frank("explain", ROWS[0].id, "--json").out)
    assert shape["fields"]["project"] == {"value": "example-repo", "source": "backfill:neighbour-session"}
    assert [(one["field"], one["run"], one["neighbour"]) for one in shape["filled_in_later"]] == [
        ("project", 1, ROWS[1].id),
        ("feature", 1, None),
    ]
    assert json.loads(frank("explain", ROWS[1].id, "--json").out)["filled_in_later"] == []


def test_features_tells_how_much_was_filled_in(ledger: Path, frank: Frank) -> None:
    frank("backfill")
    out = frank("features", "--period", "all").out
    assert "of those, filled in later by frank backfill (2 of 2)" in out
    assert "of the others, found without help (0 of 0)" in out
    assert "backfill:editor" in out
