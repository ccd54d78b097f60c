"""What an import comes to, and what its parts work with."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from franking.ledger.imports.overlaps import Overlaps
from franking.ledger.imports.values import Refused

__all__ = ["Outcome", "Way"]


@dataclass(slots=True)
class Outcome:
    """lines: read, empty ones left out. added, known: requests or totals that were not here, or were. replaced: totals
    that had other sums. refused: lines, or totals, that are not taken. empty: totals of no request.
    """

    lines: int = 0
    added: int = 0
    known: int = 0
    replaced: int = 0
    refused: int = 0
    empty: int = 0


@dataclass(frozen=True, slots=True)
class Way:
    """overlaps: None where counting twice is allowed. dry: nothing is written."""

    ledger: sqlite3.Connection
    overlaps: Overlaps | None
    refuse: Callable[[Refused], None]
    outcome: Outcome
    dry: bool
