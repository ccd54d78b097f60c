"""By feature: the coverage matrix (every feature of the allow-list beside what was seen of it), what was rejected, and
how well requests are attributed.
"""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from franking.attribution.features import Feature, Features
from franking.ledger import coverage
from franking.ledger.coverage import FeatureUse, Rejected, Share
from franking.ledger.filters import SCOPED, Filters, Value
from franking.ledger.queries import Costs, Group
from franking.projects import questions
from franking.web.asked import Asked, WrongError, asked
from franking.web.charts import Chart, Series, drawn
from franking.web.navigation import Entry
from franking.web.pages._parts import requests_page
from franking.web.pages.sessions import filters_of
from franking.web.reading import ask
from franking.web.rendering import page
from franking.web.site import site
from franking.web.tables import Column, Row, Table, arranged
from franking.web.timeline import Timeline, timeline
from franking.words import NOBODY, plural

__all__ = ["ENTRY", "ROUTES", "Coverage", "features"]

ENTRY = Entry("Features", "/features", 4)

_WEEK = 7 * 86_400_000_000
_GONE = "on the allow-list no longer"


@dataclass(frozen=True, slots=True)
class Coverage:
    """ever: is there any request at all. total: of the period. nobody: what requests without a feature cost.

    chart, drawn, numbers: requests over time with a feature and without one. matrix, unseen: the features
    that were seen, and those of the list that were not. sources: what told the known ones.
    """

    ever: bool
    total: Group
    nobody: int | None
    share: Share
    chart: Chart
    drawn: dict[str, Any]
    numbers: Table
    matrix: Table
    unseen: Table
    sources: Table
    rejected: Table


def features(ledger: sqlite3.Connection, asked: Asked, allowed: Mapping[str, Feature]) -> Coverage:
    """Everything that the page shows. allowed: the list. Raises WrongError."""
    names = questions.names(ledger)
    meant = filters_of(names, asked.filters)
    unknown = sorted({*meant.include, *meant.exclude} - {*SCOPED})
    if unknown:
        raise WrongError(f"features are not told by {unknown[0]}; expected one of {', '.join(SCOPED)}")
    times = timeline(ledger, asked)
    by_time = questions.costs(ledger, asked.filters, (times.dimension, "feature"), asked.zone, names=names)
    chart = _chart(by_time, times)
    lately = Filters(asked.now - _WEEK, None, meant.include, meant.exclude)
    used = coverage.features(ledger, meant)
    matrix = _matrix(
        allowed, by_time, used,
        {use.feature: use.users for use in coverage.features(ledger, lately)}, asked,
    )  # fmt: skip
    ever = bool(by_time.groups) or ledger.execute("SELECT 1 FROM requests LIMIT 1").fetchone() is not None
    return Coverage(
        ever,
        by_time.total,
        _cost(by_time, None),
        coverage.share(ledger, meant),
        chart,
        drawn(chart, times.words) | {"short": times.brief},
        arranged(chart.table(), asked),
        arranged(matrix, asked, "-requests"),
        arranged(_unseen(allowed, used), asked),
        arranged(_sources(used), asked, "-requests"),
        arranged(_rejected(coverage.rejected(ledger, meant), asked), asked, "-requests"),
    )


def _chart(by_time: Costs, times: Timeline) -> Chart:
    counts: dict[bool, Counter[Value]] = {True: Counter(), False: Counter()}
    for group in by_time.groups:
        counts[group.key[1] is not None][group.key[0]] += group.requests
    series = tuple(
        Series(name, tuple(counts[known][label] for label in times.labels), look)
        for name, known, look in (("with a feature", True, "1"), ("without a feature", False, "none"))
        if counts[known]
    )
    return Chart("attributed", f"Requests by {times.dimension}", times.labels, series, "count")


def _cost(by_time: Costs, feature: Value) -> int | None:
    """What a feature came to in the whole period; None where nothing of it is priced."""
    known = [group.cost for group in by_time.groups if group.key[1] == feature and group.cost is not None]
    return sum(known) if known else None


def _matrix(
    allowed: Mapping[str, Feature],
    found: Costs,
    used: list[FeatureUse],
    weekly: Mapping[str | None, int],
    asked: Asked,
) -> Table:
    """What was seen: of the list, and what was stored that is on it no longer; and what has no feature."""
    most = max((use.requests for use in used), default=0)
    columns = (
        Column("feature", "Feature", nobody=NOBODY["feature"]),
        Column("requests", "Requests", "count"),
        Column("share", "Share", "share", whole=found.total.requests, most=most, wide=1),
        Column("cost", "Cost", "money"),
        Column("users", "Users (week)", "count", wide=1),
        Column("last_seen", "Last seen", "time", wide=1),
        Column("sources", "Told by", wide=2),
        Column("meaning", "Meaning", wide=2),
    )  # fmt: skip
    rows = []
    for use in used:
        name = use.feature
        known = Feature("", "no source told one") if name is None else allowed.get(name, Feature(name, _GONE))
        sources = "" if name is None else ", ".join(source or "unknown" for source, _ in use.sources)
        cells = (
            name, use.requests, use.requests, _cost(found, name), weekly.get(name, 0),
            use.last_seen or None, sources, known.meaning,
        )  # fmt: skip
        rows.append(Row(cells, requests_page(asked, "feature", name), quiet=name is None))
    total = ("Total", found.total.requests, None, found.total.cost, "", "", "", "")
    return Table("features", "By feature", columns, tuple(rows), total)


def _unseen(allowed: Mapping[str, Feature], used: list[FeatureUse]) -> Table:
    """What of the list was not seen, and how it is expected to be set."""
    seen = {use.feature for use in used}
    columns = (Column("feature", "Feature"), Column("meaning", "Meaning"), Column("set_by", "Set by", wide=1))
    rows = tuple(Row((each.name, each.meaning, each.set_by)) for each in allowed.values() if each.name not in seen)
    return Table("unseen", "Not seen in this time", columns, rows)


def _sources(used: list[FeatureUse]) -> Table:
    counts: Counter[str] = Counter()
    for use in used:
        if use.feature is not None:
            counts.update({source or "unknown": requests for source, requests in use.sources})
    columns = (
        Column("source", "Source"), Column("requests", "Requests", "count"),
        Column("share", "Share", "share", whole=counts.total(), most=max(counts.values(), default=0), wide=1),
    )  # fmt: skip
    rows = tuple(Row((source, requests, requests)) for source, requests in counts.most_common())
    return Table("sources", "What told the features", columns, rows)


def _rejected(found: list[Rejected], asked: Asked) -> Table:
    columns = (
        Column("value", "Value as sent"), Column("requests", "Requests", "count"),
        Column("last_seen", "Last seen", "time", wide=1), Column("clients", "Sent by", nobody=NOBODY["client"]),
    )  # fmt: skip
    rows = tuple(
        Row(
            (one.value, one.requests, one.last_seen, ", ".join(one.clients) or None),
            asked.page("/requests", rejected_feature=one.value),
        )
        for one in found
    )
    requests = sum(one.requests for one in found)
    return Table("rejected", f"Rejected values: {plural(requests, 'request')}", columns, rows)


async def _show(request: Request) -> Response:
    question = await asked(request)
    allowed = Features.load(site(request).settings).listed
    found = await ask(request, lambda ledger: features(ledger, question, allowed))
    tables = (found.matrix, found.unseen, found.sources, found.rejected, found.numbers)
    return page(request, "features.html", tables=tables, asked=question, it=found)


ROUTES = (Route("/features", _show, methods=["GET"]),)
