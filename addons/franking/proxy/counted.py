"""What hard budgets need to know of a request, told by its row; and the sink that tells them of every row."""

import logging

from franking.budgets import matching
from franking.budgets.estimates import Estimator
from franking.budgets.guard import Guard
from franking.budgets.guard_values import Refused, Settled
from franking.budgets.matching import Request
from franking.ledger.record import Record
from franking.proxy.exchange import Sink

__all__ = ["Counted", "blame"]

log = logging.getLogger(__name__)

_TOLD: set[str] = set()


def blame(fault: Exception) -> None:
    """A fault of our own in a check, which lets the request pass: its kind, once each."""
    kind = type(fault).__name__
    if kind not in _TOLD:
        _TOLD.add(kind)
        log.error("a fault of franking's own (%s) in the check of budgets; requests pass", kind)
    log.debug("the fault in full", exc_info=fault)


class Counted:
    """The sink of rows, with the guard told of each while there are hard budgets."""

    def __init__(self, sink: Sink, guard: Guard, estimator: Estimator) -> None:
        self._sink = sink
        self._guard = guard
        self._estimator = estimator

    def put(self, record: Record) -> object:
        """Count the row, then keep it."""
        if self._guard.on:
            try:
                self._count(record)
            except Exception as fault:
                blame(fault)
        return self._sink.put(record)

    def check(self, row: Record, model: str | None, size: int | None, max_tokens: int | None = None) -> Refused | None:
        """May a request go? Then its estimate is held."""
        asked = self._asked(row, model)
        estimate = self._estimate(row, asked.project, model, size, max_tokens)
        return self._guard.check(row.id, row.started_at, asked, estimate)

    def adjust(self, row: Record, model: str | None, size: int | None, max_tokens: int | None) -> None:
        """Its body is known now."""
        project = self._guard.names.of(row.project_id, row.repository)
        self._guard.adjust(row.id, self._estimate(row, project, model, size, max_tokens))

    def _count(self, record: Record) -> None:
        guard = self._guard
        model = record.model or record.requested_model
        if record.status == "in_flight":
            if not guard.holds(record.id):  # a WebSocket's: it was not asked about
                asked = self._asked(record, model)
                guard.reserve(
                    record.id, record.started_at, asked, self._estimate(record, asked.project, model, None, None)
                )
        elif record.status == "blocked":
            guard.forget(record.id)
        else:
            settled = Settled(record.cost, record.status == "ok")
            guard.settle(record.id, record.started_at, self._asked(record, model), settled)

    def _asked(self, row: Record, model: str | None) -> Request:
        return matching.request(
            self._guard.names, row.project_id, row.repository, row.organization_id,
            feature=row.feature, user=row.user, model=model, client=row.client, session=row.session_id,
        )  # fmt: skip

    def _estimate(
        self, row: Record, project: str | None, model: str | None, size: int | None, max_tokens: int | None
    ) -> int:
        models = (model,) if model else self._guard.models.get(project, ())
        return self._estimator.estimate(
            models, row.gateway or "", row.wire_format or "", row.started_at, size, max_tokens
        )
