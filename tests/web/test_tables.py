"""Tables: sorted, cut, opened, as CSV; what is not known is last and empty."""

import pytest

from franking.web.asked import WrongError
from franking.web.tables import SHOWN, Column, Row, Rows, Table, arranged, as_csv
from support.dashboard import question

COLUMNS = (Column("name", "Name"), Column("cost", "Cost", "money"), Column("share", "Share", "share", whole=10**10))


def table(*rows: tuple[str | None, int | None]) -> Table:
    return Table("things", "Things", COLUMNS, tuple(Row((name, cost, cost), key=name) for name, cost in rows))


def names(shown: Table) -> list[object]:
    return [row.cells[0] for row in shown.rows]


THREE = table(("b", 10), ("A", None), ("c", 20))


@pytest.mark.parametrize(
    ("address", "order"),
    [
        ("/", ["b", "A", "c"]),
        ("/?sort.things=name", ["A", "b", "c"]),
        ("/?sort.things=-name", ["c", "b", "A"]),
        ("/?sort.things=cost", ["b", "c", "A"]),
        ("/?sort.things=-cost", ["c", "b", "A"]),
        ("/?sort.others=-cost", ["b", "A", "c"]),
    ],
)
def test_sorting(address: str, order: list[str]) -> None:
    assert names(arranged(THREE, question(address))) == order


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(WrongError, match=r"sort\.things"):
        arranged(THREE, question("/?sort.things=secret"))


def test_sorting_again_turns_round() -> None:
    links = arranged(THREE, question("/?sort.things=-cost")).links
    assert links["sort:cost"] == "/?sort.things=cost"
    assert links["sort:name"] == "/?sort.things=name"
    assert arranged(THREE, question("/"), "-cost").links["sort:cost"] == "/?sort.things=cost"


def test_long_tables_are_cut_unless_asked_for() -> None:
    long = table(*((f"{number:03}", number) for number in range(SHOWN + 5)))
    shown = arranged(long, question("/"))
    assert (len(shown.rows), shown.hidden, shown.links["all"]) == (SHOWN, 5, "/?all.things=1")
    assert len(arranged(long, question("/?all.things=1")).rows) == SHOWN + 5
    assert as_csv(arranged(long, question("/?csv=things"))).count("\n") == SHOWN + 6


def test_only_rows_that_are_looked_at_are_made() -> None:
    made: list[int] = []

    def row(number: int) -> Row:
        made.append(number)
        return Row((f"{number:03}", number, None))

    rows = Rows(range(SHOWN + 5), row)
    long = Table("things", "Things", COLUMNS, rows)
    assert arranged(long, question("/")).hidden == 5
    assert made == [*range(SHOWN)]
    assert names(arranged(long, question("/?sort.things=-cost")))[0] == f"{SHOWN + 4:03}"
    assert as_csv(arranged(long, question("/?csv=things"))).count("\n") == SHOWN + 6
    assert rows[-1] == Row((f"{SHOWN + 4:03}", SHOWN + 4, None))


def test_opened_rows_alone_ask_for_what_is_inside() -> None:
    asked_for = []

    def inner(key: str) -> Table:
        asked_for.append(key)
        return table(("inside", 1))

    shown = arranged(THREE, question("/?open.things=c&open.things=gone"), inner=inner)
    assert asked_for == ["c"]
    assert [row.inner is not None for row in shown.rows] == [False, False, True]
    assert shown.links["open:c"] == "/?open.things=gone"


def test_csv() -> None:
    hostile = table(("=1+1", 1_234_567_890), ('a,"b"\nc', None), (None, 10**10))
    assert as_csv(hostile) == ('name,cost,share\n\'=1+1,1.234567890,0.1235\n"a,""b""\\nc",,\n,10.000000000,1.0000\n')
