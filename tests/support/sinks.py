"""Where rows go in place of the ledger's writer, and a price in place of the pricer's."""

from franking.ledger.record import Record
from franking.metering.values import Asked, Cost, Usage

__all__ = ["Sink", "unpriced"]


class Sink:
    """Keeps every row that it is given."""

    def __init__(self) -> None:
        self.rows: list[Record] = []

    def put(self, record: Record) -> None:
        """Keep it."""
        self.rows.append(record)


def unpriced(usage: Usage, asked: Asked, row: Record) -> Cost:
    """No cost is known."""
    return Cost()
