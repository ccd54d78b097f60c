"""The ledger's shape, version 4: totals of requests that were imported as such. Never edited once released.

A row of ``imported_totals`` says how many requests there were from ``begins`` to ``ends`` (microseconds UTC, the latter
not included) with what ``scope`` names, and their sums. ``shape`` is what its file told apart (``day,model,user``). It
is counted in the quarter-hour ``bucket``, the middle of its time, so that a day stands under its own name in nearly
every zone. Triggers keep the roll-ups, as they do for ``entries``.
"""

from franking.ledger.schema_2 import ROLL_UPS, SUMS

__all__ = ["STATEMENTS"]

_QUARTER = ROLL_UPS["quarters"]

_TABLE = f"""
CREATE TABLE imported_totals (
    key BLOB NOT NULL PRIMARY KEY,
    bucket INTEGER NOT NULL,
    scope INTEGER NOT NULL,
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    shape TEXT NOT NULL,
    {", ".join(f"{name} INTEGER NOT NULL" for name in SUMS)}
) STRICT, WITHOUT ROWID
"""


def _trigger(event: str, counted: tuple[tuple[str, str], ...]) -> str:
    """counted: (row, sign) to bring into the roll-ups, or to take out."""
    work = ""
    for row, sign in counted:
        for table, length in ROLL_UPS.items():
            place = f"{row}.bucket / {length // _QUARTER}"
            values = ", ".join(f"{sign}{row}.{name}" for name in SUMS)
            changes = ", ".join(f"{name} = {name} + excluded.{name}" for name in SUMS)
            work += (
                f" INSERT INTO {table} (bucket, scope, {', '.join(SUMS)}) VALUES ({place}, {row}.scope, {values})"  # noqa: S608
                f" ON CONFLICT (bucket, scope) DO UPDATE SET {changes};"
            )
            if sign:
                work += f" DELETE FROM {table} WHERE bucket = {place} AND scope = {row}.scope AND requests = 0;"  # noqa: S608
    return f"CREATE TRIGGER imported_totals_{event.lower()} AFTER {event} ON imported_totals BEGIN{work} END"


STATEMENTS: tuple[str, ...] = (
    _TABLE,
    "CREATE INDEX imported_totals_bucket ON imported_totals (bucket)",
    _trigger("INSERT", (("NEW", ""),)),
    _trigger("UPDATE", (("OLD", "-"), ("NEW", ""))),
    _trigger("DELETE", (("OLD", "-"),)),
)
