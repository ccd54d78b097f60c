"""Single requests: listed page by page with filters on every field, and one with all that is known of it."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta, Struct

from franking.attribution import explain, provenance
from franking.ledger.browsing import browse
from franking.ledger.record import Record, Status
from franking.ledger.wanted import FIELDS, NUMBERS, Field, Wanted
from franking.views.requests import FLAGS, MONEY, TIMES, public, stamped
from franking.web.api import common
from franking.web.api.endpoint import Endpoint, NotFoundError, Question
from franking.web.api.parameters import Parameter, choice, text
from franking.web.api.values import Money, Span, Time, Token, span
from franking.words import iso

__all__ = ["ENDPOINTS"]

_KINDS: Mapping[str, Any] = (
    dict.fromkeys(MONEY, Money | None) | dict.fromkeys(FLAGS, bool | None) | dict.fromkeys(TIMES, Time | None)
    | {"started_at": Time, "provenance": dict[str, Any]}
)  # fmt: skip
_COLUMNS = [(one.name, _KINDS.get(one.name, one.type)) for one in msgspec.structs.fields(Record)]

RequestLine: Any = msgspec.defstruct(
    "RequestLine",
    [column for column in _COLUMNS if column[0] != "provenance"],
    namespace={"__doc__": "A request: the columns of the ledger but for its provenance; null is not known."},
    kw_only=True,
    forbid_unknown_fields=True,
)
Request: Any = msgspec.defstruct(
    "Request",
    _COLUMNS,
    namespace={"__doc__": "A request with all columns of the ledger; null is not known."},
    kw_only=True,
    forbid_unknown_fields=True,
)


class Requests(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page, the newest first."""

    period: Span
    requests: list[RequestLine]
    older: Annotated[Token | None, Meta(description="Where the next page goes on (`before`); null: there is none.")]
    newer: Annotated[Token | None, Meta(description="Where what is newer is found (`after`), now or later.")]
    complete: Annotated[bool, Meta(description="False: the look ended before the page was full; go on with `older`.")]
    looked_at: Annotated[Time | None, Meta(description="Where the look ended, if it is not complete.")]


class Header(Struct, kw_only=True, forbid_unknown_fields=True):
    """A header that franking added."""

    name: str
    value: str


class Candidate(Struct, kw_only=True, forbid_unknown_fields=True):
    """What one source said of one field. outcome: ``won``, why it lost, or why it said nothing."""

    field: str
    source: str
    what: str
    value: str | None
    where: str
    won: bool
    outcome: str


class Fault(Struct, kw_only=True, forbid_unknown_fields=True):
    """What could not be read while the request was attributed."""

    where: str
    what: str


class Explained(Struct, kw_only=True, forbid_unknown_fields=True):
    """A request, and why it is whose it is."""

    request: Request
    stamped: list[Header]
    candidates: list[Candidate]
    faults: list[Fault]
    tags: list[str]
    notes: list[str]


def _list(question: Question) -> Requests:
    values = question.values
    meant = common.period(values, question.now, "all")
    wanted = Wanted(
        meant.since, meant.until, _side(values, ""), _side(values, common.EXCLUDED), values["cost_from"],
        values["cost_to"], values["id"], values["message_id"], values["search"],
    )  # fmt: skip
    before, after = common.place(values)
    with question.ledger() as ledger:
        page = browse(ledger, wanted, values["limit"], before=before, after=after)
    return Requests(
        period=span(meant),
        requests=[RequestLine(**_without(public(row), "provenance")) for row in page.rows],
        older=common.written(page.older),
        newer=common.written(page.newer),
        complete=page.complete,
        looked_at=iso(page.looked_at),
    )


def _one(question: Question) -> Explained:
    asked = question.values["id"]
    with question.ledger() as ledger:
        cursor = ledger.execute("SELECT * FROM requests WHERE id = ?", (asked,))
        names = [described[0] for described in cursor.description]
        found = cursor.fetchone()
    if found is None:
        raise NotFoundError("no request has this id; /api/v1/requests lists them")
    row = dict(zip(names, found, strict=True))
    kept = provenance.decode(row["provenance"])
    return Explained(
        request=Request(**public(row)),
        stamped=[Header(name=name, value=value) for name, value in stamped(row)],
        candidates=[
            Candidate(**{name: getattr(one, name) for name in Candidate.__struct_fields__})
            for one in explain.rows(kept.candidates)
        ],
        faults=[Fault(where=fault.where, what=fault.what) for fault in kept.faults],
        tags=list(kept.tags),
        notes=list(kept.notes),
    )


def _side(values: Mapping[str, Any], prefix: str) -> dict[str, tuple[Field, ...]]:
    """What the filters include, or exclude; an empty value is "not known"."""
    return {
        name: tuple(
            None if value == "" else int(value) if name in NUMBERS else value for value in values[prefix + name]
        )
        for name in FIELDS
        if values[prefix + name]
    }


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _filters(name: str) -> tuple[Parameter, ...]:
    """A field's filters, to include and to exclude."""
    if name == "status":
        return tuple(
            choice(prefix + name, f"{meant} with this status.", get_args(Status), how="repeated")
            for prefix, meant in (("", "Only requests"), (common.EXCLUDED, "No request"))
        )
    if name in NUMBERS:
        return common.dimensions([name], "(?:0|[1-9][0-9]{0,9})?", "a whole number, or nothing")
    return common.dimensions([name])


_DOLLARS = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_FILTERS = tuple(parameter for name in FIELDS for parameter in _filters(name))
_ALONE = tuple(
    text(name, f"{meant}, US dollars.", _DOLLARS, longest=19, expected="dollars such as 0.25", then=common.nanos)
    for name, meant in (("cost_from", "Priced, and not below this"), ("cost_to", "Priced, and not above this"))
)
_ID = "[0-9A-Za-z_.:~-]{8,64}"

ENDPOINTS = (
    Endpoint(
        "/requests", "requests", "Requests one by one, the newest first", Requests, _list,
        (
            common.limit(50), *common.places("before", "after"), *common.spans("all"), *_FILTERS, *_ALONE,
            text("id", "How the id begins.", _ID, longest=64, expected="8 characters of an id, or more"),
            text("message_id", "The gateway's own id of the message.", least=1, longest=512),
            text("search", "What a name, an id or an error holds, in upper or lower case.", least=2, longest=200),
        ),
    ),
    Endpoint(
        "/requests/{id}", "request", "One request, and why it is whose it is", Explained, _one,
        in_path=(text("id", "Its id.", _ID, longest=64),),
    ),
)  # fmt: skip
