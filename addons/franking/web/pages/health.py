"""Health: what ``frank doctor`` finds, how the sidecar and the alerts' channels are, and which clients refused us."""

import contextlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking import paths
from franking.budgets import alert_store
from franking.budgets.alert_store import Sent
from franking.health.values import Finding
from franking.ledger.reader import LedgerBrokenError, LedgerMissingError, opened
from franking.supervisor.state import State, read_health, read_state
from franking.web.asked import Asked, asked
from franking.web.navigation import Entry
from franking.web.pages._channels import channels
from franking.web.pages._doctor import Checked, Doctor
from franking.web.rendering import page
from franking.web.site import site
from franking.web.tables import Column, Row, Table, arranged

__all__ = ["ENTRY", "ROUTES", "Health", "Noted", "health"]

ENTRY = Entry("Health", "/health", 9)

_ORDER = ("fail", "warn", "ok")


@dataclass(frozen=True, slots=True)
class Noted:
    """What the sidecar and its proxy wrote down. numbers: the proxy's last. refused: as ``refused.json`` has it.

    troubled, taken: of the home's ledger, as ``alert_store`` has them; channels: that are configured for alerts.
    """

    state: State | None
    numbers: Mapping[str, Any]
    refused: Sequence[Mapping[str, Any]]
    channels: Sequence[str] = ()
    troubled: Sequence[Sent] = ()
    taken: Mapping[str, int] = field(default_factory=dict)


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
    channels: Table


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
        arranged(channels(noted.channels, noted.troubled, noted.taken), asked),
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


def _read(home: Path, channels: Sequence[str]) -> Noted:
    try:
        told = json.loads((home / "refused.json").read_text(encoding="utf-8"))
        refused = [one for one in told if isinstance(one, dict)]
    except (OSError, ValueError, TypeError):
        refused = []
    troubled: Sequence[Sent] = ()
    taken: Mapping[str, int] = {}
    # A ledger that cannot be read is for the checks to tell.
    with contextlib.suppress(LedgerMissingError, LedgerBrokenError, sqlite3.Error), opened() as ledger:
        troubled, taken = alert_store.troubled(ledger), alert_store.taken(ledger)
    return Noted(read_state(), read_health(), refused, channels, troubled, taken)


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
    noted = await anyio.to_thread.run_sync(_read, paths.home(), [one.name for one in site(request).settings.alerts])
    found = health(noted, doctor.checked, question)
    other = None if site(request).ledger.absolute() == paths.ledger_file().absolute() else site(request).ledger
    return page(
        request, "health.html", tables=(found.table, found.refused, found.channels), asked=question, it=found,
        checking=doctor.running, home=str(paths.home()), other=None if other is None else str(other),
    )  # fmt: skip


async def _check(request: Request) -> Response:
    _doctor(request).look(again=True)
    return RedirectResponse("/health", 303)


ROUTES = (Route("/health", _show, methods=["GET"]), Route("/health/check", _check, methods=["POST"]))
