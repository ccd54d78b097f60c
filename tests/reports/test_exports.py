"""Exports: what is written is what is there, comes back as it was, and is there whole or not at all."""

import csv
import errno
import io
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet  # type: ignore[import-untyped]

from franking.ledger import pruning, reader
from franking.ledger.connection import connect
from franking.ledger.filters import Filters
from franking.ledger.imports import layouts
from franking.ledger.imports.bringing import bring
from franking.ledger.imports.lines import Lines
from franking.ledger.imports.parsing import Parser
from franking.ledger.record import Record
from franking.ledger.schema import COLUMNS
from franking.reports import exports
from franking.reports.parquet import MissingError
from support import ledgers
from support.examples import thorough

MOMENT = 1_774_000_000_123_456
LONG = '{"candidates":[{"value":"' + "x" * 5000 + '"}]}'
HOSTILE = [
    "=1+1",
    "'=1+1",
    "''+x",
    "@x",
    "-1",
    "\t=1",
    "\r=1",
    "\uff1d1",
    'a"b,c',
    "line\nbreak",
    "100%s %d",
    "日本",
    "'",
]

_numbers = st.none() | st.integers(0, 10**12)
_texts = (
    st.none() | st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
)
_rows = st.builds(
    ledgers.record,
    st.integers(MOMENT, MOMENT + 10**12),
    project_id=_texts,
    model=_texts,
    user=_texts,
    command=_texts,
    message_id=_texts,
    error_message=_texts,
    prompt_preview=_texts,
    cost=_numbers,
    cost_source=st.sampled_from([None, "price-table"]),
    reported_cost=_numbers,
    input_tokens=_numbers,
    is_byok=st.none() | st.booleans(),
    streamed=st.none() | st.booleans(),
    first_token_at=st.none() | st.integers(MOMENT, MOMENT + 10**12),
    provenance=st.sampled_from(
        [None, "{}", '{"a":"=1%"}', '{"metering":{"complete":true}}', '{"a":1,"metering":{"usage_bytes":77}}', LONG]
    ),
    status=st.sampled_from(["ok", "http_error", "client_aborted", "blocked"]),
)


def fresh(folder: Path) -> Path:
    for old in (*folder.glob("ledger.db*"), *folder.glob("out*")):
        old.unlink()
    return folder / "ledger.db"


def exported(ledger: Path, form: str, *meant: Filters) -> bytes:
    out = ledger.parent / "out"
    with reader.opened(ledger) as opened:
        exports.export(opened, meant or (Filters(),), form, out)
    return out.read_bytes()


