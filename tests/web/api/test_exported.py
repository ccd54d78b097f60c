"""Exports for programs; that they are the terminal's very files is tested with the page (pages/test_export.py)."""

import csv
import io
from pathlib import Path

import pytest

from support.dashboard import client


def test_filters_and_the_period(ledger: Path) -> None:
    asked = {"period": "all", "project": ["docs", ""], "not-user": "ada@example.com", "format": "csv"}
    answer = client(ledger).get("/api/v1/export", params=asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="franking-all.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {(row["project_id"], row["user"]) for row in rows} == {
        ("docs", "grace@example.com"),
        ("", "grace@example.com"),
    }
    assert len(rows) == 80


def test_without_requests_it_is_a_file_all_the_same(ledger: Path) -> None:
    answer = client(ledger).get("/api/v1/export?period=all&project=nobody")
    assert (answer.status_code, answer.text.count("\r\n")) == (200, 1)


def test_the_head_alone_writes_nothing(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("franking.web.exporting.Work.piece", None)
    answer = client(ledger).head("/api/v1/export?period=all")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ("format=xml", 400, "format: expected one of csv, jsonl, parquet, focus"),
        ("since=x", 400, "since: expected a time"),
        ("period=week&since=7d", 400, "period: expected without since"),
        ("status=ok", 400, "status: no such parameter"),
        ("format=parquet&period=all", 503, "pip install 'franking[parquet]'"),
    ],
)
def test_what_cannot_be_asked(
    ledger: Path, monkeypatch: pytest.MonkeyPatch, words: str, status: int, says: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    answer = client(ledger).get(f"/api/v1/export?{words}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert says in answer.json()["detail"]


def test_the_document_tells_every_type(ledger: Path) -> None:
    told = client(ledger).get("/api/v1/openapi.json").json()["paths"]["/api/v1/export"]["get"]["responses"]["200"]
    assert {*told["content"]} == {"text/csv", "application/x-ndjson", "application/vnd.apache.parquet"}
