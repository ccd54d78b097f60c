"""What is filled in and what is not: rows in, rows out, through a real ledger."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import backfill, backfill_search, rollups
from franking.ledger.backfill import Outcome, fill, look
from franking.ledger.backfill_rules import BackfillRules
from franking.ledger.connection import connect, transaction
from franking.ledger.filters import Filters
from franking.ledger.record import Record
from franking.ledger.rows import write
from franking.ledger.sides import Sides
from support import ledgers

NOW = 1_700_000_000_000_000
SECOND = 1_000_000
RULES = BackfillRules.load()

KNOWN: dict[str, Any] = {"project_id": "p", "project_source": "git-remote"}
CLI: dict[str, Any] = {"feature": "cli", "feature_source": "command"}
SESSION: dict[str, Any] = {"session_id": "s", "provenance": "{}"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    file = ledgers.made(tmp_path / "ledger.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


def filled(
    ledger: sqlite3.Connection, *rows: Record, rules: BackfillRules = RULES, times: Filters | None = None
) -> Outcome:
    with transaction(ledger):
        write(ledger, rows, Sides())
    file = Path(ledger.execute("PRAGMA database_list").fetchone()[2])
    return fill(file, rules, times or Filters(), lambda _: None)


def of(ledger: sqlite3.Connection, row: Record) -> tuple[Any, ...]:
    said = "SELECT project_id, project_source, feature, feature_source FROM requests WHERE id = ?"
    found: tuple[Any, ...] = ledger.execute(said, (row.id,)).fetchone()
    return found


def at(seconds: int, **values: Any) -> Record:
    return ledgers.record(NOW + seconds * SECOND, **values)


@pytest.mark.parametrize(
    ("values", "feature", "source"),
    [
        # As attribution's rules say today.
        ({"editor_name": "Visual Studio Code"}, "vscode-extension", "backfill:editor"),
        ({"editor_name": "PyCharm 2026.1", "client": "kilo-code"}, "jetbrains-extension", "backfill:editor"),
        ({"editor_name": "Kilo CLI 7", "client": "kilo-code"}, None, None),
        ({"editor_name": "Emacs"}, None, None),
        ({"command": "kilo run"}, "cli", "backfill:command"),
        ({"command": "kilo serve"}, "unknown", "backfill:command"),
        ({"command": "vim"}, None, None),
        # The patterns.
        ({"client": "kilo-code"}, "vscode-extension", "backfill:client"),
        ({"path": "/api/fim/completions"}, "autocomplete", "backfill:route"),
        ({}, None, None),
        # What was said on purpose: an empty header, a value that is not on the list.
        ({"command": "kilo run", "feature_source": "client-header"}, None, "client-header"),
        (
            {"command": "kilo run", "feature_source": "client-header", "rejected_feature": "Chat"},
            None,
            "client-header",
        ),
        # What is there.
        ({"command": "kilo run", "feature": "unknown", "feature_source": "process-env"}, "unknown", "process-env"),
        ({"command": "kilo run", "feature": "mine"}, "mine", None),
    ],
)
def test_what_a_row_tells_by_itself(
    ledger: sqlite3.Connection, values: dict[str, Any], feature: str | None, source: str | None
) -> None:
    row = at(0, **values)
    filled(ledger, row)
    assert of(ledger, row)[2:] == (feature, source)


SAME_MACHINE = {"machine_id": "m", "client": "kilo-code"}
PROCESS = {"pid": 7, "command": "python"}


@pytest.mark.parametrize(
    ("gap", "neighbours", "project", "source"),
    [
        (SESSION, [at(60, **SESSION, **KNOWN)], "p", "session"),
        (SESSION, [at(-60, **SESSION, **KNOWN)], "p", "session"),
        (SESSION, [at(61, **SESSION, **KNOWN)], None, None),
        (SESSION, [at(-61, **SESSION, **KNOWN)], None, None),
        (SESSION, [at(5, session_id="other", **KNOWN)], None, None),
        # They have to agree, all of them; those who know nothing say nothing.
        (SESSION, [at(-5, **SESSION, **KNOWN), at(9, **SESSION, **KNOWN), at(1, **SESSION)], "p", "session"),
        (SESSION, [at(-5, **SESSION, **KNOWN), at(9, **SESSION, project_id="q")], None, None),
        # A none that was meant is a word too.
        (SESSION, [at(-5, **SESSION, **KNOWN), at(9, **SESSION, project_source="project-file")], None, None),
        (SESSION, [at(9, **SESSION, project_source="project-file")], None, "-"),
        # A value that was filled in tells nothing.
        (SESSION, [at(5, **SESSION, project_id="p", project_source="backfill:neighbour-machine")], None, None),
        # The same process; unknown is alike to unknown alone.
        (PROCESS, [at(5, **PROCESS, **KNOWN)], "p", "caller"),
        (PROCESS, [at(5, **PROCESS, user="a", **KNOWN)], None, None),
        (PROCESS, [at(5, pid=8, command="python", **KNOWN)], None, None),
        ({"command": "python"}, [at(5, command="python", **KNOWN)], None, None),
        # The same machine.
        (SAME_MACHINE, [at(5, **SAME_MACHINE, **KNOWN)], "p", "machine"),
        ({"machine_id": "m"}, [at(5, **SAME_MACHINE, **KNOWN)], "p", "machine"),
        # The nearer circle counts, and where it disagrees nobody else is asked.
        (
            SESSION | PROCESS,
            [at(5, **SESSION, **KNOWN), at(6, **PROCESS, project_id="q", project_source="git-remote")],
            "p",
            "session",
        ),
        (
            SESSION | PROCESS,
            [at(5, **SESSION, **KNOWN), at(5, **SESSION, project_id="q"), at(6, **PROCESS, **KNOWN)],
            None,
            None,
        ),
    ],
)
def test_what_its_neighbours_tell(
    ledger: sqlite3.Connection, gap: dict[str, Any], neighbours: list[Record], project: str | None, source: str | None
) -> None:
    row = at(0, **gap)
    filled(ledger, row, *neighbours)
    expected = None if source in (None, "-") else f"backfill:neighbour-{source}"
    assert of(ledger, row)[:2] == (project, expected)
    assert rollups.differences(ledger) == 0


@pytest.mark.parametrize(
    ("neighbour", "feature"),
    [
        (CLI, "cli"),
        (CLI | {"client": "other"}, None),
        # What a neighbour has for a reason of its own.
        ({"feature": "autocomplete", "feature_source": "route"}, None),
        ({"feature": "autocomplete", "feature_source": "client-header"}, None),
        ({"feature": "unknown", "feature_source": "command"}, None),
        ({"feature": "direct-gateway", "feature_source": "gateway-route"}, None),
        ({"feature_source": "client-header", "rejected_feature": "Chat"}, None),
    ],
)
def test_a_neighbours_feature(ledger: sqlite3.Connection, neighbour: dict[str, Any], feature: str | None) -> None:
    row = at(0, **SESSION)
    filled(ledger, row, at(5, **(SESSION | neighbour)))
    assert of(ledger, row)[2] == feature


def test_what_was_refused_on_purpose_is_never_filled_in(ledger: sqlite3.Connection) -> None:
    out = at(0, **SESSION, project_source="project-file", feature_source="client-header")
    rejected = at(1, **SESSION, feature_source="client-header", rejected_feature="Chat")
    outcome = filled(ledger, out, rejected, at(2, **SESSION, **KNOWN, **CLI), at(3, **SESSION, **KNOWN, **CLI))
    assert of(ledger, out) == (None, "project-file", None, "client-header")
    # Neighbours that refuse disagree with those that do not.
    assert of(ledger, rejected) == (None, None, None, "client-header")
    assert (outcome.requests, outcome.run) == (0, None)
    assert (outcome.left["project"].disagree, outcome.left["feature"].rejected) == (1, 1)


def test_a_rule_for_rejected_values(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    from franking.settings import load

    (tmp_path / "rules.toml").write_text(
        '[[pattern]]\nname = "old"\nmatch = { rejected_feature = "^chat$" }\nfeature = "vscode-extension"\n'
        '[[pattern]]\nname = "ops"\nmatch = { command = "^nightly" }\nproject = "operations"\n'
    )
    (tmp_path / "config.toml").write_text(f'[ledger]\nbackfill_rules = "{tmp_path / "rules.toml"}"\n')
    rules = BackfillRules.load(load(tmp_path / "config.toml"))
    row = at(0, feature_source="client-header", rejected_feature="Chat", command="nightly")
    other = at(0, feature_source="client-header", rejected_feature="Other", command="nightly job")
    filled(ledger, row, other, rules=rules)
    assert of(ledger, row) == ("operations", "backfill:ops", "vscode-extension", "backfill:old")
    assert of(ledger, other) == ("operations", "backfill:ops", None, "client-header")
    assert ledger.execute("SELECT rejected_feature FROM requests WHERE id = ?", (row.id,)).fetchone() == ("Chat",)


def test_only_project_and_feature_and_their_marks_change(ledger: sqlite3.Connection) -> None:
    told = '{"tags":["a"],"metering":{"complete":true,"counts":{"web_searches":1}}}'
    row = at(
        0, **(SESSION | {"provenance": told}), cost=5, model="m", user="u", command="kilo run", status="http_error"
    )
    with transaction(ledger):
        write(ledger, [row, at(5, **SESSION, **KNOWN)], Sides())
    names = [entry[1] for entry in ledger.execute("PRAGMA table_info(requests)")]
    before = ledger.execute("SELECT * FROM requests WHERE id = ?", (row.id,)).fetchone()
    outcome = filled(ledger)
    after = ledger.execute("SELECT * FROM requests WHERE id = ?", (row.id,)).fetchone()
    changed = {name: new for name, old, new in zip(names, before, after, strict=True) if old != new}
    provenance = json.loads(changed.pop("provenance"))
    assert changed == {
        "project_id": "p",
        "project_source": "backfill:neighbour-session",
        "feature": "cli",
        "feature_source": "backfill:command",
    }
    notes = provenance.pop("backfill")
    assert provenance == json.loads(told)
    assert [(note["field"], note["source"], note["value"], note["where"]) for note in notes] == [
        ("project", "backfill:neighbour-session", "p", "session_id s"),
        ("feature", "backfill:command", "cli", "command kilo run"),
    ]
    assert outcome.requests == 1
    assert sorted(
        (change.field, change.value, change.requests, change.cost) for change in outcome.changes.values()
    ) == [
        ("feature", "cli", 1, 5),
        ("project", "p", 1, 5),
    ]


def test_which_rows_are_meant(ledger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A neighbour may be outside the period; a row in flight, or one whose neighbours may still come, waits."""
    before, row, after = (at(seconds, **SESSION) for seconds in (-30, 0, 30))
    running = at(1, **SESSION, status="in_flight")
    known = at(40, **SESSION, **KNOWN)
    times = Filters(NOW, NOW + 10 * SECOND)
    monkeypatch.setattr(backfill, "_now", lambda: NOW + 119 * SECOND)
    assert filled(ledger, before, row, after, running, known, times=times).looked_at == 0
    monkeypatch.setattr(backfill, "_now", lambda: NOW + 125 * SECOND)
    outcome = filled(ledger, times=times)
    assert (outcome.looked_at, outcome.requests) == (2, 1)
    assert [of(ledger, one)[0] for one in (before, row, after, running)] == [None, "p", None, None]


