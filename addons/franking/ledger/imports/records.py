"""A request's row, of what its line says, and what follows from that. Pure."""

from typing import Any, get_args

import msgspec

from franking.ledger.imports.cells import Cell, Unfit
from franking.ledger.imports.identity import contents, own_id
from franking.ledger.imports.layouts import Layout
from franking.ledger.imports.values import Request
from franking.ledger.record import Record, Status

__all__ = ["request", "shown"]

_STATUSES: frozenset[str] = frozenset(get_args(Status))
_SOURCES = {"gateway", "price-table", "price-override"}
_SHOWN = 60


def request(line: int, values: dict[str, Any], layout: Layout) -> Request:
    """values: by field, and used up. Raises Unfit, whose text begins with the field."""
    if values.get("started_at") is None:
        raise Unfit("started_at: expected when it began; it is empty")
    source = values.pop("id", None)
    own = layout.ids == "franking" and source is not None
    if own and (source := own_id(source)) is None:
        raise Unfit("id: expected franking's own id, such as 01930000-0000-7000-8000-000000000001")
    identity = contents(values)
    _settle(values)
    if not own:
        _charge(values)
    values.setdefault("gateway", layout.gateway)
    for name in ("gateway", "host", "method", "path", "wire_format"):
        values.setdefault(name, None)
    if not own:
        values.update(project_source="import", feature_source="import")
    values.setdefault("provenance", f'{{"import":{{"layout":{msgspec.json.encode(layout.name).decode()}}}}}')
    return Request(line, Record(id=source if own else "", **values), identity, source, own)


def _settle(values: dict[str, Any]) -> None:
    """What follows from what is said: how it ended, when, and what it cost."""
    cancelled, failed = values.pop("cancelled", None), values.pop("has_error", None)
    status = values.get("status") or ("client_aborted" if cancelled else "http_error" if failed else "ok")
    if status not in _STATUSES:
        raise Unfit(f"status: expected one of {', '.join(sorted(_STATUSES))}; found {shown(status)}")
    # As of another ledger: what was on its way when it was written will not be heard of again.
    values["status"] = "interrupted" if status == "in_flight" else status
    if (waited := values.pop("latency_ms", None)) is not None:
        values.setdefault("first_token_at", values["started_at"] + waited)
    if (generated := values.pop("generation_ms", None)) is not None and values.get("first_token_at") is not None:
        values.setdefault("ended_at", values["first_token_at"] + generated)
    if (said := values.get("cost_source")) is not None and said not in _SOURCES:
        raise Unfit(f"cost_source: expected one of {', '.join(sorted(_SOURCES))}; found {shown(said)}")


def _charge(values: dict[str, Any]) -> None:
    """Its cost, as another side than franking tells it."""
    if values.get("cost") is None and values.get("cost_source") is None:
        upstream, reported = values.get("upstream_cost"), values.get("reported_cost")
        if values.get("is_byok") is None and upstream is not None:
            values["is_byok"] = upstream != 0
        # Under the user's own key the gateway's own figure is its fee (metering.pricing).
        values["cost"] = upstream if values.get("is_byok") else reported
        if not values.get("is_byok"):
            values["upstream_cost"] = None
    if values.get("cost") is not None:
        values.setdefault("cost_source", "gateway")


def shown(cell: Cell) -> str:
    """A cell in an error's text."""
    said = str(cell)
    return repr(said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…")