def rows(file: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as ledger:
        return ledger.execute(
            f"SELECT {', '.join(f'"{name}"' for name in COLUMNS)} FROM requests ORDER BY id"
        ).fetchall()


@thorough(25, 500)
@given(given_rows=st.lists(_rows, min_size=1, max_size=12), form=st.sampled_from(["csv", "jsonl"]))
def test_what_is_exported_comes_back_as_it_was(tmp_path: Path, given_rows: list[Record], form: str) -> None:
    source = ledgers.made(fresh(tmp_path), given_rows)
    (tmp_path / "target").mkdir(exist_ok=True)
    text = exported(source, form)
    with closing(connect(fresh(tmp_path / "target"))) as target:
        lines = Lines(io.BytesIO(text), Path("out"))
        layout = layouts.recognised(layouts.load(), lines.header)
        assert layout is not None
        assert layout.name == "franking-requests"
        refused: list[object] = []
        bring(target, Parser(layout, lines.header, json=lines.json), lines, refused.append)
        assert refused == []
    there, again = rows(source), rows(tmp_path / "target" / "ledger.db")
    place = COLUMNS.index("provenance")
    for one, other in zip(there, again, strict=True):
        assert one[:place] == other[:place]
        assert one[place] in {other[place], None}  # the importer says where one without any is from


@thorough(25, 500)
@given(given_rows=st.lists(_rows, min_size=1, max_size=12))
def test_parquet_has_the_same_values_typed(tmp_path: Path, given_rows: list[Record]) -> None:
    source = ledgers.made(fresh(tmp_path), given_rows)
    table = parquet.read_table(io.BytesIO(exported(source, "parquet")))
    assert table.column_names == list(COLUMNS)
    found = sorted(table.to_pylist(), key=lambda row: row["id"])
    for row, told in zip(found, rows(source), strict=True):
        there = dict(zip(COLUMNS, told, strict=True))
        assert row["cost"] == (None if there["cost"] is None else Decimal(there["cost"]).scaleb(-9))
        assert row["started_at"] == datetime.fromtimestamp(there["started_at"] // 10**6, UTC).replace(
            microsecond=there["started_at"] % 10**6
        )
        assert row["streamed"] == there["streamed"]
        assert all(row[name] == there[name] for name in ("project_id", "error_message", "input_tokens", "provenance"))


@pytest.mark.parametrize(("count", "groups"), [(0, 0), (1, 1), (4, 1), (5, 2), (11, 3)])
def test_pages_make_a_row_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, groups: int) -> None:
    monkeypatch.setattr("franking.reports.parquet._PAGE", 2)
    monkeypatch.setattr("franking.reports.parquet._PAGES_A_GROUP", 2)
    texts = [None, "a", "b", "a", "c"]
    made = [
        ledgers.record(MOMENT + place, model=texts[place % 5], user=texts[place % 3], branch=texts[place % 4])
        for place in range(count)
    ]
    file = io.BytesIO(exported(ledgers.made(tmp_path / "ledger.db", made), "parquet"))
    assert parquet.read_metadata(file).num_row_groups == groups
    table = parquet.read_table(file)
    for name in ("model", "user", "branch"):
        assert table[name].to_pylist() == [getattr(row, name) for row in made]
    assert {str(table.schema.field(name).type) for name in ("id", "model", "provenance")} == {"string"}
    assert str(table.schema.field("started_at").type) == "timestamp[us, tz=UTC]"


@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula(tmp_path: Path, name: str) -> None:
    source = ledgers.made(tmp_path / "ledger.db", [ledgers.record(MOMENT, project_id=name, message_id=name, cost=1)])
    for form in ("csv", "focus"):
        table = list(csv.reader(io.StringIO(exported(source, form).decode(), newline="")))
        assert len(table) == 2
        assert not [cell for cell in table[1] if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))]


def test_money_and_times_as_the_contract_says(tmp_path: Path) -> None:
    source = ledgers.made(
        tmp_path / "ledger.db", [ledgers.record(MOMENT, cost=-1_000_000_002, pid=None, streamed=False)]
    )
    line = json.loads(exported(source, "jsonl"))
    assert (line["cost"], line["pid"], line["streamed"]) == ("-1.000000002", None, False)
    assert line["started_at"] == "2026-03-20T09:46:40.123456Z"
    assert list(line) == list(COLUMNS)


def test_filters_order_and_what_is_on_its_way(tmp_path: Path) -> None:
    made = [
        ledgers.record(MOMENT + 2, project_id="a", branch="main"),
        ledgers.record(MOMENT + 1, project_id="b", branch="main"),
        ledgers.record(MOMENT, project_id=None, branch="x"),
        ledgers.record(MOMENT + 3, project_id="a", status="in_flight"),
    ]
    source = ledgers.made(tmp_path / "ledger.db", made)

    def told(*meant: Filters) -> list[str | None]:
        return [json.loads(line)["project_id"] for line in exported(source, "jsonl", *meant).splitlines()]

    assert told() == [None, "b", "a"]
    assert told(Filters(include={"branch": ("main",)}, exclude={"project": ("b",)})) == ["a"]
    assert told(Filters(since=MOMENT + 1, until=MOMENT + 2)) == ["b"]
    assert told(Filters(include={"project": ("a",)}), Filters(include={"project": (None,)})) == ["a", None]
    assert told(Filters(include={"project": ("nobody",)})) == []
    assert exported(source, "csv", Filters(include={"project": ("nobody",)})).decode() == ",".join(COLUMNS) + "\r\n"


