"""Monthly reports: those of a month with their files, the form that sends them, and the schedule."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from franking.budgets.channels import Message, deliver
from franking.projects.values import ProjectsError
from franking.reports import monthly_files, sending, sent
from franking.reports.monthly import Outline
from franking.reports.monthly_files import Maker, MakingError
from franking.settings import Settings
from franking.web.asked import Asked, WrongError, asked
from franking.web.forms import WHOLE, Form, Typed, typed
from franking.web.navigation import Entry
from franking.web.pages.reports_reading import (
    FIELDS,
    FILES,
    Wanted,
    found,
    known,
    outlined,
    schedule,
    sent_table,
    wanted,
    words_of,
)
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.site import site
from franking.web.tables import SHOWN, Table, arranged

__all__ = ["ENTRY", "ROUTES", "Reports"]

ENTRY = Entry("Reports", "/reports", 4)

_SENDING_AT_ONCE = anyio.CapacityLimiter(2)


@dataclass(frozen=True, slots=True)
class Reports:
    """reports: each with the words of its address. words: of the address of all that are meant.

    channels: that they can be sent to. known: projects to choose from. more: the address that shows every one.
    """

    month: str
    reports: Sequence[tuple[Outline, str]]
    hidden: int
    more: str
    words: Sequence[tuple[str, str]]
    channels: tuple[str, ...]
    known: Sequence[str]
    schedule: Table
    sent: Table
    files: Sequence[str] = tuple(FILES)

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """The channels, as a form offers them."""
        return [(name, name) for name in self.channels]


async def _show(request: Request) -> Response:
    return await _page(request, _typed(request))


def _typed(request: Request) -> Typed:
    query = request.query_params
    return Typed({name: tuple(query.getlist(name)) for name in (*FIELDS, "channel", "format") if name in query})


async def _page(request: Request, form: Typed, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    question, own, now = await asked(request), site(request).settings, time.time_ns() // 1000
    one, found_wrong = wanted(form, own.invoice, now)
    wrong = {**found_wrong, **(wrong or {})}

    def answer(ledger: sqlite3.Connection) -> tuple[list[Outline], list[str], list[sent.Sent]]:
        try:
            reports = [] if one is None else outlined(ledger, one, now)
        except ProjectsError as fault:
            reports = []
            wrong.setdefault("project", str(fault))
        return reports, known(ledger), sent.listed(ledger)

    reports, names, delivered = await ask(request, answer)
    it = _shown(reports, one, question, own, names, delivered)
    typed_ = Typed({"month": (it.month,), "channel": it.channels[:1], "format": ("html",), **form.words})
    tables = (it.schedule, it.sent)
    done = question.word("done") if status == 200 else ""
    return page(
        request, "reports.html", here="/reports", status=422 if wrong and status == 200 else status, tables=tables,
        asked=question, it=it, form=Form(typed_, wrong), done=done if done in it.channels else "",
    )  # fmt: skip


def _shown(
    reports: Sequence[Outline], one: Wanted | None, question: Asked, own: Settings, names: Sequence[str],
    delivered: Sequence[sent.Sent],
) -> Reports:  # fmt: skip
    shown = reports if question.word("all.reports") == "1" else reports[:SHOWN]
    words = {} if one is None else one.words
    return Reports(
        month="" if one is None else one.month.name,
        reports=[] if one is None else [(report, words_of(report, one)) for report in shown],
        hidden=len(reports) - len(shown),
        more=f"/reports?{urlencode({**words, 'all.reports': '1'})}",
        words=list(words.items()),
        channels=tuple(channel.name for channel in own.alerts),
        known=names,
        schedule=arranged(schedule(own.reports), question),
        sent=arranged(sent_table(delivered), question),
    )


async def _file(request: Request) -> Response:
    own, now = site(request).settings, time.time_ns() // 1000
    one, wrong = wanted(_typed(request), own.invoice, now)
    form = request.query_params.get("format", "html")
    if one is None or form not in FILES or not one.of:
        raise WrongError(next(iter(wrong.values()), "there is no such file of a report"))

    def made(ledger: sqlite3.Connection) -> tuple[str, bytes]:
        [report] = found(ledger, one, now)
        return monthly_files.named(report, form), Maker(form, own.invoice.fonts).made(report)

    try:
        name, body = await ask(request, made)
    except (ProjectsError, MakingError) as fault:
        raise WrongError(str(fault)) from None
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=FILES[form], headers=headers)


async def _send(request: Request) -> Response:
    said, own, now = await typed(request), site(request).settings, time.time_ns() // 1000
    one, wrong = wanted(said, own.invoice, now)
    channels = {channel.name: channel for channel in own.alerts}
    channel = channels.get(said.one("channel"))
    if channel is None:
        wrong["channel"] = "choose a channel"
    if said.one("format") not in FILES:
        wrong["format"] = f"expected {' or '.join(FILES)}"
    if one is None or channel is None or wrong:
        return await _page(request, said, wrong, 422)
    try:
        message = await ask(request, partial(_message, one=one, own=own, form=said.one("format"), now=now))
    except ProjectsError as fault:
        return await _page(request, said, {"project": str(fault)}, 422)
    except (MakingError, OSError) as fault:
        return await _page(request, said, {WHOLE: f"Nothing was sent. {fault}."}, 503)
    tried = partial(deliver, channel, message, own.upstream.ca_file)
    fault_of_channel = await anyio.to_thread.run_sync(tried, limiter=_SENDING_AT_ONCE)
    if fault_of_channel is not None:
        return await _page(request, said, {"channel": f"{channel.name} did not take it: {fault_of_channel}"}, 502)
    return RedirectResponse(f"/reports?{urlencode({**one.words, 'done': channel.name})}", 303)


def _message(ledger: sqlite3.Connection, *, one: Wanted, own: Settings, form: str, now: int) -> Message:
    """Its files are kept where ``frank report --send`` keeps them. Raises ProjectsError, MakingError, OSError."""
    reports = found(ledger, one, now)
    files = monthly_files.write(reports, sending.kept_in(one.month.name), Maker(form, own.invoice.fonts))
    return sending.message(f"by-hand-{one.month.name}", reports, files)


ROUTES = (
    Route("/reports", _show, methods=["GET"]),
    Route("/reports/file", _file, methods=["GET"]),
    Route("/reports/send", _send, methods=["POST"]),
)
