"""``frank costs``: what it prints, at several widths, for people and for programs."""

import csv
import io
import json
import re
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from franking.ledger.record import Record
from support import ledgers
from support.commands import Frank

HOSTILE = "\x1b[31mevil\x1b[0m\r\n[red]x[/red]"
DAY = 86_400_000_000


def rows() -> list[Record]:
    now = time.time_ns() // 1000
    return [
        ledgers.record(now - 1_000_000, project_id="example-repo", model="anthropic/claude-sonnet-4.5",
                       cost=1_234_567_890_000, input_tokens=1_200_000, output_tokens=3_400, user="me@example.com",
                       feature="cli", session_id="s1", branch="main"),
        ledgers.record(now - 2_000_000, project_id="a-project-with-a-name-that-goes-on-and-on-and-on", cost=42_000,
                       model="openai/gpt-4o", user="you@example.com", feature="cli", client="kilo"),
        ledgers.record(now - 3_000_000, project_id=HOSTILE, model=HOSTILE, cost=5_000_000, user="=cmd()"),
        ledgers.record(now - 4_000_000, project_id=None, model="openai/gpt-4o", cost=None),
        ledgers.record(now - 5_000_000, project_id=None, status="http_error", http_status=429, model="openai/gpt-4o"),
        ledgers.record(now - 400 * DAY, project_id="old", model="m", cost=7),
    ]  # fmt: skip


@pytest.fixture
def ledger(home: Path) -> Path:
    return ledgers.made(home / "ledger.db", rows())


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("by", ["project", "feature", "model", "user", "day", "week,model", "project,session"])
def test_it_fits(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int, by: str) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = frank("costs", "--by", by)
    assert told.status == 0
    assert all(cell_len(line) <= width for line in told.out.splitlines())
    assert "$1,234.57" in told.out
    assert "\nTotal " in told.out


@pytest.mark.parametrize("command", [("costs", "--by", "project,model"), ("costs", "--csv", "--by", "project,model")])
def test_nothing_steers_the_terminal(ledger: Path, frank: Frank, command: tuple[str, ...]) -> None:
    out = frank(*command).out
    assert "\x1b" not in out
    assert "\r" not in out
    assert "\\x1b[31mevil\\x1b[0m\\r\\n[red]x[/red]" in out


def test_what_the_figures_leave_out_is_said(ledger: Path, frank: Frank) -> None:
    out = frank("costs").out
    assert "(unattributed)" in out
    assert "Unattributed: 2 requests without a known project." in out
    assert "Unpriced: 2 requests not in the cost (1 ended well but no price is known; 1 failed, broken" in out


def test_a_pipe_gets_plain_whole_text(ledger: Path, frank: Frank) -> None:
    out = frank("costs").out
    assert "a-project-with-a-name-that-goes-on-and-on-and-on" in out
    assert "█" not in out
    assert "$0.000042" in out


