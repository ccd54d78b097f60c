"""Sessions: the requests of one session together."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from franking.ledger import sessions
from franking.ledger.browsing import Place
from franking.ledger.filters import DIMENSIONS
from franking.web.api import common
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.values import Money, Span, Time, Token, span
from franking.words import dollars, iso

__all__ = ["ENDPOINTS"]


class Session(Struct, kw_only=True, forbid_unknown_fields=True):
    """What the meant requests of a session come to; null is not known. projects … users: the known ones."""

    session: str
    requests: int
    cost: Money | None
    unpriced: int
    input_tokens: int | None
    output_tokens: int | None
    first: Annotated[Time, Meta(description="The start of its first request in the period.")]
    last: Annotated[Time, Meta(description="The start of its last request in the period.")]
    projects: tuple[str, ...]
    clients: tuple[str, ...]
    models: tuple[str, ...]
    users: tuple[str, ...]


class Sessions(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page, the last active first."""

    period: Span
    sessions: list[Session]
    older: Annotated[Token | None, Meta(description="Where the next page goes on (`before`); null: there is none.")]
    complete: Annotated[bool, Meta(description="False: the look ended before the page was full; go on with `older`.")]


def _sessions(question: Question) -> Sessions:
    values = question.values
    meant = common.period(values, question.now)
    chosen = common.filters(values, [*DIMENSIONS], meant)
    before = values["before"]
    with question.ledger() as ledger:
        page = sessions.sessions(ledger, chosen, values["limit"], before and sessions.Active(*before))
    return Sessions(
        period=span(meant),
        sessions=[_told(one) for one in page.sessions],
        older=page.older and common.written(Place(*page.older)),
        complete=page.complete,
    )


def _told(one: sessions.Session) -> Session:
    told: dict[str, Any] = {name: getattr(one, name) for name in Session.__struct_fields__}
    return Session(**told | {"cost": dollars(one.cost), "first": iso(one.first), "last": iso(one.last)})


ENDPOINTS = (
    Endpoint(
        "/sessions", "sessions", "Sessions of a period, the last active first", Sessions, _sessions,
        (common.limit(50, 200), *common.places("before"), *common.spans(), *common.dimensions([*DIMENSIONS])),
    ),
)  # fmt: skip
