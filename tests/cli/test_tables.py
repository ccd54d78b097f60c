"""Tables fit their width: columns go before figures are cut."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from franking.cli import tables
from franking.cli.tables import Column

COLUMNS = [
    Column("Project", ["a-project-with-quite-a-long-name", "[red]web[/red]", "Total"], least=12),
    Column("Cost", ["$1,234.56", "$0.000042", "$1,234.56"], "right"),
    Column("Requests", ["12,345", "1", "12,346"], "right", keep=9),
    Column("Users", ["12", "1", "12"], "right", keep=4),
    Column("Errors", ["1", "0", "1"], "right", keep=1),
]


def drawn(width: int) -> list[str]:
    out = Console(file=io.StringIO(), width=width, markup=False, highlight=False)
    out.print(tables.render(COLUMNS, width, footer=True))
    text = out.file
    assert isinstance(text, io.StringIO)
    return text.getvalue().splitlines()


@pytest.mark.parametrize("width", [8, 12, 16, 20])
def test_what_is_too_wide_for_any_terminal_is_cut_where_one_sees_it(width: int) -> None:
    lines = drawn(width)
    assert len(lines) == 4
    assert all(cell_len(line) <= width for line in lines)
    assert "…" in lines[1]


def test_cells_are_as_wide_as_they_look() -> None:
    columns = [
        Column("Name", ["日本語", "\x1b[31mx", "a"], least=4),
        Column("Cost", ["$1", "$22", "$3"], "right", styles=["", "dim", ""]),
    ]
    out = Console(file=io.StringIO(), width=80, force_terminal=True, color_system="standard", _environ={})
    out.print(tables.render(columns, 80, footer=True))
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue().splitlines() == [
        "\x1b[1mName     \x1b[0m  \x1b[1mCost\x1b[0m",
        "日本語       $1",
        "\\x1b[31mx  \x1b[2m $22\x1b[0m",
        "\x1b[1ma        \x1b[0m  \x1b[1m  $3\x1b[0m",
    ]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (30, "日本語の長  another name  $1"),
        (27, "日本語の長  another na…  $1"),
        (20, "日本語の長  ano…  $1"),
        (18, "日本語 …  ano…  $1"),
    ],
)
def test_several_that_may_be_cut_share_what_room_there_is(width: int, line: str) -> None:
    columns = [
        Column("Name", ["日本語の長"], least=6),
        Column("Two", ["another name"], least=4),
        Column("$", ["$1"], "right"),
    ]
    out = Console(file=io.StringIO(), width=width)
    out.print(tables.render(columns, width))
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue().splitlines()[1] == line


@pytest.mark.parametrize("width", [24, 30, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_no_money_is_cut(width: int) -> None:
    lines = drawn(width)
    assert len(lines) == 4
    assert all(cell_len(line) <= width for line in lines)
    assert any("$1,234.56" in line for line in lines)
    assert any("$0.000042" in line for line in lines)


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (200, ["Project", "Cost", "Requests", "Users", "Errors"]),
        (41, ["Project", "Cost", "Requests", "Users"]),
        (34, ["Project", "Cost", "Requests"]),
        (24, ["Project", "Cost"]),
    ],
)
def test_the_least_dear_columns_go_first(width: int, titles: list[str]) -> None:
    assert [column.title for column in tables.fitting(COLUMNS, width)] == titles


def test_with_room_enough_nothing_is_cut() -> None:
    assert "a-project-with-quite-a-long-name" in drawn(80)[1]
    assert "…" in drawn(40)[1]


def test_markup_and_escapes_are_shown_and_not_obeyed() -> None:
    columns = [Column("Name", ["[red]x[/red]", "\x1b[31mx", ":smile:"])]
    out = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    out.print(tables.render(columns, 80))
    assert isinstance(out.file, io.StringIO)
    text = out.file.getvalue()
    assert "[red]x[/red]" in text
    assert "\\x1b[31mx" in text
    assert ":smile:" in text
    assert "\x1b[31m" not in text


@pytest.mark.parametrize(
    ("part", "whole", "encoding", "drawn"),
    [
        (0, 10, "utf-8", ""),
        (10, 10, "utf-8", "████████"),
        (5, 10, "utf-8", "████"),
        (1, 1000, "utf-8", "▏"),
        (10, 10, "ascii", "########"),
        (1, 1000, "ascii", "#"),
        (5, 0, "utf-8", ""),
    ],
)
def test_bars(part: int, whole: int, encoding: str, drawn: str) -> None:
    assert tables.bar(part, whole, 8, encoding) == drawn


def test_a_pipe_is_as_wide_as_it_takes_unless_columns_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert tables.console().width > 1000
    monkeypatch.setenv("COLUMNS", "60")
    assert tables.console().width == 60
