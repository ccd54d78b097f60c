"""What requests cost: by any dimension, in all, and the lists of projects, features, models and users."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from franking.ledger import coverage
from franking.ledger.filters import DIMENSIONS, SCOPED, TIMES
from franking.projects import questions
from franking.web.api import common
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.parameters import Parameter, WrongError, choice, whole
from franking.web.api.values import FIGURES, CostRow, Figures, Span, figures, rows, span

__all__ = ["ENDPOINTS", "Attributed", "attributed"]


class Costs(Struct, kw_only=True, forbid_unknown_fields=True):
    """Rows: time first to last, else the dearest first. The total is of all, also of rows that were left out."""

    period: Span
    by: list[str]
    rows: list[CostRow]
    total: Figures
    left_out: Annotated[int, Meta(description="Rows beyond the limit.")]


class Attributed(Struct, kw_only=True, forbid_unknown_fields=True):
    """Counts of requests. attributed: project and feature known; unaided: and neither sent by the client.

    opted_out: of a project whose file says that it wants none. unpriced: ended well, without a cost.
    """

    requests: int
    project: int
    feature: int
    attributed: int
    unaided: int
    opted_out: int
    ended_well: int
    unpriced: int


class Overview(Struct, kw_only=True, forbid_unknown_fields=True):
    """A period in one look."""

    period: Span
    total: Figures
    attribution: Attributed


def attributed(share: coverage.Share) -> Attributed:
    """The same, as an answer says it."""
    return Attributed(**{name: getattr(share, name) for name in Attributed.__struct_fields__})


def _costs(question: Question, by: tuple[str, ...]) -> Costs:
    values = question.values
    if len(by) > len({*by}) or not by:
        raise WrongError("by", "expected one dimension, or two different ones")
    meant = common.period(values, question.now)
    chosen = common.filters(values, [*DIMENSIONS], meant)
    with question.ledger() as ledger:
        found = questions.costs(ledger, chosen, by, common.zone(values), values.get("top"))
    wanted = values.get("fields") or FIGURES
    listed = rows(found, wanted)
    return Costs(
        period=span(meant), by=list(by), rows=listed[: values["limit"]],
        total=Figures(**figures(found.total, wanted)), left_out=max(0, len(listed) - values["limit"]),
    )  # fmt: skip


def _overview(question: Question) -> Overview:
    meant = common.period(question.values, question.now)
    chosen = common.filters(question.values, [*SCOPED], meant)
    with question.ledger() as ledger:
        total = questions.costs(ledger, chosen, ("gateway",)).total
        share = coverage.share(ledger, chosen)
    return Overview(period=span(meant), total=Figures(**figures(total)), attribution=attributed(share))


def _by(*parameters: Parameter) -> tuple[Parameter, ...]:
    return (*parameters, *common.spans(), *common.dimensions([*DIMENSIONS]))


_FIELDS = choice("fields", "Only these figures.", FIGURES, how="commas", most=len(FIGURES))
_GROUPED = (
    choice("by", "One or two dimensions.", (*TIMES, *DIMENSIONS), how="commas", most=2, needed=True),
    whole("top", "Only so many, the dearest, and all others as one row.", 1, 1000),
    _FIELDS,
    common.limit(1000, 10_000),
)


def _list(dimension: str) -> Endpoint:
    def ask(question: Question) -> Any:
        return _costs(question, (dimension,))

    summary = f"Every {dimension} of a period, the dearest first"
    return Endpoint(f"/{dimension}s", f"{dimension}s", summary, Costs, ask, _by(_FIELDS, common.limit(100)))


ENDPOINTS = (
    Endpoint(
        "/overview", "overview", "What a period comes to, and how well it is attributed", Overview, _overview,
        (*common.spans(), *common.dimensions([*SCOPED])),
    ),
    Endpoint(
        "/costs", "costs", "What requests cost, by one or two dimensions", Costs,
        lambda question: _costs(question, question.values["by"]), _by(*_GROUPED),
    ),
    *(_list(dimension) for dimension in ("project", "feature", "model", "user", "client")),
)  # fmt: skip
