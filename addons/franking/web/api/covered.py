"""How well requests are attributed, feature by feature, and which values were rejected."""

from typing import Annotated

from msgspec import Meta, Struct

from franking.ledger import coverage
from franking.ledger.filters import SCOPED
from franking.web.api import common
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.sums import Attributed, attributed
from franking.web.api.values import Span, Time, span
from franking.words import iso

__all__ = ["ENDPOINTS"]


class Source(Struct, kw_only=True, forbid_unknown_fields=True):
    """How a feature was found, and how often; null: by nothing."""

    source: str | None
    requests: int


class FeatureUse(Struct, kw_only=True, forbid_unknown_fields=True):
    """A feature; null: requests without one."""

    feature: str | None
    requests: int
    users: int
    last_seen: Time | None
    sources: list[Source]


class Rejected(Struct, kw_only=True, forbid_unknown_fields=True):
    """A feature's value outside the allow-list, as clients sent it."""

    value: str
    requests: int
    last_seen: Time | None
    clients: list[str]


class Coverage(Struct, kw_only=True, forbid_unknown_fields=True):
    """How well requests are attributed."""

    period: Span
    attribution: Attributed
    features: list[FeatureUse]
    rejected: Annotated[list[Rejected], Meta(description="The most frequent, 20 at most.")]


def _coverage(question: Question) -> Coverage:
    meant = common.period(question.values, question.now, "week")
    chosen = common.filters(question.values, [*SCOPED], meant)
    with question.ledger() as ledger:
        share = coverage.share(ledger, chosen)
        features = coverage.features(ledger, chosen)
        rejected = coverage.rejected(ledger, chosen)
    return Coverage(
        period=span(meant),
        attribution=attributed(share),
        features=[
            FeatureUse(
                feature=one.feature, requests=one.requests, users=one.users, last_seen=iso(one.last_seen or None),
                sources=[Source(source=source or None, requests=requests) for source, requests in one.sources],
            )
            for one in features
        ],
        rejected=[
            Rejected(value=one.value, requests=one.requests, last_seen=iso(one.last_seen), clients=list(one.clients))
            for one in rejected
        ],
    )  # fmt: skip


ENDPOINTS = (
    Endpoint(
        "/coverage", "coverage", "How well requests are attributed, feature by feature", Coverage, _coverage,
        (*common.spans("week"), *common.dimensions([*SCOPED])),
    ),
)  # fmt: skip
