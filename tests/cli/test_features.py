"""``frank features``: the coverage matrix."""

import json
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from support import ledgers
from support.commands import Frank

NOW = time.time_ns() // 1000
DAY = 86_400_000_000


@pytest.fixture
def ledger(home: Path) -> Path:
    rows = [
        ledgers.record(
            NOW, feature="cli", feature_source="command", user="a", project_id="p", project_source="git-remote"
        ),
        ledgers.record(NOW - 10 * DAY, feature="cli", feature_source="client-header", user="b", project_id="p"),
        ledgers.record(NOW, feature="gone-from-the-list", feature_source="client-header"),
        ledgers.record(NOW, rejected_feature="\x1b[31mChat", client="kilo"),
    ]
    return ledgers.made(home / "ledger.db", rows)


@pytest.mark.parametrize("width", [60, 80, 200])
def test_every_allowed_feature_has_a_line(
    ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = frank("features")
    assert told.status == 0
    assert all(cell_len(line) <= width for line in told.out.splitlines())
    for name in ("cli", "vscode-extension", "unknown", "gone-from-the-list"):
        assert f"\n{name} " in told.out
    assert "never" in told.out
    assert "\\x1b[31mChat" in told.out
    assert "  50%  attributed (both) (2 of 4)" in told.out


def test_json(ledger: Path, frank: Frank) -> None:
    told = json.loads(frank("features", "--json").out)
    entries = {entry["feature"]: entry for entry in told["features"]}
    assert entries["cli"]["requests"] == 2
    assert entries["cli"]["weekly_active_users"] == 1
    assert entries["cli"]["sources"] == {"command": 1, "client-header": 1}
    assert entries["cli"]["meaning"]
    assert entries["unknown"]["last_seen"] is None
    assert entries["gone-from-the-list"]["allowed"] is False
    assert told["rejected"][0]["value"] == "\x1b[31mChat"
    assert told["share"] == {
        "requests": 4,
        "with_project": 2,
        "with_feature": 3,
        "attributed": 2,
        "filled_in_later": 0,
        "found_without_help": 1,
        "opted_out": 0,
        "without_feature": 1,
    }


def test_the_configurations_own_list(home: Path, frank: Frank, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[features]\nallowed = ["mine"]\n')
    told = json.loads(frank("features", "--json").out)
    assert [entry["feature"] for entry in told["features"]] == ["mine", "unknown"]
    assert "No requests in this time" in frank("features").out
