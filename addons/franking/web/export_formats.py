"""What an export can be written as, for people and for browsers; and what its file is called. Pure."""

from dataclasses import dataclass
from datetime import tzinfo

from franking.ledger.filters import Filters
from franking.reports import files
from franking.words import local

__all__ = ["FORMATS", "Format", "named"]


@dataclass(frozen=True, slots=True)
class Format:
    """title, purpose: for people. suffix: of the file. media: its type."""

    title: str
    purpose: str
    suffix: str
    media: str


FORMATS = {
    "csv": Format(
        "CSV", "for spreadsheets: every column of the ledger, a line a request", "csv", "text/csv; charset=utf-8"
    ),
    "jsonl": Format(
        "JSON Lines", "for programs: the same, an object a request", "jsonl", "application/x-ndjson"
    ),
    "parquet": Format(
        "Parquet", "for DuckDB, pandas and warehouses: the same, typed and compressed", "parquet",
        "application/vnd.apache.parquet",
    ),
    "focus": Format(
        "FOCUS 1.2", "for FinOps tools: cost by the FinOps Foundation's columns, as CSV; priced requests only",
        "focus.csv", "text/csv; charset=utf-8",
    ),
}  # fmt: skip
"""What a file can be written as: a name of ``exports.FORMATS``."""


def named(form: str, filters: Filters, zone: tzinfo | None, now: int) -> str:
    """``franking-shop-2026-10-23-to-2026-11-22.csv``: the one project that is meant, if it is one, and the days."""
    since, until = filters.since, filters.until
    projects = filters.include.get("project", ())
    about = [files.plain(name) for name in projects if name] if len(projects) == 1 else []
    begins = [] if since is None else [_day(since, zone)]
    ends = [] if since is None and until is None else ["to", _day(now if until is None else until - 1, zone)]
    return f"{'-'.join(['franking', *about, *(begins + ends or ['all'])])}.{FORMATS[form].suffix}"


def _day(moment: int, zone: tzinfo | None) -> str:
    return local(moment, zone, "%Y-%m-%d")
