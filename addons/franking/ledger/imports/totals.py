"""Imported totals into the ledger, each once; other sums for the same thing replace those that were there."""

from collections.abc import Sequence
from contextlib import nullcontext

from franking.ledger.connection import transaction
from franking.ledger.imports.fields import DIMENSIONS
from franking.ledger.imports.outcome import Way
from franking.ledger.imports.values import Total
from franking.ledger.schema_2 import ROLL_UPS, SCOPE, SUMS
from franking.ledger.sides import Sides

__all__ = ["Totals"]

_COLUMNS = ("key", "bucket", "scope", "begins", "ends", "shape", *SUMS)
_PUT = (
    f"INSERT INTO imported_totals ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608
    f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in SUMS)}"
)
_FIND = f"SELECT {', '.join(SUMS)} FROM imported_totals WHERE key = ?"  # noqa: S608


class Totals:
    """Of one file. shape: what it tells totals apart by."""

    def __init__(self, way: Way, shape: str) -> None:
        self._way, self._shape = way, shape
        self._sides = Sides()

    def bring(self, page: Sequence[tuple[bytes, Total]]) -> None:
        """In one transaction. Raises sqlite3.Error; then nothing of the page is there."""
        way, outcome = self._way, self._way.outcome
        with nullcontext() if way.dry else transaction(way.ledger):
            self._sides.forget()
            for key, total in page:
                before = way.ledger.execute(_FIND, (key,)).fetchone()
                if before == total.sums:
                    outcome.known += 1
                elif way.overlaps is not None and (refused := way.overlaps.of_total(total, self._shape)):
                    way.refuse(refused)
                else:
                    outcome.replaced += before is not None
                    outcome.added += before is None
                    if not way.dry:
                        self._put(key, total)

    def _put(self, key: bytes, total: Total) -> None:
        named = dict(zip(DIMENSIONS, total.dimensions, strict=True)) | {
            "project_source": "import",
            "feature_source": "import",
        }
        scope = self._sides.scope(self._way.ledger, tuple(named[name] for name in SCOPE))
        middle = (total.begins + total.ends) // 2 // ROLL_UPS["quarters"]
        self._way.ledger.execute(_PUT, (key, middle, scope, total.begins, total.ends, self._shape, *total.sums))
