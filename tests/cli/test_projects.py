"""``frank projects``: what it prints, at several widths, for people and for programs, and what it does."""

import json
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from support import ledgers
from support.commands import Frank

ACME, BETA = "git@github.com:acme/api.git", "https://github.com/beta/api.git"
HOSTILE = "\x1b[31mevil\x1b[0m\r\n[red]x[/red]"
DAY = 86_400_000_000


@pytest.fixture
def ledger(home: Path) -> Path:
    now = time.time_ns() // 1000
    rows = [
        ledgers.record(now - 1_000_000, project_id="api", repository=ACME, cost=5 * 10**9, user="a"),
        ledgers.record(now - 2_000_000, project_id="api", repository=BETA, cost=3 * 10**9, user="a"),
        ledgers.record(now - 3_000_000, project_id="web", cost=2 * 10**9, user="b", organization_id="stamped"),
        ledgers.record(now - 400 * DAY, project_id="old", cost=10**9, user="b"),
        ledgers.record(now - 4_000_000, project_id=HOSTILE, cost=None),
        ledgers.record(now - 5_000_000, project_id=None, cost=10**9),
    ]
    return ledgers.made(home / "ledger.db", rows)


def listed(frank: Frank, *options: str) -> dict[str, tuple[str | None, int]]:
    told = json.loads(frank("projects", "--json", *options).out)
    return {each["name"]: (each["cost"], each["requests"]) for each in told["projects"]}


def test_a_project_appears_with_its_first_request(ledger: Path, frank: Frank) -> None:
    assert listed(frank) == {
        "api": ("8.000000000", 2), "web": ("2.000000000", 1), HOSTILE: (None, 1), "old": (None, 0),
    }  # fmt: skip
    assert listed(frank, "--period", "all")["old"] == ("1.000000000", 1)


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("command", [("projects",), ("projects", "organizations"), ("projects", "show", "acme")])
def test_it_fits(
    ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int, command: tuple[str, ...]
) -> None:
    frank(
        "projects", "create", "acme", "--id", "web", "--organization", "Acme", "--set", "billable=yes", "--icon", "店"
    )
    monkeypatch.setenv("COLUMNS", str(width))
    told = frank(*command)
    assert told.status == 0
    assert all(cell_len(line) <= width for line in told.out.splitlines())
    assert "$2.00" in told.out


def test_nothing_steers_the_terminal(ledger: Path, frank: Frank) -> None:
    out = frank("projects").out
    assert "\x1b" not in out
    assert "\r" not in out
    assert "\\x1b[31mevil" in out


def test_an_empty_home_says_what_to_do(home: Path, frank: Frank) -> None:
    told = frank("projects")
    assert told.status == 0
    assert "frank projects create NAME" in told.out
    assert json.loads(frank("projects", "list", "--json").out)["projects"] == []
    assert frank("projects", "show", "x").status == 1
    assert json.loads(frank("projects", "organizations", "--json").out)["organizations"] == []
    assert not (home / "ledger.db").exists()


def test_an_id_of_two_repositories_is_warned_about_and_split(ledger: Path, frank: Frank) -> None:
    assert "api is 2 repositories: github.com/acme/api, github.com/beta/api." in frank("projects").out
    assert "frank projects split api" in frank("projects", "show", "api").out
    told = frank("projects", "split", "api")
    assert told.out == "project acme/api: its own now\nproject beta/api: its own now\n"
    assert {name: cost for name, (cost, _) in listed(frank).items() if cost} == {
        "acme/api": "5.000000000", "beta/api": "3.000000000", "web": "2.000000000",
    }  # fmt: skip
    assert "repositories" not in frank("projects").out
    assert frank("projects", "split", "api").status == 1


