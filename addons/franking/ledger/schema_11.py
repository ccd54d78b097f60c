"""Version 11: callers of one session have a number in common, by which sessions are told apart in half the time.

Never edited once released. A session's number is the id of one of its callers, the first that was noted, and stays when
that one is dropped. No other session gets it: SQLite gives an id out again only where no larger one is left, and all of
a session's callers have this id or larger ones.
"""

__all__ = ["NUMBERED", "NUMBERS", "STATEMENTS"]

NUMBERED = (
    "INSERT INTO session_numbers (caller, session) SELECT c.id, COALESCE(("
    "SELECT n.session FROM callers AS o CROSS JOIN session_numbers AS n"
    " WHERE o.session_id = c.session_id AND n.caller = o.id LIMIT 1), c.id)"
    " FROM callers AS c WHERE c.id = {caller} AND c.session_id IS NOT NULL ON CONFLICT DO NOTHING"
)
"""Notes the number of a ``{caller}``, where its session is known."""

NUMBERS = (
    "INSERT INTO session_numbers (caller, session)"
    " SELECT id, MIN(id) OVER (PARTITION BY session_id) FROM callers WHERE session_id IS NOT NULL ORDER BY 1"
)
"""Notes those of all callers."""

_ADDED = f"INSERT ON callers BEGIN {NUMBERED.format(caller='NEW.id')}; END"
_REMOVED = "DELETE ON callers BEGIN DELETE FROM session_numbers WHERE caller = OLD.id; END"

STATEMENTS: tuple[str, ...] = (
    "CREATE TABLE session_numbers (caller INTEGER PRIMARY KEY, session INTEGER NOT NULL) STRICT",
    NUMBERS,
    f"CREATE TRIGGER callers_added AFTER {_ADDED}",
    f"CREATE TRIGGER callers_removed AFTER {_REMOVED}",
)
