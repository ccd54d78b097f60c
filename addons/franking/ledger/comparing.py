"""Two sides' figures side by side, by key, of any number: a temporary database, on disk once it is large.

The sides are a file (a gateway's export) and the ledger. Money is integer nano-dollars; None is not known.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

__all__ = ["FIGURES", "Comparison", "Figures", "Row", "Verdict"]

FIGURES = ("requests", "cost", "priced", "errors", "input_tokens", "input_known", "output_tokens", "output_known")
"""What is added up of each side, in this order; ``_known`` counts the requests that tell it."""

Value = str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A side's sums. unpriced: requests without a cost."""

    requests: int
    cost: int | None
    unpriced: int
    errors: int
    input_tokens: int | None
    output_tokens: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """A key and its two sides; None where a side does not have it."""

    key: tuple[Value, ...]
    file: Figures | None
    ledger: Figures | None

    @property
    def difference(self) -> int:
        """The file's cost without the ledger's, what is not known taken as nothing; nano-dollars."""
        return ((self.file and self.file.cost) or 0) - ((self.ledger and self.ledger.cost) or 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """keys: how many there are, ``equal`` of them on both sides. file, ledger: all of each side. only_file,
    only_ledger: what the other side does not have, None where there is nothing; parted: ledger's side of keys that
    both have, and that differ.
    """

    keys: int
    equal: int
    file: Figures | None
    ledger: Figures | None
    only_file: Figures | None
    only_ledger: Figures | None
    parted: Figures | None


_SUMS = {side: ", ".join(f"COALESCE(SUM({side}_{name}), 0)" for name in FIGURES) for side in ("file", "ledger")}


class Comparison:
    """A context. tolerance: nano-dollars by which the costs of a key may part and still be equal."""

    def __init__(self, tolerance: int) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        columns = ", ".join(f"{side}_{name} INTEGER NOT NULL DEFAULT 0" for side in _SUMS for name in FIGURES)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute(f"CREATE TABLE compared (key TEXT PRIMARY KEY, shown TEXT, {columns}) WITHOUT ROWID")
        self._base.execute("BEGIN")
        self._parts = (
            f"(file_requests <> ledger_requests OR ABS(file_cost - ledger_cost) > {int(tolerance)}"
            " OR (file_input_known > 0 AND ledger_input_known > 0 AND file_input_tokens <> ledger_input_tokens)"
            " OR (file_output_known > 0 AND ledger_output_known > 0 AND file_output_tokens <> ledger_output_tokens))"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def add(
        self,
        side: Literal["file", "ledger"],
        key: tuple[Value, ...],
        figures: Sequence[int],
        shown: tuple[Value, ...] = (),
    ) -> None:
        """Add to a side's sums. shown: what the key is called, where that is not the key itself."""
        names = [f"{side}_{name}" for name in FIGURES]
        self._base.execute(
            f"INSERT INTO compared (key, shown, {', '.join(names)}) VALUES (?, ?{', ?' * len(names)})"  # noqa: S608
            f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in names)}",
            (json.dumps(key), json.dumps(shown or key), *figures),
        )

    def known(self, side: Literal["file", "ledger"], key: tuple[Value, ...]) -> bool:
        """Does that side have the key?"""
        asked = f"SELECT 1 FROM compared WHERE key = ? AND {side}_requests > 0"  # noqa: S608
        return self._base.execute(asked, (json.dumps(key),)).fetchone() is not None

    def rows(self, limit: int | None = None) -> Iterator[Row]:
        """Where the sides differ, the dearest difference first."""
        listed = ", ".join(f"{side}_{name}" for side in _SUMS for name in FIGURES)
        found = self._base.execute(
            f"SELECT shown, {listed} FROM compared WHERE {self._parts}"  # noqa: S608
            " ORDER BY ABS(file_cost - ledger_cost) DESC, ABS(file_requests - ledger_requests) DESC, shown, key"
            " LIMIT ?",
            (-1 if limit is None else limit,),
        )
        half = 1 + len(FIGURES)
        for row in found:
            yield Row(tuple(json.loads(row[0])), _figures(row[1:half]), _figures(row[half:]))

    def verdict(self) -> Verdict:
        """What it all comes to."""
        keys, parted = self._base.execute(f"SELECT COUNT(*), COALESCE(SUM({self._parts}), 0) FROM compared").fetchone()  # noqa: S608
        return Verdict(
            keys,
            keys - parted,
            self._sum("file", "1"),
            self._sum("ledger", "1"),
            self._sum("file", f"ledger_requests = 0 AND {self._parts}"),
            self._sum("ledger", f"file_requests = 0 AND {self._parts}"),
            self._sum("ledger", f"file_requests > 0 AND ledger_requests > 0 AND {self._parts}"),
        )

    def _sum(self, side: str, condition: str) -> Figures | None:
        return _figures(self._base.execute(f"SELECT {_SUMS[side]} FROM compared WHERE {condition}").fetchone())  # noqa: S608


def _figures(sums: Sequence[int]) -> Figures | None:
    requests, cost, priced, errors, given, given_known, made, made_known = sums
    if not requests:
        return None
    return Figures(
        requests,
        cost if priced else None,
        requests - priced,
        errors,
        given if given_known else None,
        made if made_known else None,
    )
