"""SQL of roll-ups' tables, and of the triggers that keep them. Its text is part of released versions: it never changes.

A sum of tokens is NULL where no request of the bucket tells it. What nearly every question reads stands first in a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from franking.ledger.schema_2 import ROLL_UPS, TOTALS_STAY
from franking.ledger.schema_7_eighths import EIGHTHS, NOBODY
from franking.ledger.schema_9_filled import CHANGES, SUMS, TOKENS, known

__all__ = ["RollUps"]

_QUARTER = ROLL_UPS["quarters"]
_NEW, _OLD = (f" WHEN {row}.status <> 'in_flight'" for row in ("NEW", "OLD"))
_STAY = f"EXISTS (SELECT 1 FROM facts WHERE name = '{TOTALS_STAY}')"  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class RollUps:
    """lengths: roll-up → its buckets' length in microseconds. keys: roll-up → what it tells apart.

    of_entry, of_total: what it tells apart → its SQL on a ``{row}`` of entries, or of imported totals. entry_new,
    total_new: statements that note what such a row is the first to tell.
    """

    lengths: Mapping[str, int]
    keys: Mapping[str, str]
    of_entry: Mapping[str, str]
    of_total: Mapping[str, str]
    entry_new: str = ""
    total_new: str = ""

    def table(self, name: str) -> str:
        """Makes it."""
        key = self.keys[name]
        listed = ", ".join(f"{each} INTEGER{'' if each in TOKENS else ' NOT NULL'}" for each in SUMS)
        # Not STRICT: an absurd number may make a sum imprecise, but must not keep a row out.
        columns = ", ".join(f"{each} INTEGER" for each in key.split(", "))
        return f"CREATE TABLE {name} ({columns}, {listed}, PRIMARY KEY ({key})) WITHOUT ROWID"

    def on_entries(self) -> tuple[str, ...]:
        """The triggers on ``entries``. Where totals stay, a request that is dropped is nobody's from then on."""
        kept = self._entry("OLD", "-", (EIGHTHS,)) + self._entry("OLD", "", (EIGHTHS,), str(NOBODY))
        return (
            _trigger("entries_added", "INSERT", "entries", _NEW, self._entry("NEW")),
            _trigger("entries_left", "UPDATE", "entries", _OLD, self._entry("OLD", "-")),
            _trigger("entries_came", "UPDATE", "entries", _NEW, self._entry("NEW")),
            _trigger("entries_removed", "DELETE", "entries", f"{_OLD} AND NOT {_STAY}", self._entry("OLD", "-")),
            _trigger("entries_kept", "DELETE", "entries", f"{_OLD} AND {_STAY}", kept),
        )

    def on_totals(self) -> tuple[str, ...]:
        """The triggers on ``imported_totals``."""
        changed = self._total("OLD", "-") + self._total("NEW")
        return (
            _trigger("imported_totals_added", "INSERT", "imported_totals", "", self._total("NEW")),
            _trigger("imported_totals_changed", "UPDATE", "imported_totals", "", changed),
            _trigger("imported_totals_removed", "DELETE", "imported_totals", "", self._total("OLD", "-")),
        )

    def _entry(self, row: str, sign: str = "", tables: tuple[str, ...] = (), caller: str | None = None) -> str:
        """tables: all without any. caller: in place of the row's own."""
        values = {name: value.format(row=f"{row}.") for name, value in SUMS.items()}
        told = {name: said.format(row=row) for name, said in self.of_entry.items()}
        told |= {} if caller is None else {"caller": caller}
        said = "" if sign else self.entry_new.format(row=row)
        for table in tables or self.lengths:
            said += self._counted(table, {"bucket": f"{row}.started_at / {self.lengths[table]}", **told}, sign, values)
        return said

    def _total(self, row: str, sign: str = "") -> str:
        told = {name: said.format(row=row) for name, said in self.of_total.items()}
        return ("" if sign else self.total_new.format(row=row)) + "".join(
            self._counted(table, {"bucket": f"{row}.bucket / {length // _QUARTER}", **told}, sign, known(row))
            for table, length in self.lengths.items()
        )

    def _counted(self, table: str, told: Mapping[str, str], sign: str, values: Mapping[str, str]) -> str:
        """Statements of a trigger that bring sums into a roll-up, or take them out."""
        key = self.keys[table]
        places = {name: told[name] for name in key.split(", ")}
        listed = ", ".join([*places.values(), *(f"{sign}({value})" for value in values.values())])
        said = (
            f" INSERT INTO {table} ({key}, {', '.join(SUMS)}) VALUES ({listed})"  # noqa: S608 - our own names
            f" ON CONFLICT ({key}) DO UPDATE SET {CHANGES};"
        )
        if sign:
            there = " AND ".join(f"{name} = {place}" for name, place in places.items())
            said += f" DELETE FROM {table} WHERE {there} AND requests = 0;"  # noqa: S608
        return said


def _trigger(name: str, event: str, table: str, condition: str, work: str) -> str:
    """Makes it."""
    return f"CREATE TRIGGER {name} AFTER {event} ON {table}{condition} BEGIN{work} END"
