"""The roll-ups of rows that come many at a time: brought up to date once a batch, not by a trigger once a row.

The schema's triggers keep the roll-ups for every program that writes. On the writer's own connection alone they are
switched off, and what they would have added is added from the same rows, in the same transaction, by few statements.
Where the triggers on ``entries`` are not exactly those whose work is done here, they stay on and do it.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from franking.ledger.record import Record
from franking.ledger.schema_9 import KEYS, LENGTHS, TRIGGERS
from franking.ledger.schema_9_filled import CHANGES, NOWHERE, PLACE, SUMS

__all__ = ["Totals"]

_QUARTER = LENGTHS["quarters"]


def _ended(sign: str) -> str:
    """What those of some rows that have ended come to, added to the batch's sums; parameter: their ids, a JSON list."""
    sums = ", ".join(f"{sign}SUM({value.format(row='e.')})" for value in SUMS.values())
    return (
        f"INSERT INTO temp.batch SELECT e.started_at / {_QUARTER}, e.scope, {PLACE.format(caller='e.caller')},"  # noqa: S608
        f" e.caller, {sums} FROM main.entries AS e"
        " WHERE e.id IN (SELECT value FROM json_each(?)) AND e.status <> 'in_flight' GROUP BY 1, 2, 4"
    )


_NEW_PLACES = """
INSERT INTO main.places (repository, branch) SELECT DISTINCT c.repository, c.branch
FROM temp.batch AS b CROSS JOIN main.callers AS c WHERE b.place IS NULL AND c.id = b.caller ON CONFLICT DO NOTHING
"""
_AT_THEM = f"""
UPDATE temp.batch SET place = COALESCE({PLACE.format(caller="batch.caller")}, {NOWHERE}) WHERE place IS NULL
"""  # noqa: S608
"""A place is noted by whoever counts there first."""


def _brought_in() -> Iterator[str]:
    """The batch's sums into each roll-up, and out of it what thereby stands for no request any more."""
    sums = ", ".join(f"SUM({name})" for name in SUMS)
    for table, length in LENGTHS.items():
        key = KEYS[table]
        of_batch = key.replace("bucket", f"bucket / {length // _QUARTER}")
        yield (
            f"INSERT INTO {table} ({key}, {', '.join(SUMS)})"  # noqa: S608 - our own names
            f" SELECT {of_batch}, {sums} FROM temp.batch WHERE 1 = 1 GROUP BY {of_batch}"
            f" ON CONFLICT ({key}) DO UPDATE SET {CHANGES}"
        )
        yield (
            f"DELETE FROM {table} WHERE requests = 0"  # noqa: S608
            f" AND ({key}) IN (SELECT {of_batch} FROM temp.batch WHERE requests < 0)"
        )


_ROOM = f"CREATE TEMP TABLE IF NOT EXISTS batch (bucket, scope, place, caller, {', '.join(SUMS)})"
_EMPTY = "DELETE FROM temp.batch"
_BEFORE, _AFTER = _ended("-"), _ended("")
_BRING_IN = (_NEW_PLACES, _AT_THEM, *_brought_in())


class Totals:
    """Of one connection. Whoever writes on it says first which way: ``by_batch`` or ``by_triggers``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._triggers = True
        self._understood: bool | None = None

    def look_again(self) -> None:
        """Another program was here: the triggers may be others now."""
        self._understood = None

    def by_triggers(self) -> None:
        """From here on rows may be written, changed and dropped at will."""
        self._switch(True)

    def by_batch(self, records: Sequence[Record]) -> AbstractContextManager[None]:
        """As ``by_ids``, of these records."""
        return self.by_ids([record.id for record in records])

    @contextmanager
    def by_ids(self, named: Sequence[str]) -> Iterator[None]:
        """Within, bring in or change exactly these requests; inside the caller's transaction, to be rolled back after
        any error.

        Raises sqlite3.Error, among them OperationalError with SQLITE_ERROR where the batch's sums do not fit 64 bits;
        triggers go on with imprecise ones.
        """
        if self._understood is None:
            self._understood = self._as_known()
        self._switch(not self._understood)
        if not self._understood:
            yield
            return
        ids = (json.dumps(named),)
        self._connection.execute(_ROOM)
        self._connection.execute(_EMPTY)
        self._connection.execute(_BEFORE, ids)
        yield
        self._connection.execute(_AFTER, ids)
        for said in _BRING_IN:
            self._connection.execute(said)

    def _as_known(self) -> bool:
        found = self._connection.execute(
            "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'"
        )
        return {row[0] for row in found} == {*TRIGGERS}

    def _switch(self, on: bool) -> None:
        # Left as it is until the other is wanted: SQLite compiles every statement anew after it, a millisecond or so.
        if on != self._triggers:
            self._connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, on)
            self._triggers = on
