"""How well requests are attributed: shares, features seen, values rejected. Read-only.

A field is attributed where it is known; it was found without help where the client did not send it itself.
"""

import sqlite3
from dataclasses import dataclass

from franking.ledger.filters import Filters, where

__all__ = ["FeatureUse", "Rejected", "Share", "Unread", "features", "rejected", "share", "unread"]


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
    condition, parameters = where(filters)
    both = "project_id IS NOT NULL AND feature IS NOT NULL"
    unaided = "COALESCE(project_source, '') <> 'client-header' AND COALESCE(feature_source, '') <> 'client-header'"
    tests = (
        "project_id IS NOT NULL",
        "feature IS NOT NULL",
        both,
        f"{both} AND {unaided}",
        "project_id IS NULL AND project_source = 'project-file'",
        "status = 'ok'",
        "status = 'ok' AND cost IS NULL",
    )
    sums = ", ".join(f"COALESCE(SUM(CASE WHEN {test} THEN 1 ELSE 0 END), 0)" for test in tests)
    row = ledger.execute(f"SELECT COUNT(*), {sums} FROM requests WHERE {condition}", parameters).fetchone()  # noqa: S608
    return Share(*row)


def features(ledger: sqlite3.Connection, filters: Filters) -> list[FeatureUse]:
    """Every stored feature of the meant requests, most used first, with how it was found."""
    condition, parameters = where(filters)
    sources: dict[str | None, list[tuple[str, int]]] = {}
    counted = ledger.execute(
        f"SELECT feature, COALESCE(feature_source, ''), COUNT(*) FROM requests WHERE {condition}"  # noqa: S608
        " GROUP BY 1, 2 ORDER BY 3 DESC, 2",
        parameters,
    )
    for feature, source, requests in counted:
        sources.setdefault(feature, []).append((source, requests))
    rows = ledger.execute(
        'SELECT feature, COUNT(*), COUNT(DISTINCT "user"), MAX(started_at) FROM requests'  # noqa: S608
        f" WHERE {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
        parameters,
    )
    return [FeatureUse(name, requests, users, last, tuple(sources[name])) for name, requests, users, last in rows]


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
