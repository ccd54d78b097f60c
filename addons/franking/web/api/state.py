"""How franking itself is: health and version."""

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any, Literal

from msgspec import Struct

from franking import __version__
from franking.health import books, setting_up
from franking.health.values import Finding
from franking.ledger import reader
from franking.ledger.schema import VERSION
from franking.supervisor.state import read_health, read_state
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.known_prices import PriceList, price_list
from franking.web.api.values import Time
from franking.words import iso

__all__ = ["ENDPOINTS"]


class Check(Struct, kw_only=True, forbid_unknown_fields=True):
    """What was looked at, and what to do about it."""

    name: str
    verdict: Literal["ok", "warn", "fail"]
    says: str
    todo: str | None


class Sidecar(Struct, kw_only=True, forbid_unknown_fields=True):
    """The sidecar that runs on this home."""

    pid: int
    version: str
    started_at: Time
    proxy: str
    restarts: int
    requests: int | None
    in_flight: int | None
    rows_waiting: int | None
    rows_lost: int | None


class Health(Struct, kw_only=True, forbid_unknown_fields=True):
    """What ``frank doctor`` checks, but for what takes long. ok: nothing failed; a warning is no failure."""

    ok: bool
    checks: list[Check]
    sidecar: Sidecar | None
    prices: PriceList


class Version(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which franking answers, and the version of ledgers that it writes."""

    version: str
    ledger: int


def _health(question: Question) -> Health:
    checks = [Check(name=one.name, verdict=one.verdict, says=one.says, todo=one.todo) for one in _findings(question)]
    return Health(
        ok=all(check.verdict != "fail" for check in checks),
        checks=checks,
        sidecar=_sidecar(),
        prices=price_list(),
    )


def _findings(question: Question) -> Iterator[Finding]:
    """Every check that takes milliseconds."""
    configuration, settings = setting_up.configuration()
    yield configuration
    yield setting_up.home()
    yield setting_up.sidecar()
    if settings is not None:
        yield setting_up.authority(settings)
    yield books.refusals()
    yield setting_up.git()
    yield books.waiting()
    yield books.prices()
    yield from _recorded(question)


def _recorded(question: Question) -> Iterator[Finding]:
    asked: tuple[Callable[[sqlite3.Connection], Finding], ...] = (books.attribution, books.rejections, books.priced)
    try:
        with question.ledger() as ledger:
            found = [ask(ledger) for ask in asked]
    except reader.LedgerMissingError as fault:
        yield Finding("ledger", "ok", str(fault))
    except reader.LedgerBrokenError as fault:
        yield Finding("ledger", "fail", str(fault), "frank stop, and restore a backup")
    else:
        yield Finding("ledger", "ok", f"{question.site.ledger} can be read")
        yield from found


def _sidecar() -> Sidecar | None:
    state = read_state()
    if state is None:
        return None
    numbers: dict[str, Any] = read_health()
    return Sidecar(
        pid=state.pid, version=state.version, started_at=iso(state.started_at) or "", proxy=state.proxy_url,
        restarts=state.restarts, requests=_count(numbers, "requests"), in_flight=_count(numbers, "in_flight"),
        rows_waiting=_count(numbers, "waiting"), rows_lost=_count(numbers, "lost"),
    )  # fmt: skip


def _count(numbers: dict[str, Any], name: str) -> int | None:
    value = numbers.get(name)
    return value if isinstance(value, int) else None


def _version(_: Question) -> Version:
    return Version(version=__version__, ledger=VERSION)


ENDPOINTS = (
    Endpoint("/health", "health", "What frank doctor knows at once", Health, _health, of_ledger=False),
    Endpoint("/version", "version", "Which franking this is", Version, _version, of_ledger=False),
)  # fmt: skip
