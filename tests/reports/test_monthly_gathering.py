"""The reports of a month from a real ledger: each adds up, and all projects add up to everything."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from franking.budgets import changes as of_budgets
from franking.budgets.values import Budget
from franking.ledger import queries
from franking.ledger.connection import patient
from franking.ledger.filters import Filters
from franking.ledger.record import Record
from franking.projects import changes
from franking.projects.values import Member, Project, ProjectsError
from franking.reports.monthly import Report
from franking.reports.monthly_gathering import DIMENSIONS, gathered, outlined
from franking.reports.monthly_words import budgets
from franking.reports.months import month
from support import ledgers
from support.dashboard import HOSTILE

ZONE = ZoneInfo("Europe/Berlin")
OCTOBER = month("2026-10", ZONE, "Europe/Berlin")
AT = OCTOBER.until + 1
FIRST, LAST = OCTOBER.since, OCTOBER.until - 1
SHOP, API = "https://github.com/acme/shop", "https://github.com/acme/api"


def rows() -> list[Record]:
    return [
        ledgers.record(FIRST, project_id="shop", cost=3 * 10**9, model="a", client="kilo", branch="main", user="me"),
        ledgers.record(LAST, project_id="shop-v1", cost=10**9, model="b", feature="cli", input_tokens=5),
        ledgers.record(FIRST - 1, project_id="shop", cost=2 * 10**9),
        ledgers.record(LAST + 1, project_id="shop", cost=10**12),
        ledgers.record(FIRST + 5, project_id="api", repository=API, organization_id="stamped", input_tokens=1),
        ledgers.record(FIRST + 6, project_id="api", repository=SHOP, cost=7, input_tokens=1),
        ledgers.record(FIRST + 7, cost=9, output_tokens=3),
        ledgers.record(FIRST + 8, status="http_error", project_id="api"),
        ledgers.record(FIRST + 9, status="in_flight", project_id="api"),
        *(ledgers.record(FIRST + 10, project_id=name, cost=1, model=name, branch=name) for name in HOSTILE),
    ]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    file = ledgers.made(tmp_path_factory.mktemp("ledger") / "ledger.db", rows())
    with closing(patient(file)) as writing:
        members = (Member("shop-v1"), Member(repository="github.com/acme/shop"))
        shop = Project("shop", display_name="The Shop", organization="acme", members=members)
        changes.create(writing, shop, FIRST)
        changes.edit_organization(writing, "acme", FIRST, display_name="Acme & Söhne")
        for budget in (
            Budget("all", 10**10, zone="Europe/Berlin"),
            Budget("shop", 5 * 10**9, zone="Europe/Berlin", include={"project": ("shop-v1",)}),
            Budget("nobody", 5, include={"project": (None,)}),
            Budget("daily", 2 * 10**9, "day", "Europe/Berlin", {"project": ("shop",)}, hard=True),
            Budget("weekly", 6 * 10**9, "week", "Europe/Berlin", {"project": ("shop",)}),
            Budget("quarter", 10**9, "quarter", "Europe/Berlin", {"project": ("shop",)}),
            Budget("owner", 10**10, zone="Europe/Berlin", include={"organization": ("acme",)}),
            Budget("other", 10**10, include={"organization": ("another",)}),
            Budget("user", 10**10, include={"user": ("me",)}),
            Budget("ended", 5, ends=FIRST),
        ):
            of_budgets.create(writing, budget, FIRST - 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as found:
        yield found


@pytest.fixture(scope="module")
def reports(ledger: sqlite3.Connection) -> dict[tuple[str, str | None], Report]:
    return {(one.subject.kind, one.subject.name): one for one in gathered(ledger, OCTOBER, AT)}


def test_everything_first_then_the_dearest_then_what_is_unattributed(
    reports: dict[tuple[str, str | None], Report],
) -> None:
    order = [name if kind == "project" else kind for kind, name in reports]
    assert (order[:2], order[-1]) == (["all", "shop"], "unattributed")
    assert set(order[2:-1]) == {"api", *HOSTILE}


def test_each_adds_up_in_every_table(reports: dict[tuple[str, str | None], Report]) -> None:
    for report in reports.values():
        held = report.figures
        tables = [[(part.requests, part.cost) for part in split.parts] for split in report.splits]
        tables.append([(day.requests, day.cost) for day in report.days])
        for table in tables:
            assert sum(requests for requests, _ in table) == held.requests
            assert sum(cost or 0 for _, cost in table) == (held.cost or 0)
    names = [split.dimension for split in reports["all", None].splits]
    assert names == ["project", *DIMENSIONS]


def test_projects_add_up_to_everything_and_to_the_ledger(
    ledger: sqlite3.Connection, reports: dict[tuple[str, str | None], Report]
) -> None:
    whole = reports["all", None].figures
    parts = [report.figures for (kind, _), report in reports.items() if kind != "all"]
    for name in ("requests", "cost", "unpriced", "failed", "running", "no_usage"):
        assert sum(getattr(part, name) or 0 for part in parts) == getattr(whole, name)
    found = queries.costs(ledger, Filters(FIRST, LAST + 1), ("model",)).total
    assert (whole.requests, whole.cost, whole.unpriced) == (found.requests, found.cost, found.unpriced_ok)


def test_a_projects_month(reports: dict[tuple[str, str | None], Report]) -> None:
    shop = reports["project", "shop"]
    assert (shop.subject.title, shop.subject.organization) == ("The Shop", "Acme & Söhne")
    assert (shop.figures.requests, shop.figures.cost, shop.users) == (3, 4 * 10**9 + 7, 1)
    assert (shop.before.requests, shop.before.cost) == (1, 2 * 10**9)
    assert (shop.days[0].cost, shop.days[30].cost) == (3 * 10**9 + 7, 10**9)
    assert {
        one.state.budget.name: (one.state.spent, one.state.status, one.periods, one.over, one.warned)
        for one in shop.budgets
    } == {
        "shop": (4 * 10**9 + 7, "warning", 1, 0, 1),
        "daily": (3 * 10**9 + 7, "over", 31, 1, 0),
        "weekly": (5 * 10**9 + 7, "warning", 4, 0, 1),  # two dollars were spent on its days in September
        "quarter": (4 * 10**9 + 7, "over", 1, 1, 0),
        "owner": (4 * 10**9 + 7, "ok", 1, 0, 0),
    }


def test_budgets_in_the_lines_of_a_report(reports: dict[tuple[str, str | None], Report]) -> None:
    told = dict(budgets(reports["project", "shop"]))
    assert list(told) == ["quarter", "daily", "weekly", "shop", "owner"]
    assert told["daily"] == (
        "1 of 31 days over; the most was $3.00 of $2.00 (150%) on 2026-10-01, hard; project shop; days of Europe/Berlin"
    )
    assert told["weekly"].startswith(
        "0 of 4 weeks over, 1 with a warning; the most was $5.00 of $6.00 (83%) from 2026-09-28; "
    )
    assert told["quarter"].endswith("over; project shop; quarters of Europe/Berlin, this one from 2026-10-01")


def test_a_month_that_is_not_over_has_the_day_and_week_under_way(ledger: sqlite3.Connection) -> None:
    at = OCTOBER.since + 9 * 86_400_000_000  # Saturday, the 10th
    [shop] = gathered(ledger, OCTOBER, at, ["shop"])
    assert {one.state.budget.name: one.periods for one in shop.budgets} == {
        "shop": 1, "daily": 10, "weekly": 2, "quarter": 1, "owner": 1,
    }  # fmt: skip


def test_what_is_not_known_is_counted(reports: dict[tuple[str, str | None], Report]) -> None:
    api = reports["project", "api"].figures
    assert (api.requests, api.cost, api.unpriced, api.failed, api.running, api.no_usage) == (3, None, 1, 1, 1, 0)
    assert reports["project", "shop"].figures.no_usage == 1
    nobody = reports["unattributed", None]
    assert (nobody.figures.requests, nobody.figures.cost, nobody.figures.no_usage) == (1, 9, 0)
    assert [one.state.budget.name for one in nobody.budgets] == ["nobody"]
    assert {one.state.budget.name for one in reports["all", None].budgets} == {
        "all", "shop", "nobody", "daily", "weekly", "quarter", "owner", "other", "user",
    }  # fmt: skip


def test_the_named_ones_alone_by_any_of_their_names(ledger: sqlite3.Connection) -> None:
    found = gathered(ledger, OCTOBER, AT, ["shop-v1", "", "shop"])
    assert [(one.subject.kind, one.subject.name) for one in found] == [("project", "shop"), ("unattributed", None)]
    assert [one.figures.requests for one in found] == [3, 1]
    assert not ledger.in_transaction
    with pytest.raises(ProjectsError, match="there is no project 'nope'"):
        gathered(ledger, OCTOBER, AT, ["nope"])
    assert not ledger.in_transaction


@pytest.mark.parametrize("named", [(), ("",), ("shop-v1", "api")])
def test_a_list_of_them_says_what_they_say_and_does_not_count_rows(
    ledger: sqlite3.Connection, named: Sequence[str]
) -> None:
    reports = gathered(ledger, OCTOBER, AT, named)
    asked: list[str] = []
    ledger.set_trace_callback(asked.append)
    found = outlined(ledger, OCTOBER, AT, named)
    ledger.set_trace_callback(None)
    assert asked
    assert not [said for said in asked if "e.input_tokens IS NULL" in said]
    assert [(one.subject.name, one.subject.title, one.month) for one in found] == [
        (one.subject.name, one.subject.title, one.month) for one in reports
    ]
    assert [(one.requests, one.cost, one.before, one.unpriced) for one in found] == [
        (one.figures.requests, one.figures.cost, one.before.cost, one.figures.unpriced) for one in reports
    ]


def test_a_month_without_requests(tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledgers.made(tmp_path / "ledger.db"), isolation_level=None)) as empty:
        [only] = gathered(empty, OCTOBER, AT)
    assert (only.subject.kind, only.figures.requests, only.figures.cost) == ("all", 0, None)
    assert len(only.days) == 31
    assert datetime.fromtimestamp(only.month.since / 1e6, ZONE).isoformat() == "2026-10-01T00:00:00+02:00"
