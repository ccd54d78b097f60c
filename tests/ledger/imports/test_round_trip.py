"""What franking writes out, it reads in again: into an empty ledger, with equal sums."""

import csv
import io
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from franking.cli.costs_text import as_csv
from franking.ledger import rollups
from franking.ledger.connection import connect
from franking.ledger.filters import Filters
from franking.ledger.imports import layouts
from franking.ledger.imports.bringing import bring
from franking.ledger.imports.lines import Lines
from franking.ledger.imports.parsing import Parser
from franking.ledger.queries import Group, costs
from franking.ledger.record import Record
from franking.ledger.schema import COLUMNS
from franking.words import dollars, iso
from support import ledgers
from support.examples import thorough

_numbers = st.none() | st.integers(0, 10**9)
_names = st.sampled_from([None, "a", "=b", "c,d", 'e"f', "g\nh", "ü", "'i", "-"])
_rows = st.builds(
    ledgers.record,
    st.integers(1_774_000_000_000_000, 1_774_400_000_000_000),
    project_id=_names,
    model=_names,
    user=_names,
    cost=_numbers,
    estimated_cost=_numbers,
    input_tokens=_numbers,
    reasoning_tokens=_numbers,
    is_byok=st.none() | st.booleans(),
    message_id=_names,
    status=st.sampled_from(["ok", "http_error", "client_aborted", "blocked"]),
)
_MONEY = {"cost", "reported_cost", "estimated_cost", "upstream_cost"}
_TIMES = {"started_at", "first_token_at", "ended_at"}


def brought(file: Path, text: str) -> sqlite3.Connection:
    for old in file.parent.iterdir():
        old.unlink()
    ledger = connect(ledgers.made(file))
    for again in (False, True):
        lines = Lines(io.BytesIO(text.encode()), file)
        layout = layouts.recognised(layouts.load(), lines.header)
        assert layout is not None
        refused: list[object] = []
        outcome = bring(ledger, Parser(layout, lines.header, json=lines.json), lines, refused.append)
        assert refused == []
        assert not again or outcome.added == outcome.replaced == 0
    assert rollups.differences(ledger) == 0
    return ledger


def groups(ledger: sqlite3.Connection, by: Sequence[str]) -> list[Group]:
    return sorted(costs(ledger, Filters(), by).groups, key=repr)


@thorough(20, 500)
@given(rows=st.lists(_rows, max_size=20), form=st.sampled_from(["csv", "jsonl", "rows"]))
def test_requests(tmp_path: Path, rows: list[Record], form: str) -> None:
    source = ledgers.made(tmp_path / "source" / "ledger.db")
    with closing(sqlite3.connect(source)) as ledger:
        ledger.execute("DELETE FROM entries")
        ledger.commit()
        ledgers.add(source, *rows)
        cursor = ledger.execute("SELECT * FROM requests")
        found = [dict(zip([*COLUMNS, "bucket"], row, strict=True)) for row in cursor]
        told = {by: groups(ledger, by) for by in (("model",), ("project", "user"), ("day",))}
    (tmp_path / "target").mkdir(exist_ok=True)
    text = written(found, form)
    if not found:
        return
    with closing(brought(tmp_path / "target" / "ledger.db", text)) as ledger:
        assert {by: groups(ledger, by) for by in told} == told
        again = [dict(zip([*COLUMNS, "bucket"], row, strict=True)) for row in ledger.execute("SELECT * FROM requests")]
    kept = {"provenance", "cost_source"}
    same = [{key: value for key, value in row.items() if key not in kept} for row in (*found, *again)]
    assert sorted(same[: len(found)], key=repr) == sorted(same[len(found) :], key=repr)


def written(rows: list[dict[str, Any]], form: str) -> str:
    if form != "rows":
        rows = [
            {
                name: dollars(value) if name in _MONEY else iso(value) if name in _TIMES else value
                for name, value in row.items()
                if name != "bucket"
            }
            for row in rows
        ]
    if form == "jsonl":
        return "".join(f"{json.dumps(row)}\n" for row in rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([list(rows[0])] if rows else [])
    for row in rows:
        defused = [f"'{cell}" if form == "csv" and str(cell).startswith(("=", "-")) else cell for cell in row.values()]
        writer.writerow(defused)
    return text.getvalue()


@thorough(20, 500)
@given(rows=st.lists(_rows, max_size=20), by=st.sampled_from(["model", "project", "user"]))
def test_costs(tmp_path: Path, rows: list[Record], by: str) -> None:
    source = ledgers.made(tmp_path / "source" / "ledger.db")
    with closing(sqlite3.connect(source)) as ledger:
        ledger.execute("DELETE FROM entries")
        ledger.commit()
        ledgers.add(source, *rows)
        found = costs(ledger, Filters(), ("day", by))
        days = groups(ledger, ("day",))
    (tmp_path / "target").mkdir(exist_ok=True)
    with closing(brought(tmp_path / "target" / "ledger.db", as_csv(found))) as ledger:
        assert [figures(group) for group in groups(ledger, ("day",))] == [figures(group) for group in days]
        total = costs(ledger, Filters(), ("day", by)).total
        assert figures(total) == figures(found.total)


def figures(group: Group) -> tuple[object, ...]:
    return (
        group.key, group.requests, group.cost, group.unpriced, group.errors, group.input_tokens, group.output_tokens,
        group.reasoning_tokens,
    )  # fmt: skip
