"""How well requests are attributed: shares, features seen, values rejected. Read-only.

A field is attributed where it is known; it was found without help where the client did not send it itself, and it was
not filled in later (``frank backfill``).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from franking.attribution.values import INFERRED
from franking.ledger import by_roll_ups
from franking.ledger.filters import BENEATH, Filters, where
from franking.ledger.statements import kept

__all__ = ["FeatureUse", "Rejected", "Share", "features", "rejected", "share"]

_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Share:
    """Counts of requests. A project that opted out (``""`` in its file) is no fault of attribution: ``opted_out``.

    project, feature: known. attributed: both known. inferred: attributed, but one of them was filled in later.
    unaided: attributed, and neither sent by the client nor filled in. unpriced: ended well, without a cost.
    """

    requests: int
    project: int
    feature: int
    attributed: int
    unaided: int
    opted_out: int
    ended_well: int
    unpriced: int
    inferred: int = 0

    @property
    def at_once(self) -> int:
        """Attributed when the request was made."""
        return self.attributed - self.inferred


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


def share(ledger: sqlite3.Connection, filters: Filters) -> Share:
    """How many of the meant requests are attributed, and priced."""
    counts = [0] * 9
    for project, project_source, feature, feature_source, _, requests, ended_well, unpriced in _counted(
        ledger, filters
    ):
        both = project is not None and feature is not None
        inferred = both and any((source or "").startswith(INFERRED) for source in (project_source, feature_source))
        tests = (
            True,
            project is not None,
            feature is not None,
            both,
            both and not inferred and "client-header" not in (project_source, feature_source),
            project is None and project_source == "project-file",
        )
        for place, true in enumerate(tests):
            counts[place] += requests if true else 0
        counts[6] += ended_well
        counts[7] += unpriced
        counts[8] += requests if inferred else 0
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
    days = _last_days(ledger, filters)
    return [
        FeatureUse(
            name,
            count,
            len(users[name]),
            _last(ledger, filters, name, days.get(name)),
            tuple(sorted(sources[name].items(), key=lambda entry: (-entry[1], entry[0]))),
        )
        for name, count in sorted(requests.items(), key=lambda entry: (-entry[1], entry[0] is not None, entry[0] or ""))
    ]


def _counted(ledger: sqlite3.Connection, filters: Filters) -> Iterator[tuple[Any, ...]]:
    if not by_roll_ups.knows(filters, ()):
        raise ValueError("coverage is not told by session")
    return by_roll_ups.counted(ledger, filters)


def _last_days(ledger: sqlite3.Connection, filters: Filters) -> dict[str | None, int]:
    """Feature → the last day of UTC, of the period's or later ones, that has one of its requests."""
    return dict(ledger.execute(kept.statement("last days"), ((filters.since or 0) // _DAY,)))


def _last(ledger: sqlite3.Connection, filters: Filters, feature: str | None, day: int | None) -> int:
    """When its newest request began: looked for in the newest day that has one, else in all of the period."""
    one = replace(filters, include={**filters.include, "feature": (feature,)})
    begin = None if day is None else day * _DAY
    for since in (begin, filters.since):
        nearer = max((limit for limit in (since, filters.since) if limit is not None), default=None)
        condition, parameters = where(replace(one, since=nearer))
        (newest,) = ledger.execute(kept.statement("newest moment", condition), parameters).fetchone()
        if newest is not None:
            return int(newest)
    # Its requests were pruned: the day they were of is all that is known.
    return begin or 0


def rejected(ledger: sqlite3.Connection, filters: Filters, limit: int = 20) -> list[Rejected]:
    """Feature values that the allow-list does not hold, most frequent first."""
    condition, parameters = where(filters, BENEATH)
    counts: Counter[str] = Counter()
    last: dict[str, int] = {}
    clients: dict[str, set[str]] = {}
    for value, client, requests, newest in ledger.execute(kept.statement("rejected", condition), parameters):
        counts[value] += requests
        last[value] = max(newest, last.get(value, newest))
        clients.setdefault(value, set()).update(() if client is None else (client,))
    listed = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]
    return [Rejected(value, requests, last[value], tuple(sorted(clients[value]))) for value, requests in listed]