def some(number: int, seed: int) -> list[Record]:
    chance = random.Random(seed)
    rows = []
    for n in range(number):
        values: dict[str, Any] = {
            "session_id": chance.choice(["a", "b", None]),
            "machine_id": chance.choice(["m", None]),
            "pid": chance.choice([1, 2, None]),
            "client": "kilo-code",
            "cost": chance.choice([None, n]),
            "provenance": chance.choice(["{}", '{"tags":["a"]}', None]),
        }
        if chance.random() < 0.6:
            values |= {"project_id": chance.choice("ppppq"), "project_source": "git-remote"}
        if chance.random() < 0.5:
            values |= CLI
        rows.append(ledgers.record(NOW + chance.randrange(3_000) * SECOND, **values))
    return rows


def test_any_size_of_page_tells_the_same_and_again_tells_nothing(
    ledger: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(ledger):
        write(ledger, some(600, 3), Sides())
    found = []
    for page in (1, 7, 2000):
        monkeypatch.setattr(backfill_search, "_PAGE", page)
        found.append(look(ledger, RULES, Filters(), lambda _: None))
    assert found[0] == found[1] == found[2]
    monkeypatch.setattr(backfill, "_ROWS", 13)
    done = filled(ledger)
    assert (done.requests, done.changes, done.left) == (found[0].requests, found[0].changes, found[0].left)
    assert done.requests > 100
    assert rollups.differences(ledger) == 0
    again = filled(ledger)
    assert (again.requests, again.run) == (0, None)
    assert ledger.execute("SELECT COUNT(*) FROM backfills").fetchone() == (1,)


def test_beside_a_writer_that_changes_the_same_rows(ledger: sqlite3.Connection, tmp_path: Path) -> None:
    """What was changed since it was read stays as it was changed."""
    row, other = at(0, **SESSION), at(1, **SESSION)
    with transaction(ledger):
        write(ledger, [row, other, at(2, **SESSION, **KNOWN)], Sides())
    with closing(connect(tmp_path / "ledger.db")) as reading:
        search = backfill_search.Search(reading, RULES, 0, NOW + 99 * SECOND)
        (page,) = [found for found in search.pages() if found]
        with transaction(ledger):
            write(ledger, [at(0, **(SESSION | {"id": row.id}), project_id="mine")], Sides())
        done = backfill._Filler(reading, NOW).fill(page)
    assert [found.entry for found in done] == [2]
    assert (of(ledger, row)[0], of(ledger, other)[0]) == ("mine", "p")
    assert ledger.execute("SELECT entry FROM backfilled").fetchall() == [(2,)]
    assert rollups.differences(ledger) == 0
