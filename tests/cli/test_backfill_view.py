"""What is said of a backfill: how much, by which rule, what stays, and which runs there were."""

import json

import pytest

from franking.cli import backfill_view
from franking.ledger.backfill import Change, Outcome
from franking.ledger.backfill_runs import Run, Undone
from franking.ledger.backfill_search import Left

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def _outcome(lines: int = 1) -> Outcome:
    made = [Change("project", "backfill:rule", f"p{number:02}", 1, None) for number in range(lines)]
    feature = Change("feature", "backfill:rule", "cli", 9, 1_000_000_000)
    changes = {(one.field, one.source, one.value): one for one in [feature, *made]}
    return Outcome(None, 20, 10, changes, {"project": Left(disagree=2), "feature": Left(rejected=1, nothing=3)})


def test_projects_come_first_and_unknown_costs_stay_unknown(capsys: Out) -> None:
    backfill_view.show(_outcome(), dry_run=True, as_json=False)
    lines = capsys.readouterr().out.splitlines()

    assert [line.split() for line in lines[1:3]] == [
        ["project", "p00", "rule", "1", "-"],
        ["feature", "cli", "rule", "9", "$1.00"],
    ]
    assert lines[4:] == [
        "20 requests looked at: 10 would be filled in.",
        "2 requests without a project, as before: its neighbours disagree.",
        "1 request without a feature, as before: its value was rejected (frank features).",
        "3 requests without a feature, as before: nothing tells it.",
    ]


@pytest.mark.parametrize(("lines", "said"), [(39, False), (40, True)])
def test_a_long_table_is_cut(capsys: Out, lines: int, said: bool) -> None:
    backfill_view.show(_outcome(lines), dry_run=False, as_json=False)

    assert ("… and 1 line more; --json has all" in capsys.readouterr().out) is said


def test_for_programs(capsys: Out) -> None:
    backfill_view.show(_outcome(40), dry_run=False, as_json=True)
    told = json.loads(capsys.readouterr().out)

    assert (len(told["changes"]), told["changes"][0]["cost"], told["run"]) == (41, None, None)
    assert told["left"]["project"] == {"neighbours_disagree": 2, "rejected": 0, "nothing_tells": 0}


@pytest.mark.parametrize(
    ("ended", "undone", "state"),
    [(2, None, "stands"), (None, None, "stands; it was cut short"), (2, 3, "taken back 1")],
)
def test_a_runs_state(capsys: Out, ended: int | None, undone: int | None, state: str) -> None:
    backfill_view.show_runs([Run(4, 1, ended, undone, 1_234)], as_json=False)
    line = capsys.readouterr().out.splitlines()[-1]

    assert line.split()[0] == "4"
    assert line.split("1,234")[1].strip().startswith(state)


@pytest.mark.parametrize(("changed", "more"), [(0, "."), (2, "; 2 were changed since and stay.")])
def test_what_was_taken_back(capsys: Out, changed: int, more: str) -> None:
    backfill_view.show_undone([(Run(4, 1, 2, None, 5), Undone(3, changed))], dry_run=False, as_json=False)

    assert capsys.readouterr().out.rstrip().endswith(f": 3 requests as before{more}")


def test_nothing(capsys: Out) -> None:
    backfill_view.show_runs([], as_json=False)
    backfill_view.show_nothing(as_json=False)
    backfill_view.show_nothing(as_json=True)
    lines = capsys.readouterr().out.split("\n", 2)

    assert lines[:2] == ["No run of frank backfill has filled anything in yet.", "There is no request yet."]
    assert json.loads(lines[2])["changes"] == []
