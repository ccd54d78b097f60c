"""How well requests are attributed: shares, features seen, values rejected. Read-only.

A field is attributed where it is known; it was found without help where the client did not send it itself.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from franking.ledger import by_roll_ups
from franking.ledger.filters import Filters, where

__all__ = ["FeatureUse", "Rejected", "Share", "Unread", "features", "rejected", "share", "unread"]

_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """Counts of requests. A project that opted out (``""`` in its file) is no fault of attribution: ``opted_out``.

    project, feature: known. attributed: both known. unaided: attributed, and neither sent by the client.
    unpriced: ended well, without a cost.
    """

    requests: int
    project: int
    feature: int
    attributed: int
    unaided: int
    opted_out: int
    ended_well: int
    unpriced: int


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """A stored feature (None: unattributed): requests, distinct known users, when last (microseconds UTC), sources."""

    feature: str | None
    requests: int
    users: int
    last_seen: int
    sources: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A feature's value outside the allow-list, as clients sent it."""

    value: str
    requests: int
    last_seen: int
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Requests whose caller could not be found, of all; ``provenance`` of the newest of them, which says why."""

    unread: int
    requests: int
    provenance: tuple[str | None, ...]


def share(ledger: sqlite3.Connection, filters: Filters) -> Share:
    """How many of the meant requests are attributed, and priced."""
    counts = [0] * 8
    for project, project_source, feature, feature_source, _, requests, ended_well, unpriced in _counted(
        ledger, filters
    ):
        both = project is not None and feature is not None
        tests = (
            True,
            project is not None,
            feature is not None,
            both,
            both and "client-header" not in (project_source, feature_source),
            project is None and project_source == "project-file",
        )
        for place, true in enumerate(tests):
            counts[place] += requests if true else 0
        counts[6] += ended_well
        counts[7] += unpriced
    return Share(*counts)


def features(ledger: sqlite3.Connection, filters: Filters) -> list[FeatureUse]:
    """Every stored feature of the meant requests, most used first, with how it was found."""
    requests: Counter[str | None] = Counter()
    sources: dict[str | None, Counter[str]] = {}
    users: dict[str | None, set[str]] = {}
    for _, _, feature, source, user, count, *_ in _counted(ledger, filters):
        requests[feature] += count
        sources.setdefault(feature, Counter())[source or ""] += count
        users.setdefault(feature, set()).update(() if user is None else (user,))
    return [
        FeatureUse(
            name,
            count,
            len(users[name]),
            _last(ledger, filters, name),
            tuple(sorted(sources[name].items(), key=lambda entry: (-entry[1], entry[0]))),
        )
        for name, count in sorted(requests.items(), key=lambda entry: (-entry[1], entry[0] is not None, entry[0] or ""))
    ]


def _counted(ledger: sqlite3.Connection, filters: Filters) -> Iterator[tuple[Any, ...]]:
    if not by_roll_ups.knows(filters, ()):
        raise ValueError("coverage is told by project, feature, model, user, organization, client or gateway alone")
    return by_roll_ups.counted(ledger, filters)


def _last(ledger: sqlite3.Connection, filters: Filters, feature: str | None) -> int:
    """When its newest request began: looked for in the newest day that has one, else in all of the period."""
    (day,) = ledger.execute(
        "SELECT MAX(r.bucket) FROM scopes AS s JOIN days AS r ON r.scope = s.id"
        " WHERE CASE WHEN s.feature = ? OR (s.feature IS NULL AND ? IS NULL) THEN 1 ELSE 0 END = 1",
        (feature, feature),
    ).fetchone()
    one = replace(filters, include={**filters.include, "feature": (feature,)})
    begin = None if day is None else day * _DAY
    for since in (begin, filters.since):
        nearer = max((limit for limit in (since, filters.since) if limit is not None), default=None)
        condition, parameters = where(replace(one, since=nearer))
        (newest,) = ledger.execute(
            f"SELECT MAX(started_at) FROM requests WHERE {condition}",  # noqa: S608 (constants and columns only)
            parameters,
        ).fetchone()
        if newest is not None:
            return int(newest)
    # Its requests were pruned: the day they were of is all that is known.
    return begin or 0


def rejected(ledger: sqlite3.Connection, filters: Filters, limit: int = 20) -> list[Rejected]:
    """Feature values that the allow-list does not hold, most frequent first."""
    condition, parameters = where(filters)
    seen = f"rejected_feature IS NOT NULL AND {condition}"
    values = ledger.execute(
        f"SELECT rejected_feature, COUNT(*), MAX(started_at) FROM requests WHERE {seen}"  # noqa: S608
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?",
        [*parameters, limit],
    ).fetchall()
    clients: dict[str, list[str]] = {}
    for value, client in ledger.execute(
        f"SELECT DISTINCT rejected_feature, client FROM requests WHERE {seen} AND client IS NOT NULL ORDER BY 2",  # noqa: S608
        parameters,
    ):
        clients.setdefault(value, []).append(client)
    return [Rejected(value, requests, last, tuple(clients.get(value, ()))) for value, requests, last in values]


def unread(ledger: sqlite3.Connection, filters: Filters, sample: int = 200) -> Unread:
    """Requests without a known caller."""
    condition, parameters = where(filters)
    count, requests = ledger.execute(
        f"SELECT COALESCE(SUM(CASE WHEN pid IS NULL THEN 1 ELSE 0 END), 0), COUNT(*) FROM requests WHERE {condition}",  # noqa: S608
        parameters,
    ).fetchone()
    newest = ledger.execute(
        f"SELECT provenance FROM requests WHERE pid IS NULL AND {condition} ORDER BY started_at DESC LIMIT ?",  # noqa: S608
        [*parameters, sample],
    )
    return Unread(count, requests, tuple(row[0] for row in newest))