def test_colours_only_where_they_are_wanted(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[36m" in frank("costs").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in frank("costs").out


def test_a_repeated_name_steps_back(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    month = [
        line for line in frank("costs", "--by", "month,model").out.splitlines() if re.search(r"20\d\d-\d\d\b", line)
    ]
    assert [line.startswith("\x1b[2m") for line in month] == [False, True, True]


@pytest.mark.parametrize(("width", "longest"), [(60, 6), (80, 6), (200, 12)])
def test_bars_are_as_long_as_there_is_room(
    ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int, longest: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert max(line.count("█") for line in frank("costs").out.splitlines()) == longest


def test_no_line_ends_in_blanks(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    notes = frank("costs").out.partition("\nTotal")[2].splitlines()[1:]
    assert notes
    assert all(line == line.rstrip() for line in notes)


def test_json_has_the_documented_shape(ledger: Path, frank: Frank) -> None:
    told = json.loads(frank("costs", "--json", "--period", "all", "--by", "project,model").out)
    assert told["period"] == {"since": None, "until": None}
    assert told["by"] == ["project", "model"]
    assert told["rows"][0] == {
        "project": "example-repo",
        "model": "anthropic/claude-sonnet-4.5",
        "cost": "1234.567890000",
        "average_cost": "1234.567890000",
        "requests": 1,
        "unpriced": 0,
        "errors": 0,
        "running": 0,
        "users": 1,
        "input_tokens": 1_200_000,
        "output_tokens": 3_400,
        "cache_read_tokens": None,
        "cache_write_tokens": None,
        "reasoning_tokens": None,
    }
    assert {row["project"] for row in told["rows"]} >= {None, "old", HOSTILE}
    assert told["total"]["requests"] == 6
    assert told["total"]["cost"] == "1234.572932007"


def test_csv_reads_back_and_holds_no_formula(ledger: Path, frank: Frank) -> None:
    read = list(csv.DictReader(io.StringIO(frank("costs", "--csv", "--by", "user").out)))
    assert {row["user"] for row in read} == {"me@example.com", "you@example.com", "'=cmd()", ""}
    assert next(row for row in read if row["user"] == "you@example.com")["cost"] == "0.000042000"
    assert next(row for row in read if row["user"] == "")["cost"] == ""


@pytest.mark.parametrize(
    ("options", "requests"),
    [
        ([], 5),
        (["--period", "all"], 6),
        (["--since", "2000-01-01"], 6),
        (["--until", "2000-01-01"], 0),
        (["--since", "today", "--until", "2999-01-01"], None),
        (["--project", "example-repo"], 1),
        (["--project", "example-repo", "--project", HOSTILE], 2),
        (["--project", ""], 2),
        (["--project", "[red]x[/red]"], 0),
        (["--feature", "cli", "--user", "you@example.com"], 1),
        (["--model", "openai/gpt-4o"], 3),
        (["--client", "kilo"], 1),
        (["--gateway", "kilo", "--organization", ""], 5),
        (["--session", "s1"], 1),
        (["--branch", "main"], 1),
        (["--not-project", "example-repo"], 4),
        (["--not-project", "example-repo", "--not-project", ""], 2),
        (["--not-model", "openai/gpt-4o", "--not-user", "me@example.com"], 1),
        (["--model", "openai/gpt-4o", "--not-client", ""], 1),
        (["--not-session", "s1"], 4),
        (["--not-branch", ""], 1),
        (["--not-gateway", "kilo"], 0),
    ],
)
def test_filters_and_periods(ledger: Path, frank: Frank, options: list[str], requests: int | None) -> None:
    told = frank("costs", "--json", *options)
    assert told.status == 0
    found = json.loads(told.out)["total"]["requests"]
    assert requests is None or found == requests


def test_mine_is_what_git_and_the_configuration_say(
    ledger: Path, frank: Frank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    nobody = frank("costs", "--mine")
    assert nobody.status == 1
    assert "set git's user.email" in nobody.err
    (tmp_path / "gitconfig").write_text("[user]\nemail = me@example.com\n")
    assert json.loads(frank("costs", "--mine", "--json").out)["total"]["requests"] == 1
    (tmp_path / "config.toml").write_text('[attribution]\nuser = "you@example.com"\n')
    assert json.loads(frank("costs", "--mine", "--json").out)["total"]["requests"] == 2


@pytest.mark.parametrize("there", ["nothing", "empty file", "no rows"])
def test_an_empty_ledger_says_what_to_do_next(home: Path, frank: Frank, there: str) -> None:
    if there == "empty file":
        (home / "ledger.db").touch()
    elif there == "no rows":
        ledgers.made(home / "ledger.db")
    told = frank("costs")
    assert told.status == 0
    assert "frank run -- COMMAND" in told.out
    assert "frank demo" in told.out
    empty = json.loads(frank("costs", "--json").out)
    assert (empty["rows"], empty["total"]["requests"], empty["total"]["cost"]) == ([], 0, None)


def test_no_match_is_not_an_empty_ledger(ledger: Path, frank: Frank) -> None:
    assert "No requests match" in frank("costs", "--project", "nothing").out
    assert "No requests in this time" in frank("costs", "--until", "2000-01-01").out


def test_help_tells_of_the_opposites_in_a_sentence(frank: Frank) -> None:
    told = frank("costs", "--help").out
    assert "--not-project P" in told
    assert "--not-session" not in told
