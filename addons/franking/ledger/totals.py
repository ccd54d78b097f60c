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
from franking.ledger.schema_9_filled import CHANGES, NOWHERE, PLACE, SUMS
from franking.ledger.schema_10 import KEYS, LENGTHS, NOBODYS, OWNER, TRIGGERS

__all__ = ["Totals"]

_QUARTER = LENGTHS["quarters"]


def _ended(sign: str) -> str:
    """What those of some rows that have ended come to, added to the batch's sums; parameter: their ids, a JSON list."""
    sums = ", ".join(f"{sign}SUM({value.format(row='e.')})" for value in SUMS.values())
    return (
        f"INSERT INTO temp.batch SELECT e.started_at / {_QUARTER}, e.scope, {PLACE.format(caller='e.caller')},"  # noqa: S608
        f" e.caller, {OWNER.format(scope='e.scope')}, {sums} FROM main.entries AS e"
        " WHERE e.id IN (SELECT value FROM json_each(?)) AND e.status <> 'in_flight' GROUP BY 1, 2, 4"
    )


_NEW_PLACES = """
INSERT INTO main.places (repository, branch) SELECT DISTINCT c.repository, c.branch
FROM temp.batch AS b CROSS JOIN main.callers AS c WHERE b.place IS NULL AND c.id = b.caller ON CONFLICT DO NOTHING
"""
_AT_THEM = f"""
UPDATE temp.batch SET place = COALESCE({PLACE.format(caller="batch.caller")}, {NOWHERE}) WHERE place IS NULL
"""  # noqa: S608
_NEW_OWNERS = """
INSERT INTO main.owners (project_id, "user") SELECT DISTINCT s.project_id, s."user"
FROM temp.batch AS b CROSS JOIN main.scopes AS s WHERE b.owner IS NULL AND s.id = b.scope ON CONFLICT DO NOTHING
"""
_BY_THEM = f"""
UPDATE temp.batch SET owner = COALESCE({OWNER.format(scope="batch.scope")}, {NOBODYS}) WHERE owner IS NULL
"""  # noqa: S608
"""A place and an owner are noted by whoever counts there first."""


def _of_batch(table: str) -> str:
    """What the roll-up tells apart, of the batch's sums."""
    return KEYS[table].replace("bucket", f"bucket / {LENGTHS[table] // _QUARTER}")


def _brought_in(table: str) -> str:
    """The batch's sums into a roll-up."""
    key, of_batch = KEYS[table], _of_batch(table)
    return (
        f"INSERT INTO {table} ({key}, {', '.join(SUMS)})"  # noqa: S608 - our own names
        f" SELECT {of_batch}, {', '.join(f'SUM({name})' for name in SUMS)} FROM temp.batch WHERE 1 = 1"
        f" GROUP BY {of_batch} ON CONFLICT ({key}) DO UPDATE SET {CHANGES}"
    )


def _cleared(table: str) -> str:
    """Out of a roll-up what stands for no request any more."""
    return (
        f"DELETE FROM {table} WHERE requests = 0"  # noqa: S608
        f" AND ({KEYS[table]}) IN (SELECT {_of_batch(table)} FROM temp.batch WHERE requests < 0)"
    )


_ROOM = f"CREATE TEMP TABLE IF NOT EXISTS batch (bucket, scope, place, caller, owner, {', '.join(SUMS)})"
_EMPTY = "DELETE FROM temp.batch"
_BEFORE, _AFTER = _ended("-"), _ended("")
_BRING_IN = (_NEW_PLACES, _AT_THEM, _NEW_OWNERS, _BY_THEM, *map(_brought_in, LENGTHS))
_CLEAR = tuple(map(_cleared, LENGTHS))


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
        taken = self._connection.execute(_BEFORE, ids).rowcount
        yield
        self._connection.execute(_AFTER, ids)
        for said in (*_BRING_IN, *(_CLEAR if taken else ())):
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
