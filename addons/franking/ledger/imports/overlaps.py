"""What the ledger counts already at the time of an imported line, so that nothing is counted twice. Read-only.

Told by the roll-ups and the imported totals; an import of requests marks its own by the source ``import``.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from franking.ledger.imports.fields import DIMENSIONS
from franking.ledger.imports.values import Refused, Request, Total
from franking.ledger.rollups import TOTALS_BEFORE
from franking.ledger.schema_2 import ROLL_UPS

__all__ = ["Overlaps"]

_QUARTER, _DAY = ROLL_UPS["quarters"], ROLL_UPS["days"]
_KEPT = 64
_SCOPE = ", ".join(f's."{name}"' for name in DIMENSIONS)

_ROWS = f"""
SELECT {_SCOPE}, s.project_source IS 'import', SUM(r.requests) FROM (
    SELECT scope, requests FROM {{table}} WHERE bucket >= ? AND bucket < ?
    UNION ALL SELECT scope, -requests FROM imported_totals WHERE bucket >= ? AND bucket < ?
) AS r JOIN scopes AS s ON s.id = r.scope GROUP BY s.id
"""  # noqa: S608 - our own names
_TOTALS = f"""
SELECT {_SCOPE}, t.shape, t.requests, t.begins, t.ends FROM imported_totals AS t JOIN scopes AS s ON s.id = t.scope
WHERE t.bucket >= ? AND t.bucket < ?
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class _Counted:
    """dimensions: as DIMENSIONS.  mark: whether imported (0, 1), or an imported total's shape."""

    dimensions: tuple[str | None, ...]
    mark: int | str
    requests: int
    begins: int
    ends: int


class Overlaps:
    """Of one import. Raises sqlite3.Error."""

    def __init__(self, ledger: sqlite3.Connection) -> None:
        self._ledger = ledger
        self._known: dict[tuple[str, int, int], list[_Counted]] = {}
        found = ledger.execute("SELECT value FROM facts WHERE name = ?", (TOTALS_BEFORE,)).fetchone()
        self._pruned = int(found[0]) if found else 0

    def of_total(self, total: Total, shape: str) -> Refused | None:
        """Why the total would count twice; None where it does not."""
        names = shape.split(",")
        told = {name: value for name, value in zip(DIMENSIONS, total.dimensions, strict=True) if name in names}
        if total.dimensions[-1] is not None:
            told["gateway"] = total.dimensions[-1]
        if found := _sum(self._rows(total.begins, total.ends), told):
            why = f"the ledger has {_many(found)} of its own at that time with the same {_words(told)}"
            return Refused(total.line, None, f"{why}: `frank reconcile` compares them")
        other = (one for one in self._totals(total.begins, total.ends) if one.mark != shape)
        if found := _sum(other, told):
            return Refused(total.line, None, f"{_many(found)} of that time came in before, told apart by other columns")
        return self._gone(total.line, total.begins)

    def of_request(self, request: Request) -> Refused | None:
        """The same for a request that the ledger does not have."""
        record = request.record
        begins = record.started_at // _DAY * _DAY
        told = {"model": record.model or record.requested_model, "user": record.user, "gateway": record.gateway}
        named = {name: value for name, value in told.items() if value is not None}
        at = (one for one in self._totals(begins, begins + _DAY) if one.begins <= record.started_at < one.ends)
        if found := _sum(at, named):
            return Refused(request.line, None, f"totals of that time came in before, of {_many(found)}")
        if not request.own and record.message_id is None:
            own = (one for one in self._rows(begins, begins + _DAY) if not one.mark)
            if found := _sum(own, told):
                why = f"the ledger has {_many(found)} of its own on that day with the same {_words(told)}"
                return Refused(request.line, None, f"{why}, and no message_id tells whether this is one of them")
        return self._gone(request.line, record.started_at)

    def _gone(self, line: int, moment: int) -> Refused | None:
        if moment >= self._pruned:
            return None
        return Refused(line, None, "requests of that time were pruned and their totals kept: it may be counted already")

    def _rows(self, begins: int, ends: int) -> list[_Counted]:
        """Requests by scope, without imported totals."""
        whole = begins % _DAY == 0 and ends % _DAY == 0
        length = _DAY if whole else _QUARTER
        first, past, each = begins // length, -(-ends // length), length // _QUARTER
        asked = _ROWS.format(table="days" if whole else "quarters")
        return self._read(
            ("rows", begins, ends),
            asked,
            (first, past, first * each, past * each),
            lambda row: _Counted(row[:7], row[7], row[8], begins, ends),
        )

    def _totals(self, begins: int, ends: int) -> list[_Counted]:
        """Imported totals whose time has a moment in common with this one."""
        near = _DAY // _QUARTER
        found = self._read(
            ("totals", begins, ends),
            _TOTALS,
            (begins // _QUARTER - near, -(-ends // _QUARTER) + near),
            lambda row: _Counted(row[:7], *row[7:]),
        )
        return [one for one in found if one.begins < ends and one.ends > begins]

    def _read(
        self,
        key: tuple[str, int, int],
        asked: str,
        values: tuple[int, ...],
        made: Callable[[tuple[Any, ...]], _Counted],
    ) -> list[_Counted]:
        """Remembered for the lines that follow: files are in the order of time, or nearly."""
        if key not in self._known:
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = [made(row) for row in self._ledger.execute(asked, values)]
        return self._known[key]


def _sum(counted: Iterable[_Counted], told: Mapping[str, str | None]) -> int:
    """Requests that have the values told; what an imported total does not tell may be any."""
    return sum(
        one.requests
        for one in counted
        if all(
            one.dimensions[DIMENSIONS.index(name)] == value
            for name, value in told.items()
            if isinstance(one.mark, int) or name in (*one.mark.split(","), "gateway")
        )
    )


def _words(told: Mapping[str, str | None]) -> str:
    return ", ".join(name.removesuffix("_id") for name in DIMENSIONS if name in told) or "gateway"


def _many(requests: int) -> str:
    return f"{requests:,} request" + ("" if requests == 1 else "s")
