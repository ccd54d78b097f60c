"""One question of the interface: Endpoint declares it, and answers requests for it in a thread.

Everything that can go wrong becomes a Problem (RFC 9457, ``application/problem+json``), one sentence for people.
"""

import contextlib
import functools
import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger import reader
from franking.settings import SettingsError
from franking.web.api.parameters import Parameter, WrongError, read
from franking.web.problems import problem
from franking.web.site import Site, site

__all__ = ["Endpoint", "NotFoundError", "Question"]

log = logging.getLogger(__name__)

SECONDS = 20.0
"""How long the ledger may be asked for one answer."""

_STEPS = 20_000
_AT_ONCE = anyio.CapacityLimiter(4)


class NotFoundError(Exception):
    """There is no such thing. The text says what."""


class _SlowError(Exception):
    """The ledger was asked for too long."""


@dataclass(frozen=True, slots=True)
class Question:
    """values: name → value of every parameter, of the path and of the question. now: microseconds UTC."""

    values: Mapping[str, Any]
    site: Site
    now: int

    @contextlib.contextmanager
    def ledger(self) -> Iterator[sqlite3.Connection]:
        """The ledger, for as long as an answer may take. Raises LedgerMissingError and LedgerBrokenError."""
        deadline = time.monotonic() + SECONDS
        with self.site.readers.opened() as opened:
            opened.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS)
            try:
                yield opened
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise _SlowError from None
                raise


@dataclass(frozen=True, slots=True)
class Endpoint:
    """path: below the interface's root. name: of the operation. answer: what ``ask`` gives. ask: runs in a thread.

    ask may raise WrongError, NotFoundError, and what the ledger raises. of_ledger: there is no answer without one.
    media: what an answer's type may be.
    """

    path: str
    name: str
    summary: str
    answer: Any
    ask: Callable[[Question], Any]
    parameters: tuple[Parameter, ...] = ()
    in_path: tuple[Parameter, ...] = ()
    of_ledger: bool = True
    media: tuple[str, ...] = ("application/json",)

    def route(self) -> Route:
        """Where it is asked."""
        return Route(self.path, self._serve, methods=["GET"], name=f"api {self.name}")

    async def _serve(self, request: Request) -> Response:
        try:
            values = read(self.parameters, request.query_params.multi_items())
            for parameter in self.in_path:
                values[parameter.name] = request.path_params[parameter.name]
            question = Question(values, site(request), time.time_ns() // 1000)
            return await self.answered(question)
        except Exception as fault:
            return self.refused(fault)

    async def answered(self, question: Question) -> Response:
        """The answer. Raises what ``refused`` tells."""
        body = await anyio.to_thread.run_sync(functools.partial(self._answer, question), limiter=_AT_ONCE)
        return Response(body, media_type="application/json")

    def refused(self, fault: Exception) -> Response:
        """Why there is no answer."""
        match fault:
            case WrongError():
                where = f"{fault.parameter}: " if fault.parameter else ""
                return problem(400, "That cannot be asked", f"{where}{fault}", fault.parameter)
            case NotFoundError():
                return problem(404, "There is none", str(fault))
            case reader.LedgerMissingError() | reader.LedgerBrokenError():
                return problem(503, "The ledger cannot be read", str(fault))
            case SettingsError():
                return problem(503, "The configuration cannot be used", "; ".join(str(fault).splitlines()))
            case _SlowError():
                detail = f"it took longer than {SECONDS:.0f} s; ask for a shorter period, or without branch and session"
                return problem(503, "The question is too large", detail)
        log.error("%s failed", self.path, exc_info=fault)
        detail = "this is a fault of franking's own; the dashboard's log says where"
        return problem(500, "It failed", detail)

    def _answer(self, question: Question) -> bytes:
        return msgspec.json.encode(self.ask(question))
