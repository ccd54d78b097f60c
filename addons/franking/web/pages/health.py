"""Health: what ``frank doctor`` finds, how the sidecar is, and which clients refused its certificates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking import paths
from franking.health.values import Finding
from franking.supervisor.state import State, read_health, read_state
from franking.web.asked import Asked, asked
from franking.web.navigation import Entry
from franking.web.pages._doctor import Checked, Doctor
from franking.web.rendering import page
from franking.web.site import site
from franking.web.tables import Column, Row, Table, arranged

__all__ = ["ENTRY", "ROUTES", "Health", "Noted", "health"]

ENTRY = Entry("Health", "/health", 8)

_ORDER = ("fail", "warn", "ok")


@dataclass(frozen=True, slots=True)
class Noted:
    """What the sidecar and its proxy wrote down. numbers: the proxy's last. refused: as ``refused.json`` has it."""

    state: State | None
    numbers: Mapping[str, Any]
    refused: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Health:
    """findings: what needs a look first. table: the same for CSV. verdict: the worst; None before the first look.

    waiting, lost, under_way, requests: the proxy's, None where no sidecar runs.
    """

    sidecar: State | None
    up_for: int | None
    requests: int | None
    under_way: int | None
    waiting: int | None
    lost: int | None
    last_error: str | None
    checked: Checked | None
    ago: int | None
    verdict: str | None
    findings: Sequence[Finding]
    table: Table
    refused: Table


def health(noted: Noted, checked: Checked | None, asked: Asked) -> Health:
    """Everything that the page shows. Raises WrongError."""
    state = noted.state
    numbers = noted.numbers if state is not None else {}
    findings = sorted(checked.findings if checked else (), key=lambda one: _ORDER.index(one.verdict))
    error = numbers.get("last_error")
    return Health(
        state,
        None if state is None else max(0, asked.now - state.started_at),
        _whole(numbers.get("requests")),
        _whole(numbers.get("in_flight")),
        _whole(numbers.get("waiting")),
        _whole(numbers.get("lost")),
        error if isinstance(error, str) else None,
        checked,
        None if checked is None else max(0, asked.now - checked.at),
        findings[0].verdict if findings else None,
        findings,
        _checks(findings),
        arranged(_refused(noted.refused), asked, "-when"),
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _checks(findings: Sequence[Finding]) -> Table:
    columns = tuple(Column(key, key.capitalize()) for key in ("verdict", "name", "says", "todo"))
    rows = tuple(Row((one.verdict, one.name, one.says, one.todo)) for one in findings)
    return Table("checks", "Checks", columns, rows)


def _refused(noted: Sequence[Mapping[str, Any]]) -> Table:
    columns = (
        Column("client", "Client"), Column("host", "Gateway"), Column("when", "Last", "time"),
        Column("count", "Times", "count"), Column("error", "What it said", wide=2),
    )  # fmt: skip
    rows = tuple(
        Row((str(one.get("client", "")), str(one.get("host", "")), _whole(one.get("when")), _whole(one.get("count")),
             str(one.get("error", ""))))
        for one in noted
    )  # fmt: skip
    return Table("refused", "Clients that refused the certificate", columns, rows)


def _read(home: Path) -> Noted:
    try:
        told = json.loads((home / "refused.json").read_text(encoding="utf-8"))
        refused = [one for one in told if isinstance(one, dict)]
    except (OSError, ValueError, TypeError):
        refused = []
    return Noted(read_state(), read_health(), refused)


def _doctor(request: Request) -> Doctor:
    """This dashboard's."""
    held = request.app.state
    if not hasattr(held, "doctor"):
        held.doctor = Doctor()
    doctor: Doctor = held.doctor
    return doctor


async def _show(request: Request) -> Response:
    question, doctor = await asked(request), _doctor(request)
    doctor.look()
    noted = await anyio.to_thread.run_sync(_read, paths.home())
    found = health(noted, doctor.checked, question)
    other = None if site(request).ledger.absolute() == paths.ledger_file().absolute() else site(request).ledger
    return page(
        request, "health.html", tables=(found.table, found.refused), asked=question, it=found,
        checking=doctor.running, home=str(paths.home()), other=None if other is None else str(other),
    )  # fmt: skip


async def _check(request: Request) -> Response:
    _doctor(request).look(again=True)
    return RedirectResponse("/health", 303)


ROUTES = (Route("/health", _show, methods=["GET"]), Route("/health/check", _check, methods=["POST"]))
