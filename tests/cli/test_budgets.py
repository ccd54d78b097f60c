"""``frank budgets``: what it prints, at several widths, for people and for programs, and how a check ends."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from franking.cli import budget_moments
from support import ledgers
from support.commands import Frank

OVER, WARNING = budget_moments.OVER, budget_moments.WARNING


@pytest.fixture
def ledger(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TZ", "UTC")
    now = time.time_ns() // 1000
    rows = [
        ledgers.record(now - 1, project_id="api", cost=9 * 10**9, user="a", feature="cli"),
        ledgers.record(now - 2, project_id="api", cost=None, user="a"),
        ledgers.record(now - 3, project_id="web", cost=2 * 10**9, user="b", organization_id="stamped"),
    ]
    return ledgers.made(home / "ledger.db", rows)


def listed(frank: Frank) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(frank("budgets", "--json").out)["budgets"]}


def test_a_budget_is_made_and_told(ledger: Path, frank: Frank) -> None:
    made = frank("budgets", "create", "10", "--project", "api")
    assert (made.status, made.out) == (0, "budget api-month: made, a month in UTC, soft\n")
    told = listed(frank)["api-month"]
    assert {name: told[name] for name in ("amount", "spent", "remaining", "share", "status", "threshold")} == {
        "amount": "10.000000000", "spent": "9.000000000", "remaining": "1.000000000", "share": "0.9000",
        "status": "warning", "threshold": 80,
    }  # fmt: skip
    assert (told["for"], told["requests"], told["unpriced"]) == ({"project": ["api"]}, 2, 1)
    assert set(told["projection"]) == {"amount", "sure", "exhausted_at"}
    assert told["until"] > told["since"]
    assert told["days_left"] >= 1


def test_every_option_is_kept(ledger: Path, frank: Frank) -> None:
    frank(
        "budgets", "create", "$1,000.50", "--name", "mix", "--project", "api", "--feature", "cli", "--feature", "",
        "--period", "quarter", "--zone", "Europe/Warsaw", "--warn", "90", "--warn", "50", "--hard", "--from", "2026-01",
        "--until", "2099-12", "--unknown", "0.25",
    )  # fmt: skip
    told = json.loads(frank("budgets", "show", "mix", "--json").out)
    assert told["for"] == {"project": ["api"], "feature": ["cli", None]}
    assert (told["period"], told["zone"], told["thresholds"], told["hard"]) == (
        "quarter", "Europe/Warsaw", [50, 90], True,
    )  # fmt: skip
    assert (told["starts"], told["ends"]) == ("2025-12-31T23:00:00.000000Z", "2099-12-31T23:00:00.000000Z")
    assert (told["base_amount"], told["unknown_cost"], told["spent"]) == (
        "1000.500000000",
        "0.250000000",
        "9.250000000",
    )
    frank("budgets", "edit", "mix", "--everything", "--user", "b", "--soft", "--until", "", "--unknown", "ignore",
          "--name", "other", "--amount", "5", "--warn", "10")  # fmt: skip
    told = json.loads(frank("budgets", "show", "other", "--json").out)
    assert (told["for"], told["hard"], told["ends"], told["unknown_cost"]) == ({"user": ["b"]}, False, None, None)
    assert (told["amount"], told["spent"], told["status"]) == ("5.000000000", "2.000000000", "warning")
    assert frank("budgets", "delete", "other").out == "budget other: deleted\n"
    assert listed(frank) == {}


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("command", [("budgets",), ("budgets", "show", "api-month"), ("budgets", "check")])
def test_it_fits(
    ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int, command: tuple[str, ...]
) -> None:
    frank("budgets", "create", "1000000", "--project", "api", "--hard")
    frank("budgets", "create", "1", "--name", "a budget with a name that goes on and on and on", "--user", "a")
    monkeypatch.setenv("COLUMNS", str(width))
    told = frank(*command)
    assert told.status == (OVER if "check" in command else 0)
    assert "$1,000,000.00" in told.out
    assert "check" in command or all(cell_len(line) <= width for line in told.out.splitlines())
    if command == ("budgets",) and width >= 80:
        assert "Days" in told.out
        assert "█" in told.out


def test_an_empty_home_says_what_to_do(home: Path, frank: Frank) -> None:
    told = frank("budgets")
    assert told.status == 0
    assert "frank budgets create 50 --project NAME" in told.out
    assert json.loads(frank("budgets", "list", "--json").out)["budgets"] == []
    assert frank("budgets", "check", "api").out == "no budget covers 'api'\n"
    assert not (home / "ledger.db").exists()


@pytest.mark.parametrize(
    ("amount", "options", "status"),
    [
        ("100", (), 0),
        ("100", ("--strict",), 0),
        ("10", (), 0),
        ("10", ("--strict",), WARNING),
        ("9", (), OVER),
        ("5", ("--strict",), OVER),
    ],
)
def test_how_a_check_ends(ledger: Path, frank: Frank, amount: str, options: tuple[str, ...], status: int) -> None:
    frank("budgets", "create", amount, "--project", "api")
    assert frank("budgets", "check", "api", *options).status == status
    assert frank("budgets", "check", *options).status == status
    told = frank("budgets", "check", "api", "--json", *options)
    assert told.status == status
    assert len(json.loads(told.out)["budgets"]) == 1
    assert frank("budgets", "check", "web", *options).status == 0


def test_a_check_looks_at_what_is_for_the_project(ledger: Path, frank: Frank) -> None:
    frank("projects", "edit", "api", "--organization", "Acme")
    frank("projects", "rename", "api", "acme")
    for scope in (["--project", "acme"], ["--project", "web"], ["--organization", "Acme"], [], ["--user", "a"]):
        frank("budgets", "create", "100", *scope)
    told = json.loads(frank("budgets", "check", "api", "--json").out)
    assert sorted(each["name"] for each in told["budgets"]) == ["Acme-month", "acme-month", "all-month"]


def test_a_raise_lasts_for_a_while(ledger: Path, frank: Frank) -> None:
    frank("budgets", "create", "9", "--project", "api")
    assert frank("budgets", "check", "api").status == OVER
    assert frank("budgets", "raise", "api-month", "--to", "20", "--for", "2d", "--note", "release").status == 0
    assert frank("budgets", "check", "api", "--strict").status == 0
    frank("budgets", "raise", "api-month", "--by", "5")
    told = json.loads(frank("budgets", "show", "api-month", "--json").out)
    assert (told["amount"], told["base_amount"], told["raised"]) == ("25.000000000", "9.000000000", "16.000000000")
    assert sorted((each["amount"], each["note"]) for each in told["raises"]) == [
        ("11.000000000", "release"), ("5.000000000", None),
    ]  # fmt: skip
    assert "$11.00" in frank("budgets", "show", "api-month").out
    lower = frank("budgets", "raise", "api-month", "--to", "20")
    assert (lower.status, "is at $25.00 already" in lower.err) == (1, True)


def test_a_pause_is_seen_and_ended(ledger: Path, frank: Frank) -> None:
    assert frank("budgets", "resume").out == "budgets are in force: nothing was paused\n"
    assert frank("budgets", "pause", "1h").status == 0
    assert "Paused until" in frank("budgets").out
    assert json.loads(frank("budgets", "--json").out)["paused_until"] is not None
    assert frank("budgets", "resume").out == "budgets are in force again\n"
    assert "Paused" not in frank("budgets").out


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("create", "x"), 2, "no amount of dollars"),
        (("create", "5", "--from", "soon"), 2, "expected such as 2026-11-22"),
        (("create", "5", "--period", "year"), 1, "expected one of day, week, month, quarter"),
        (("create", "5", "--zone", "Mars"), 1, "no time zone"),
        (("create", "0"), 1, "more than 0"),
        (("create", "5", "--warn", "100"), 1, "from 1 to 99"),
        (("create", "5", "--from", "2026-12", "--until", "2026-11"), 1, "end before it starts"),
        (("create", "5", "--name", "held"), 1, "a budget 'held' already"),
        (("show", "nix"), 1, "no budget 'nix'"),
        (("edit", "nix", "--amount", "5"), 1, "no budget 'nix'"),
        (("delete", "nix"), 1, "no budget 'nix'"),
        (("raise", "nix", "--by", "5"), 1, "no budget 'nix'"),
        (("raise", "held"), 2, "give one of --by and --to"),
        (("raise", "held", "--by", "5", "--for", "1h", "--until", "2099"), 2, "choose one"),
        (("raise", "held", "--by", "5", "--until", "2020"), 1, "end after it begins"),
        (("raise", "held", "--by", "5", "--for", "soon"), 2, "no length of time"),
        (("pause", "soon"), 2, "no length of time"),
    ],
)
def test_what_cannot_be_done_is_said(
    ledger: Path, frank: Frank, arguments: tuple[str, ...], status: int, says: str
) -> None:
    frank("budgets", "create", "5", "--name", "held")
    told = frank("budgets", *arguments)
    assert (told.status, told.out) == (status, "")
    assert says in " ".join(told.err.split())