def test_more_requests_than_a_page_and_more_sides_than_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("franking.reports.lines.PAGE", 7)
    monkeypatch.setattr("franking.reports.lines._TEMPLATES", 3)
    made = [ledgers.record(MOMENT + number, branch=f"b{number % 11}") for number in range(50)]
    source = ledgers.made(tmp_path / "ledger.db", made)
    found = [json.loads(line)["branch"] for line in exported(source, "jsonl").splitlines()]
    assert found == [f"b{number % 11}" for number in range(50)]


@pytest.mark.parametrize("form", list(exports.FORMATS))
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = ledgers.made(tmp_path / "ledger.db", [ledgers.record(MOMENT, cost=1)])
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "out").write_text("older")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with reader.opened(source) as opened:
        with pytest.raises(OSError, match="No space left") as fault:
            exports.export(opened, (Filters(),), form, folder / "out")
        assert not opened.in_transaction
    assert fault.value.filename == str(folder / "out")
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [("out", "older")]


@contextmanager
def without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setitem(__import__("sys").modules, "pyarrow", None)
        yield


def test_without_the_extra_one_line_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = ledgers.made(tmp_path / "ledger.db", [ledgers.record(MOMENT)])
    with without_pyarrow(monkeypatch), pytest.raises(MissingError, match=r"franking\[parquet\]"):
        exported(source, "parquet")
    assert not list(tmp_path.glob("*out*"))


@pytest.mark.parametrize(
    ("include", "lines", "of_focus", "days"),
    [
        ({}, 4, 2, ("2026-03-20", "2026-03-21")),
        ({"project": ("a",)}, 3, 2, ("2026-03-20", "2026-03-21")),
        ({"branch": ("b",)}, 1, 0, ("2026-03-20", "2026-03-20")),
        ({"session": ("none",)}, 0, 0, None),
    ],
)
def test_what_there_is_to_write_is_known_before(
    tmp_path: Path, include: dict[str, tuple[str]], lines: int, of_focus: int, days: tuple[str, str] | None
) -> None:
    made = [
        ledgers.record(MOMENT, project_id="a", cost=1),
        ledgers.record(MOMENT + 86_400 * 10**6, project_id="a", cost=2),
        ledgers.record(MOMENT, project_id="a", cost=None),
        ledgers.record(MOMENT, project_id="b", branch="b", cost=None),
        ledgers.record(MOMENT, project_id="b", status="in_flight"),
    ]
    source, meant = ledgers.made(tmp_path / "ledger.db", made), [Filters(include=include)]
    with reader.opened(source) as opened:
        found = exports.expected(opened, meant, UTC)
        assert (found.lines("csv"), found.lines("focus"), found.days, found.at_most) == (lines, of_focus, days, False)
        for form in ("csv", "focus"):
            assert exports.export(opened, meant, form, tmp_path / "out") == found.lines(form)


@pytest.mark.parametrize("since", [None, MOMENT])
def test_where_only_totals_may_be_known_it_is_said(tmp_path: Path, since: int | None) -> None:
    source = ledgers.made(tmp_path / "ledger.db", [ledgers.record(MOMENT), ledgers.record(1)])
    with closing(connect(source)) as opened:
        while pruning.step(opened, 86_400_000_000, keep_totals=True):
            pass
        found = exports.expected(opened, [Filters(since)])
        assert (found.at_most, found.lines("csv")) == ((True, 2) if since is None else (False, 1))
        assert exports.left_out(found.whole, 1, "csv") == (
            ["1 is left out: only totals are known"] if since is None else []
        )
