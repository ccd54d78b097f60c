"""What ``frank statusline`` counts to a project and to a budget: the same as ``frank costs`` and ``frank budgets``."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.budgets import changes
from franking.budgets.periods import local_zone_name
from franking.budgets.values import DIMENSIONS, Budget
from franking.cli import prompt_budgets
from franking.ledger import filters
from franking.ledger.connection import patient
from franking.ledger.schema_2 import SUMS
from franking.projects import changes as projects
from franking.projects.values import Member, Project
from support import ledgers, repositories
from support.commands import Frank

DAY, QUARTER = 86_400_000_000, 900_000_000
NOW = time.time_ns() // 1000
HERE = time.localtime(NOW // 1_000_000)
TODAY = int(time.mktime((*HERE[:3], 0, 0, 0, 0, 0, -1))) * 1_000_000
STARTS = NOW // QUARTER * QUARTER - 3 * DAY + 12_345
"""Within a quarter-hour, so that no roll-up knows what was before it and what after."""

WHOSE = (("shop", "shop"), ("shop", "fork"), ("till", "till"), (None, "none"))
"""Project and repository, of a model each."""

SHOP, ALL = {"project": ("shop",)}, {"project": ("all",)}
BUDGETS = (
    Budget("month", 10**9, zone=local_zone_name()),
    Budget("quarter", 10**9, "quarter", "Asia/Kathmandu", ends=NOW + DAY + 54_321),
    Budget("week", 10**9, "week", "America/New_York", {"project": ("shop", "till")}, unknown_cost=7),
    Budget("organization", 10**9, include={"organization": ("co",)}),
    Budget("feature", 10**9, "day", local_zone_name(), {**SHOP, "feature": (None,)}, starts=STARTS),
    Budget("model", 10**9, include={"project": ("shop", "all"), "model": ("m0", "m3")}, starts=STARTS),
    Budget("user", 10**9, "quarter", include={**ALL, "user": ("me",), "client": (None,)}, starts=STARTS),
    Budget("another's", 10**9, include={"project": ("nobody",)}),
    Budget("session", 10**9, include={**SHOP, "session": ("s",)}),
    Budget("not yet", 10**9, starts=NOW + DAY),
    Budget("no more", 10**9, ends=NOW - DAY),
)


@pytest.fixture(autouse=True)
def _no_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same moment from the making of a ledger to the last question."""
    of = time.localtime
    monkeypatch.setattr(time, "time_ns", lambda: NOW * 1000)
    monkeypatch.setattr(time, "localtime", lambda at=None: HERE if at is None else of(at))


