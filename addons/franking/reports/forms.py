"""How a value is written in CSV and in JSON Lines, as SQL expressions: SQLite writes the text of a million rows a
second, where Python would make an object of every cell. Pure.

Money is US dollars with nine decimals, a time ISO 8601 UTC with six; what is not known is empty in CSV, null in JSON.
A text that a spreadsheet would take for a formula gets an apostrophe before it, and so does one that begins with such
apostrophes: the importer takes one away, so that what was exported comes back as it was.
"""

from dataclasses import dataclass

from franking.reports.columns import Column

__all__ = ["CSV", "JSONL", "Form"]

FORMULA = "=+@\t\r\uff1d\uff0b\uff0d\uff20-"
"""What a formula begins with, the full-width forms of East Asian spreadsheets among them; the hyphen last, so that it
stands for itself in a pattern."""

_PATTERN = "".join(letter if letter.isprintable() else f"' || char({ord(letter)}) || '" for letter in FORMULA)
_DOLLARS = "printf('%s%d.%09d', CASE WHEN {x} < 0 THEN '-' ELSE '' END, abs({x}) / 1000000000, abs({x}) % 1000000000)"
_MONEY = f"CASE WHEN {{x}} BETWEEN 0 AND 999999999 THEN '0.' || substr({{x}} + 1000000000, 2) ELSE {_DOLLARS} END"
_MOMENT = """date({x} / 1000000, 'unixepoch') || printf('T%02d:%02d:%02d.%06dZ', {x} / 3600000000 % 24,
    {x} / 60000000 % 60, {x} / 1000000 % 60, {x} % 1000000)"""
_TRUTH = "CASE {x} WHEN 0 THEN 'false' ELSE 'true' END"


@dataclass(frozen=True, slots=True)
class Form:
    """name: csv or jsonl.  between: what stands between two cells.  opens, closes: what a line begins and ends with."""

    name: str
    between: str
    opens: str
    closes: str

    def cell(self, column: Column) -> str:
        """SQL of a column's cell, without its label: text or a number, never NULL."""
        return self._json(column) if self.name == "jsonl" else self._csv(column)

    def header(self, names: list[str]) -> str:
        """The file's first line."""
        return ",".join(names) + "\r\n" if self.name == "csv" else ""

    def fragment(self, sql: str) -> str:
        """SQL of a text as it stands within a cell's quotes; empty where it is NULL."""
        if self.name == "csv":
            return f"COALESCE(replace({sql}, '\"', '\"\"'), '')"
        return f"CASE WHEN {sql} IS NULL THEN '' ELSE substr(json_quote({sql}), 2, length(json_quote({sql})) - 2) END"

    def label(self, name: str) -> str:
        """What stands before a cell."""
        return f'"{name}":' if self.name == "jsonl" else ""

    def _csv(self, column: Column) -> str:
        x = column.sql
        if column.kind == "number":
            return f"COALESCE({x}, '')"
        if column.kind == "text":
            told = f"'\"' || {_apostrophe(x)} || replace({x}, '\"', '\"\"') || '\"'"
        else:
            told = _plain(column)
        return f"CASE WHEN {x} IS NULL THEN '' ELSE {told} END"

    def _json(self, column: Column) -> str:
        x = column.sql
        if column.kind == "text":
            return f"json_quote({x})"
        if column.kind == "number":
            return f"COALESCE({x}, 'null')"
        told = _plain(column)
        if column.kind in {"money", "moment"}:
            told = f"'\"' || {told} || '\"'"
        return f"CASE WHEN {x} IS NULL THEN 'null' ELSE {told} END"


def _plain(column: Column) -> str:
    return {"money": _MONEY, "moment": _MOMENT, "truth": _TRUTH}[column.kind].format(x=column.sql)


def _apostrophe(x: str) -> str:
    """Its first letter alone says of nearly every text that it needs none; only then are apostrophes looked behind."""
    return f"CASE WHEN {x} GLOB '[''{_PATTERN}]*' AND ltrim({x}, '''') GLOB '[{_PATTERN}]*' THEN '''' ELSE '' END"


CSV = Form("csv", ",", "", "\r\n")
JSONL = Form("jsonl", ",", "{", "}\n")
