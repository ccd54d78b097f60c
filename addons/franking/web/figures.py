"""What groups of requests come to, as a table: cost, share, requests, average, tokens, users, errors. Pure."""

from collections.abc import Callable, Sequence

from franking.ledger.filters import Value
from franking.ledger.queries import Group
from franking.web.tables import Cell, Column, Row, Table

__all__ = ["figures"]


def figures(
    name: str,
    caption: str,
    first: Column,
    groups: Sequence[Group],
    total: Group | None,
    *,
    opens: bool = False,
    leads: Callable[[str], str] | None = None,
    stay: bool = False,
) -> Table:
    """Groups by one dimension as a table; columns in which nothing is are left out. opens: rows have a key.

    first: the dimension's column. leads: where a value's name leads; stay: that is the same page.
    """
    whole = sum(group.cost or 0 for group in groups)
    most = max((group.cost or 0 for group in groups), default=0)
    unpriced, errors = any(group.unpriced for group in groups), any(group.errors for group in groups)
    columns = [
        first, Column("cost", "Cost", "money"), Column("share", "Share", "share", whole=whole, most=most, wide=1),
        Column("requests", "Requests", "count"), Column("average", "Average", "money", wide=2),
        Column("input_tokens", "Input", "short", wide=1), Column("output_tokens", "Output", "short", wide=1),
    ]  # fmt: skip
    if first.key != "user":
        columns.append(Column("users", "Users", "count", wide=2))
    columns += [Column("unpriced", "Unpriced", "count", wide=2)] if unpriced else []
    columns += [Column("errors", "Errors", "count", wide=2)] if errors else []

    def cells(head: Value, group: Group) -> tuple[Cell, ...]:
        known: dict[str, Cell] = {
            first.key: head, "share": group.cost, "cost": group.cost, "requests": group.requests,
            "average": group.average, "input_tokens": group.input_tokens, "output_tokens": group.output_tokens,
            "users": group.users, "unpriced": group.unpriced, "errors": group.errors,
        }  # fmt: skip
        return tuple(known[column.key] for column in columns)

    rows = tuple(
        Row(
            cells(group.key[0], group),
            leads(group.key[0]) if leads and group.key[0] is not None and not group.other else None,
            key=group.key[0] if opens else None,
            quiet=group.key[0] is None or group.other,
            stay=stay,
        )
        for group in groups
    )
    return Table(name, caption, tuple(columns), rows, None if total is None else cells("Total", total))
