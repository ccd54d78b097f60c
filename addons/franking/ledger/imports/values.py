"""What a line becomes: a request, a total, or a refusal. Frozen."""

from dataclasses import dataclass

from franking.ledger.record import Record

__all__ = ["Refused", "Request", "Total"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not taken: its column (None: the whole line) and what was expected, or why."""

    line: int
    column: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Request:
    """A line that is a request. ``record.id`` is franking's own where ``own``, else still to be made of ``identity``.

    source: the id that its source gave it; None where it has none.
    """

    line: int
    record: Record
    identity: bytes
    source: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Total:
    """A line that says how many requests there were. begins, ends: microseconds UTC. dimensions: as DIMENSIONS.

    length: ``hour``, ``day``, ``week`` or ``month``.  sums: as the columns of a roll-up.
    """

    line: int
    length: str
    begins: int
    ends: int
    dimensions: tuple[str | None, ...]
    sums: tuple[int, ...]
