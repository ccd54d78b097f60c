"""What stands in for a journal that cannot be had: it takes no row, so that all are kept in memory alone."""

from pathlib import Path

from franking.ledger.journal import JournalFullError

__all__ = ["NoJournal"]


class NoJournal:
    """As Journal, of a file that could not be opened. Nothing it is told outlives the process."""

    detached = True
    lost = 0

    def __init__(self, file: Path) -> None:
        self.file = file

    def append(self, payload: bytes) -> int:
        """Raises JournalFullError."""
        raise JournalFullError

    def release(self, sequence: int) -> None:
        """There is nothing to release."""

    def note_lost(self, count: int) -> None:
        """There is nowhere to note it."""

    def pending(self) -> list[tuple[int, bytes]]:
        """Nothing is known of."""
        return []

    def close(self) -> None:
        """There is nothing to let go of."""
