"""Costs, the overview, and the lists of projects and models, as programs get them."""

from typing import Any

import pytest

from support.dashboard import HOSTILE
from support.ledgers import record

DAY = 86_400_000_000


@pytest.fixture
def ask(asking: Any, now: int) -> Any:
    midnight = now // DAY * DAY
    rows = [
        record(
            midnight - DAY, project_id="web", model="m1", user="ann", feature="cli", cost=2_000_000_001, input_tokens=10
        ),
        record(midnight - DAY, project_id="web", model="m2", user="bob", cost=1_000_000_000, input_tokens=5),
        record(midnight - 2 * DAY, project_id="api", model="m1", user="ann", feature="cli", cost=None),
        record(midnight - 2 * DAY, project_id=None, model="m1", status="http_error", http_status=500),
        record(midnight - 3 * DAY, project_id=HOSTILE[0], model="m1", cost=5),
        record(midnight - 400 * DAY, project_id="old", cost=7),
    ]
    return asking(rows)


def test_costs_by_a_dimension(ask: Any) -> None:
    told = ask("/costs", by="project")
    assert told["by"] == ["project"]
    assert [(row["project"], row["cost"], row["requests"]) for row in told["rows"]] == [
        ("web", "3.000000001", 2),
        (HOSTILE[0], "0.000000005", 1),
        ("api", None, 1),
        (None, None, 1),
    ]
    assert told["rows"][0] == {
        "project": "web", "other": False, "cost": "3.000000001", "average_cost": "1.500000001", "requests": 2,
        "unpriced": 0, "errors": 0, "running": 0, "users": 2, "input_tokens": 15, "output_tokens": None,
        "cache_read_tokens": None, "cache_write_tokens": None, "reasoning_tokens": None,
    }  # fmt: skip
    assert told["total"]["cost"] == "3.000000006"
    assert (told["total"]["requests"], told["total"]["unpriced"], told["total"]["errors"]) == (5, 2, 1)
    assert told["left_out"] == 0
    assert told["period"]["until"] is None


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ({"by": "model", "project": "web"}, [("m1",), ("m2",)]),
        ({"by": "model", "not__project": "web"}, [("m1",)]),
        ({"by": "project", "project": ["", "api"]}, [("api",), (None,)]),
        ({"by": "user", "not__user": ""}, [("ann",), ("bob",)]),
        ({"by": "project,model", "feature": "cli"}, [("web", "m1"), ("api", "m1")]),
        ({"by": "project", "period": "all", "project": "old"}, [("old",)]),
        ({"by": "project", "since": "2020-01-01", "until": "2020-12-31"}, []),
    ],
)
def test_filters_and_periods(ask: Any, words: dict[str, Any], keys: list[tuple[str | None, ...]]) -> None:
    dimensions = words["by"].split(",")
    assert [tuple(row[name] for name in dimensions) for row in ask("/costs", **words)["rows"]] == keys


def test_days_are_of_the_zone(asking: Any) -> None:
    ask = asking([record(1_790_000_000_000_000 // DAY * DAY + 900_000_000, cost=1)])
    day = {zone: ask("/costs", by="day", period="all", zone=zone)["rows"][0]["day"] for zone in ("UTC", "America/Lima")}
    assert day == {"UTC": "2026-09-21", "America/Lima": "2026-09-20"}


def test_chosen_figures_top_and_limit(ask: Any) -> None:
    told = ask("/costs", by="project", top=1, fields="requests,cost")
    assert told["rows"][0] == {"project": "web", "cost": "3.000000001", "requests": 2, "other": False}
    assert {(row["project"], row["other"], row["requests"]) for row in told["rows"][1:]} == {
        ("(other)", True, 2), (None, False, 1),
    }  # fmt: skip
    assert told["total"] == {"requests": 5, "cost": "3.000000006"}
    told = ask("/costs", by="project", limit=1)
    assert (len(told["rows"]), told["left_out"], told["total"]["requests"]) == (1, 3, 5)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/projects", ["web", HOSTILE[0], "api", None]),
        ("/models", ["m1", "m2"]),
        ("/features", ["cli", None]),
        ("/users", ["ann", "bob", None]),
        ("/clients", [None]),
    ],
)
def test_lists(ask: Any, path: str, names: list[str | None]) -> None:
    assert [row[path[1:-1]] for row in ask(path)["rows"]] == names
    assert [row[path[1:-1]] for row in ask(path, limit=1)["rows"]] == names[:1]


def test_the_overview(ask: Any) -> None:
    told = ask("/overview", model="m1")
    assert told["total"]["requests"] == told["attribution"]["requests"] == 4
    assert told["attribution"]["attributed"] == 2
    assert told["attribution"]["unpriced"] == 1


@pytest.mark.parametrize(
    ("words", "parameter"),
    [
        ({}, "by"),
        ({"by": "shoe-size"}, "by"),
        ({"by": "day", "session_id": "x"}, "session_id"),
        ({"by": "day", "fields": "cost,cost"}, "fields"),
        ({"by": "day", "top": "0"}, "top"),
        ({"by": "day", "period": "week", "until": "today"}, "period"),
    ],
)
def test_what_cannot_be_asked(ask: Any, words: dict[str, str], parameter: str) -> None:
    told = ask("/costs", 400, **words)
    assert told["status"] == 400
    assert told["parameter"] == parameter
    assert told["detail"].startswith(f"{parameter}: ")
