"""A request: its time, its tokens, its costs and the price used, what was stamped, and why it is whose it is.

A word of its own: ``raw=1`` shows the row as JSON.
"""

import json
import shlex
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.ledger import backfill_told
from franking.ledger.listings import Row
from franking.ledger.wanted import FIELDS
from franking.views import explained
from franking.views.explained import Field, Told
from franking.views.requests import public
from franking.web.asked import Asked, asked
from franking.web.pages._filtering import TITLES, nobody
from franking.web.pages._parts import session_page
from franking.web.reading import ask
from franking.web.rendering import page
from franking.words import clean

__all__ = ["ROUTES", "Fact", "One", "Timing", "one"]

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "Whose": ("project", "feature", "organization", "user", "client", "client_version", "editor", "machine"),
    "From where": ("session", "task", "repository", "branch", "worktree", "command", "pid"),
    "What was asked": ("gateway", "host", "method", "path", "wire_format", "requested_model", "model",
                       "inference_provider"),
    "How it ended": ("status", "http_status", "finish_reason", "error_type"),
}  # fmt: skip

_COLUMNS = {name: sql.strip('"') for name, sql in FIELDS.items()} | {
    "model": "model", "requested_model": "requested_model",
}  # fmt: skip

_CHARGED = {
    "gateway": "as the gateway reported it",
    "price-table": "estimated by the price list",
    "price-override": "estimated by your own prices",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A field and its value, None is not known. href: the requests that share it, or its page."""

    title: str
    value: str | None
    nobody: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds. wait: to the first token; stream: from there to the end; both None where no token was seen.

    whole: None while it runs. rate: output tokens a second of the stream, None where it is not known.
    """

    whole: int | None
    wait: int | None
    stream: int | None
    rate: int | None


@dataclass(frozen=True, slots=True)
class One:
    """row: the ledger's. price: the price used, with its source's version. charged: where the cost is from, in words.

    told, fields: why it is whose it is. later: field → how it was filled in. raw: the row as JSON.
    """

    row: Row
    timing: Timing
    price: str | None
    charged: str
    told: Told
    fields: list[Field]
    later: Mapping[str, tuple[str, ...]]
    facts: Mapping[str, tuple[Fact, ...]]
    raw: str

    @property
    def running(self) -> bool:
        """Has it not ended yet?"""
        return bool(self.row["status"] == "in_flight")

    @property
    def model(self) -> str | None:
        """As the answer names it, else as it was asked for."""
        found: str | None = self.row["model"] or self.row["requested_model"]
        return found


def one(ledger: sqlite3.Connection, id_: str, asked: Asked) -> One | None:
    """All that is known of the request with this id; None where there is none. asked: for the viewer's zone."""
    cursor = ledger.execute("SELECT * FROM requests WHERE id = ?", (id_,))
    names = [described[0] for described in cursor.description]
    found = cursor.fetchone()
    if found is None:
        return None
    row = dict(zip(names, found, strict=True))
    told = explained.of_row(row, backfill_told.later(ledger, row))
    shown = public(row)
    metering = shown["provenance"].get("metering")
    price = metering.get("price") if isinstance(metering, dict) else None
    later = {name: explained.filled_in(how, row, asked.zone) for name, how in told.later.items()}
    return One(
        row, _timing(row), price if isinstance(price, str) else None, _CHARGED.get(row["cost_source"] or "", ""), told,
        explained.fields(told), later,
        {group: tuple(_fact(row, field, asked) for field in fields) for group, fields in _GROUPS.items()},
        json.dumps(shown, indent=2, ensure_ascii=False),
    )  # fmt: skip


def _timing(row: Row) -> Timing:
    started, first, ended = row["started_at"], row["first_token_at"], row["ended_at"]
    whole = None if ended is None else max(0, ended - started)
    if first is None:
        return Timing(whole, None, None, None)
    wait = max(0, first - started)
    stream = None if whole is None else max(0, whole - wait)
    rate = None
    if stream and stream >= 1000 and row["output_tokens"]:
        rate = row["output_tokens"] * 1_000_000 // stream
    return Timing(whole, wait, stream, rate or None)


def _fact(row: Row, field: str, asked: Asked) -> Fact:
    """Not every field can be filtered by: the model that was asked for is found by searching."""
    value = row[_COLUMNS[field]]
    text = None if value is None else str(value)
    title = TITLES.get(field, "Requested model")
    if text is None:
        return Fact(title, None, nobody(field), None)
    word = ("search", text) if field == "requested_model" else (field, text)
    found = word[0] != "search" or len(text) <= 200
    href = f"/requests?{urlencode([('period', 'all'), word])}" if found else None
    href = session_page(asked, text) if field == "session" else href
    return Fact(title, text.replace("_", " ") if field == "status" else text, "", href)


async def _show(request: Request) -> Response:
    question = await asked(request)
    id_ = request.path_params["id"]
    found = await ask(request, lambda ledger: one(ledger, id_, question))
    if found is None:
        raise HTTPException(404)
    price_command = f"frank prices {shlex.quote(clean(found.model))}" if found.model else "frank prices"
    return page(
        request, "request.html", asked=question, it=found, raw=question.word("raw") == "1",
        price_command=price_command, explain_command=f"frank explain {shlex.quote(id_)}", shown=explained.shown,
    )  # fmt: skip


ROUTES = (Route("/requests/{id:any}", _show, methods=["GET"]),)
