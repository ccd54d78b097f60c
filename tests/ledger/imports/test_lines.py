"""Files of every make, line by line."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from franking.ledger.imports.lines import LONGEST, Bad, Line, Lines, UnreadableError

NAME = Path("a.csv")


def read(raw: bytes | str) -> tuple[list[str], list[Line | Bad]]:
    lines = Lines(io.BytesIO(raw.encode() if isinstance(raw, str) else raw), NAME)
    return lines.header, list(lines)


@pytest.mark.parametrize(
    "raw",
    [
        "a,b\n1,2\n",
        "a;b\n1;2\n",
        "a\tb\r\n1\t2\r\n",
        "a|b\n1|2",
        "\ufeffa,b\n1,2\n",
        "sep=;\na;b\n1;2\n",
        '"a","b"\n"1","2"\n',
        " a , b\n1,2\n",
        '{"a":"1","b":"2"}\n',
        '\ufeff{"a":"1","b":"2"}\n\n',
    ],
)
def test_every_make(raw: str) -> None:
    header, lines = read(raw)
    assert header == ["a", "b"]
    assert [line.cells for line in lines if isinstance(line, Line)] == [{"a": "1", "b": "2"}]


def test_quoted_texts_hold_line_ends_and_lines_keep_their_numbers() -> None:
    _, lines = read('a,b\n"x\ny, ""z""",2\n\n3,4\n')
    assert lines == [Line(2, {"a": 'x\ny, "z"', "b": "2"}), Line(5, {"a": "3", "b": "4"})]


def test_a_quoted_delimiter_is_none() -> None:
    assert read('"a;x;y;z",b\n1,2\n')[0] == ["a;x;y;z", "b"]


def test_json_is_exact_and_nested_is_flat() -> None:
    header, lines = read('{"a":0.1234567890123456789,"b":{"c":[1],"d":null}}\n{"a":12345678901234567890}\n')
    assert header == ["a", "b.c", "b.d"]
    first: dict[str, Any] = {"a": Decimal("0.1234567890123456789"), "b.c": "[1]", "b.d": None}
    assert lines == [Line(1, first), Line(2, {"a": 12345678901234567890})]


@pytest.mark.parametrize(
    ("raw", "bad", "good"),
    [
        (b"a,b\n1\n3,4\n", Bad(2, "expected 2 columns, found 1"), 1),
        (b"a,b\n1,2,3\n3,4\n", Bad(2, "expected 2 columns, found 3"), 1),
        (b"a,b\n\xff,2\n3,4\n", Bad(2, "expected UTF-8"), 1),
        (b'{"a":1}\nnot json\n{"a":2}\n', Bad(2, "expected a JSON object on one line"), 2),
        (b'{"a":1}\n[1]\n{"a":2}\n', Bad(2, "expected a JSON object on one line"), 2),
        (b'{"a":1}\n{"a":"\xff"}\n', Bad(2, "expected a JSON object on one line"), 1),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_read(raw: bytes, bad: Bad, good: int) -> None:
    _, lines = read(raw)
    assert [line for line in lines if isinstance(line, Bad)] == [bad]
    assert len(lines) == good + 1


def test_a_quote_that_is_never_closed_is_told() -> None:
    _, lines = read('a,b\n1,2\n"x,4\n5,6\n')
    assert lines[0] == Line(2, {"a": "1", "b": "2"})
    assert isinstance(lines[1], Bad)
    assert (lines[1].number, "lines 3 to 4" in lines[1].expected) == (3, True)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"\x1f\x8b\x08rest\n", "compressed"),
        (b"PK\x03\x04rest\n", "spreadsheet"),
        ("a,b\n".encode("utf-16"), "UTF-16"),
        (b"a,\xff\n", "not UTF-8"),
        (b'[{"a":1}]\n', "jq -c"),
        (b'{\n"a":1}\n', "a.csv:1: expected a JSON object on one line"),
        (b"a,b" + b"x" * (LONGEST + 1), "longer than 1 MiB"),
        (b'"a"b,c\n', "the header cannot be read"),
    ],
)
def test_what_is_no_file_of_lines(raw: bytes, says: str) -> None:
    with pytest.raises(UnreadableError, match=says.replace("(", r"\(")):
        read(raw)