@pytest.fixture
def ledger(home: Path) -> Path:
    """Some of a quarter's requests, two under way; an imported total; budgets of every kind, one of them raised."""
    moments = [TODAY, TODAY - 1, STARTS - 1, STARTS, STARTS + 1, *(NOW - days * DAY for days in (5, 20, 40, 80))]
    rows = [
        ledgers.record(
            moment, project_id=project, repository=f"git@example.com:co/{remote}", model=f"m{place}", user="me",
            organization_id="co", feature="cli" if number % 2 else None,
            cost=None if place == 3 else (place + 1) * 10**7 + number,
        )
        for number, moment in enumerate(moments)
        for place, (project, remote) in enumerate(WHOSE)
    ]  # fmt: skip
    rows += [ledgers.record(TODAY, project_id=project, status="in_flight") for project in ("shop", "till")]
    file = ledgers.made(home / "ledger.db", rows)
    total = {"requests": 5, "cost": 3 * 10**7, "priced": 3, "ok": 5, "unpriced_ok": 2}
    with closing(patient(file)) as writing:
        writing.execute(
            "INSERT INTO imported_totals SELECT x'00', ?, id, ?, ?, 'day'"
            f", {', '.join('?' * len(SUMS))} FROM scopes WHERE project_id = 'shop' LIMIT 1",
            [TODAY // QUARTER, TODAY, TODAY + DAY, *(total.get(name, 0) for name in SUMS)],
        )
        for budget in BUDGETS:
            changes.create(writing, budget, NOW)
        changes.raise_(writing, "month", 5 * 10**8, NOW - DAY, NOW + DAY)
    return file


FOLDED = Project("all", organization="co", members=(Member("shop"), Member("t*", pattern=True)))
PLACED = Project("all", members=(Member(None, "example.com/co/shop"),))


@pytest.mark.parametrize(
    ("defined", "remote", "project", "listed"),
    [
        (None, "shop", "shop", {"month", "quarter", "week", "feature", "model"}),
        (FOLDED, "shop", "all", {"month", "quarter", "week", "organization", "feature", "model", "user"}),
        (PLACED, "shop", "all", {"month", "quarter"}),
        (PLACED, "fork", "shop", {"month", "quarter"}),
    ],
)
def test_it_says_what_costs_and_budgets_say(
    ledger: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    frank: Frank,
    defined: Project | None,
    remote: str,
    project: str,
    listed: set[str],
) -> None:
    if defined is not None:
        with closing(patient(ledger)) as writing:
            projects.create(writing, defined, NOW)
    monkeypatch.setenv("FRANKING_PROJECT", "shop")
    here = repositories.make(tmp_path / remote, origin=f"git@example.com:co/{remote}")
    told = json.loads(frank("statusline", "--json", "--cwd", str(here)).out)
    costs = ["costs", "--json", "--since", told["since"]]
    assert _counted(told["today"]) == _counted(json.loads(frank(*costs).out)["total"])
    assert told["project"] == project
    assert _counted(told["project_today"]) == _counted(json.loads(frank(*costs, "--project", project).out)["total"])
    known = {each["name"]: each for each in json.loads(frank("budgets", "--json").out)["budgets"]}
    assert {each["name"] for each in told["budgets"]} == listed
    for budget in told["budgets"]:
        assert {name: known[budget["name"]][name] for name in budget} == budget


def test_a_repository_that_comes_later_counts(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frank: Frank
) -> None:
    monkeypatch.setattr("franking.attribution.reading.SETTLING_NANOSECONDS", 0)
    monkeypatch.setenv("FRANKING_PROJECT", "shop")
    with closing(patient(ledger)) as writing:
        projects.create(writing, Project("all", members=(Member(None, "example.com/co/s*"),)), NOW)
    here = repositories.make(tmp_path / "shop", origin="git@example.com:co/shop")
    asked = ("statusline", "--format", "{project} {project_requests}", "--cwd", str(here))
    assert frank(*asked).out == "all 1\n"
    of_shop = {"project_id": "shop", "model": "m0", "user": "me", "organization_id": "co"}
    ledgers.add(ledger, ledgers.record(TODAY, **of_shop, repository="git@example.com:co/second"))
    assert frank(*asked).out == "all 2\n"


def _counted(total: dict[str, Any]) -> tuple[str, int]:
    return total["cost"], total["requests"]


def test_a_condition_is_the_ledgers_own() -> None:
    assert {name: filters.SCOPED[name] for name in DIMENSIONS if name in filters.SCOPED} == prompt_budgets._SCOPED
    for values in ((), (None,), ("a",), ("a", "b"), ("a", None, "b")):
        assert _true_of(prompt_budgets._among, values) == _true_of(filters.among, values) == set(values)


def _true_of(among: Callable[..., str], values: tuple[str | None, ...]) -> set[str | None]:
    """Of these values and others those for which the condition is true."""
    parameters: list[Any] = []
    condition = among("x", values, parameters)
    with closing(sqlite3.connect(":memory:")) as database:
        asked = f"WITH t(x) AS (VALUES ('a'), ('b'), ('c'), (NULL)) SELECT x FROM t WHERE {condition}"
        return {row[0] for row in database.execute(asked, parameters)}
