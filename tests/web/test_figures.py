"""Groups as a table: only the columns in which something is, and where rows lead."""

from franking.ledger.queries import OTHER, Group
from franking.web.figures import figures
from franking.web.tables import Column

FIRST = Column("model", "Model", nobody="(not known)")
GROUPS = (
    Group(("m",), requests=3, cost=30, users=2, input_tokens=10, output_tokens=None),
    Group((None,), requests=1, cost=10),
    Group((OTHER,), requests=2, cost=60),
)


def keys(*groups: Group) -> list[str]:
    return [column.key for column in figures("x", "X", FIRST, groups, None).columns]


def test_columns_in_which_nothing_is_are_left_out() -> None:
    plain = ["model", "cost", "share", "requests", "average", "input_tokens", "output_tokens", "users"]
    assert keys(*GROUPS) == plain
    assert keys(Group(("m",), requests=1, unpriced=1)) == [*plain, "unpriced"]
    assert keys(Group(("m",), requests=1, errors=1)) == [*plain, "errors"]


def test_rows() -> None:
    table = figures("x", "X", FIRST, GROUPS, Group((), requests=6, cost=100), leads=lambda name: f"/models/{name}")
    assert table.rows[0].cells == ("m", 30, 30, 3, 10, 10, None, 2)
    assert [(row.href, row.quiet) for row in table.rows] == [("/models/m", False), (None, True), (None, True)]
    assert (table.columns[2].whole, table.columns[2].most) == (100, 60)
    assert table.total is not None
    assert table.total[:4] == ("Total", 100, 100, 6)


def test_one_users_table_counts_no_users() -> None:
    assert "users" not in [column.key for column in figures("x", "X", Column("user", "User"), GROUPS, None).columns]
