"""How values are written in every answer, and the shapes that several answers share.

An answer's shape is a Struct; its JSON schema in the OpenAPI document is made from it.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from franking.ledger.filters import DIMENSIONS, TIMES
from franking.ledger.queries import Costs, Group
from franking.periods import Period
from franking.words import dollars, iso

__all__ = ["FIGURES", "CostRow", "Figures", "Money", "Span", "Time", "Token", "figures", "rows", "span"]

Money = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{9}$", description="US dollars, exact, with nine places.")]
Time = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z$", description="ISO 8601, UTC.")]
Token = Annotated[str, Meta(description="A place among requests, for `before` and `after`.")]


class Span(Struct, kw_only=True, forbid_unknown_fields=True):
    """A period: its first moment, and the first after it; null is open."""

    since: Time | None
    until: Time | None


class Figures(Struct, kw_only=True, forbid_unknown_fields=True):
    """What some requests come to. Null is "not known", which is not 0.

    A request without a cost is counted as unpriced. Input tokens hold the cached ones, output tokens the reasoning.
    """

    cost: Money | UnsetType | None = UNSET
    average_cost: Annotated[Money | None, Meta(description="Of a priced request.")] | UnsetType = UNSET
    requests: int | UnsetType = UNSET
    unpriced: int | UnsetType = UNSET
    errors: int | UnsetType = UNSET
    running: int | UnsetType = UNSET
    users: Annotated[int, Meta(description="How many different ones are known.")] | UnsetType = UNSET
    input_tokens: int | UnsetType | None = UNSET
    output_tokens: int | UnsetType | None = UNSET
    cache_read_tokens: int | UnsetType | None = UNSET
    cache_write_tokens: int | UnsetType | None = UNSET
    reasoning_tokens: int | UnsetType | None = UNSET


FIGURES: tuple[str, ...] = Figures.__struct_fields__

CostRow: Any = msgspec.defstruct(
    "CostRow",
    [
        *((name, str | UnsetType | None, UNSET) for name in (*TIMES, *DIMENSIONS)),
        ("other", Annotated[bool, Meta(description="True for all beyond the dearest `top` together.")]),
    ],
    bases=(Figures,),
    namespace={"__doc__": "Requests with the same value of each dimension asked for; null is unattributed."},
    kw_only=True,
    forbid_unknown_fields=True,
)


def figures(group: Group, chosen: Sequence[str] = FIGURES) -> dict[str, Any]:
    """A group's figures under their public names."""
    said: dict[str, Any] = {"cost": dollars(group.cost), "average_cost": dollars(group.average)}
    return {name: said[name] if name in said else getattr(group, name) for name in chosen}


def rows(costs: Costs, chosen: Sequence[str] = FIGURES) -> list[Any]:
    """Every group as a CostRow."""
    return [
        CostRow(**dict(zip(costs.by, group.key, strict=True)), **figures(group, chosen), other=group.other)
        for group in costs.groups
    ]


def span(period: Period) -> Span:
    """The period's two ends."""
    return Span(since=iso(period.since), until=iso(period.until))