def test_every_view_groups_by_the_projects_of_now(ledger: Path, frank: Frank) -> None:
    frank("projects", "merge", "web", "old", "--into", "api")
    frank("projects", "rename", "api", "Everything")
    by_project = json.loads(frank("costs", "--json", "--period", "all", "--by", "project").out)
    assert [(row["project"], row["cost"], row["users"]) for row in by_project["rows"]] == [
        ("Everything", "11.000000000", 2), (None, "1.000000000", 0), (HOSTILE, None, 0),
    ]  # fmt: skip
    for name in ("Everything", "api", "web"):
        found = json.loads(frank("costs", "--json", "--period", "all", "--project", name).out)
        assert found["total"]["cost"] == "11.000000000"
    assert frank("projects", "split", "web").status == 0
    assert listed(frank, "--period", "all")["web"] == ("2.000000000", 1)


def test_a_definition_is_shown_and_edited(ledger: Path, frank: Frank) -> None:
    made = frank(
        "projects", "create", "acme", "--display-name", "Acme API", "--description", "Two\nlines", "--colour",
        "#2f6f4f", "--organization", "Acme", "--set", "billable=true", "--set", "client_name=Acme Ltd", "--remote",
        "acme/api",
        "--pattern", "acme-*", "--id", "web",
    )  # fmt: skip
    assert (made.status, made.out) == (0, "project acme: defined\n")
    edited = frank(
        "projects", "edit", "web", "--unset", "client_name", "--set", "billing_rate=1.5", "--drop-remote", "acme/api",
        "--drop-pattern", "acme-*", "--icon", "A", "--description", "",
    )  # fmt: skip
    assert (edited.status, edited.out) == (0, "project acme: changed\n")
    shown = json.loads(frank("projects", "show", "web", "--json").out)
    assert shown["metadata"] == {"billable": True, "billing_rate": "1.5"}
    assert (shown["ids"], shown["remotes"], shown["patterns"]) == (["web"], [], [])
    assert (shown["colour"], shown["icon"], shown["description"]) == ("#2f6f4f", "A", None)
    assert (shown["cost"], shown["requests"], shown["users"]) == ("2.000000000", 1, 1)
    out = frank("projects", "show", "web").out
    assert "web leads here" in out
    assert "billing_rate  1.5" in out


def test_archived_projects_are_left_out_of_the_list(ledger: Path, frank: Frank) -> None:
    frank("projects", "archive", "web")
    assert "web" not in listed(frank)
    assert "web" in listed(frank, "--archived")
    assert "archived" in frank("projects", "show", "web").out
    frank("projects", "unarchive", "web")
    assert "web" in listed(frank)


def test_organizations_have_projects(ledger: Path, frank: Frank) -> None:
    frank("projects", "edit", "api", "--organization", "Acme")
    assert frank("projects", "organization", "Acme", "--display-name", "Acme Ltd").out == "organization Acme: changed\n"
    assert frank("projects", "organization", "New", "--set", "tax_id=7").out == "organization New: defined\n"
    told = json.loads(frank("projects", "organizations", "--json").out)["organizations"]
    assert [(each["name"], each["cost"], each["projects"]) for each in told] == [
        ("Acme", "8.000000000", ["api"]), ("stamped", "2.000000000", []), ("New", None, []),
    ]  # fmt: skip
    assert list(listed(frank, "--organization", "Acme")) == ["api"]
    assert "Acme Ltd" in frank("projects", "organizations").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "nix"), "there is no project 'nix'"),
        (("edit", "nix", "--icon", "x"), "there is no project 'nix'"),
        (("edit", "api", "--colour", "red"), "expected #rrggbb"),
        (("edit", "api", "--set", "billable"), "expected key=value"),
        (("edit", "api", "--drop-id", "web"), "project 'api' has no id web"),
        (("create", "x", "--pattern", "*"), "takes every project"),
        (("merge", "api", "--into", "api"), "one project already"),
        (("rename", "api", "web"), "frank projects merge api --into web"),
        (("split", "web"), "nothing to split"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    ledger: Path, frank: Frank, arguments: tuple[str, ...], says: str
) -> None:
    told = frank("projects", *arguments)
    assert (told.status, told.out) == (1, "")
    assert says in told.err
    assert told.err.count("\n") == 1
