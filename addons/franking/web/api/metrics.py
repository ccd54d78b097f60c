"""``/metrics``: counters since the ledger's beginning, and how the sidecar is, for Prometheus.

There are at most ``SERIES`` sets of labels, and one further, whose every label is ``(other)``, for all the rest. Which
sets have a series of their own is decided at the first question and then kept, for a counter must not go down because
another project has become busier.
"""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from franking import __version__
from franking.ledger import counters, reader
from franking.ledger.counters import COUNTED, DIMENSIONS, Counted
from franking.supervisor.state import read_health, read_state
from franking.web.api import known_prices
from franking.web.api.exposition import OPEN, PLAIN, Family, Sample, text
from franking.web.site import site
from franking.words import dollars

__all__ = ["SERIES", "Kept", "families", "serve"]

SERIES = 500
OTHER = "(other)"

_REST = (OTHER,) * len(DIMENSIONS)
_FAMILIES = (
    ("franking_requests", "requests", "Requests that have ended."),
    ("franking_cost_dollars", "cost", "US dollars of the priced requests."),
    ("franking_errors", "errors", "Requests that the gateway or the network failed."),
    ("franking_unpriced_requests", "unpriced_ok", "Requests that ended well without a known cost."),
)
_KINDS = ("input", "output", "cache_read", "cache_write", "reasoning")


class Kept:
    """The sets of labels that have a series of their own."""

    def __init__(self, most: int = SERIES) -> None:
        self._most = most
        self._kept: set[tuple[str, ...]] = set()
        self._lock = threading.Lock()

    def bounded(self, found: Sequence[Counted]) -> dict[tuple[str, ...], list[int]]:
        """Label values → sums. An unattributed value is an empty label, which to Prometheus is none."""
        sums: dict[tuple[str, ...], list[int]] = {}
        with self._lock:
            for one in found:
                labels = tuple(value or "" for value in one.labels)
                if labels not in self._kept:
                    if len(self._kept) < self._most:
                        self._kept.add(labels)
                    else:
                        labels = _REST
                held = sums.get(labels)
                sums[labels] = list(one.sums) if held is None else [a + b for a, b in zip(held, one.sums, strict=True)]
        return sums


_kept = Kept()


async def serve(request: Request) -> Response:
    """The endpoint. A ledger that is missing or broken takes the counters away, and is said by a gauge."""
    openmetrics = "application/openmetrics-text" in request.headers.get("accept", "")
    file = site(request).ledger
    body = await anyio.to_thread.run_sync(lambda: text(list(families(file, _kept)), openmetrics=openmetrics))
    return PlainTextResponse(body, headers={"Content-Type": OPEN if openmetrics else PLAIN})


def families(file: Path, kept: Kept) -> Iterator[Family]:
    """Every metric, of the ledger in this file and of the sidecar on this home. Blocks."""
    yield Family("franking_build_info", "gauge", "Which franking this is.", [Sample({"version": __version__}, "1")])
    try:
        with reader.opened(file) as ledger:
            found = counters.counted(ledger)
            nobodys = counters.unattributed(ledger)
    except (reader.LedgerMissingError, reader.LedgerBrokenError):
        yield _gauge("franking_ledger_readable", "Whether the ledger can be read.", 0)
    else:
        yield _gauge("franking_ledger_readable", "Whether the ledger can be read.", 1)
        yield from _counters(kept.bounded(found))
        of_field = [("project", nobodys.project), ("feature", nobodys.feature)]
        samples = [Sample({"field": name}, str(value)) for name, value in of_field]
        yield Family("franking_unattributed_requests", "counter", "Requests without a known value.", samples)
    yield from _sidecar()
    age = known_prices.age(known_prices.about())
    if age is not None:
        meaning = "How old the price list is: since it was fetched, else since its newest price."
        yield _gauge("franking_price_table_age_seconds", meaning, age * 86_400)


def _counters(sums: dict[tuple[str, ...], list[int]]) -> Iterator[Family]:
    labelled = [(dict(zip(DIMENSIONS, labels, strict=True)), dict(zip(COUNTED, values, strict=True)))
                for labels, values in sums.items()]  # fmt: skip
    for name, column, meaning in _FAMILIES:
        samples = [Sample(labels, _number(column, values[column])) for labels, values in labelled]
        yield Family(name, "counter", meaning, samples)
    tokens = [
        Sample(labels | {"kind": kind}, str(values[f"{kind}_tokens"])) for labels, values in labelled for kind in _KINDS
    ]
    meaning = "Tokens that answers told of; input holds cache_read and cache_write, output holds reasoning."
    yield Family("franking_tokens", "counter", meaning, tokens)


def _number(column: str, value: int) -> str:
    return dollars(value) or "0" if column == "cost" else str(value)


def _sidecar() -> Iterator[Family]:
    up = read_state() is not None
    yield _gauge("franking_sidecar_up", "Whether the sidecar runs on this home.", int(up))
    numbers = read_health() if up else {}
    for name, key, meaning in (
        ("franking_rows_waiting", "waiting", "Rows that are not yet in the ledger."),
        ("franking_rows_lost", "lost", "Rows that could not be kept, since the proxy's start."),
        ("franking_requests_in_flight", "in_flight", "Requests that have begun and not ended."),
    ):
        if isinstance(value := numbers.get(key), int):
            yield _gauge(name, meaning, value)


def _gauge(name: str, meaning: str, value: int) -> Family:
    return Family(name, "gauge", meaning, [Sample({}, str(value))])
