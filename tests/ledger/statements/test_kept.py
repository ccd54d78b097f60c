"""Statements put together from the shipped text, without the library that wrote it."""

import subprocess
import sys

import pytest

from franking.ledger.statements import kept


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("a",), "x IN (?)"),
        (("a", "b"), "x IN (?, ?)"),
        (("a", None, "b"), "(x IN (?, ?) OR x IS NULL)"),
        ((None,), "x IS NULL"),
        ((), "1 = 0"),
    ],
)
def test_one_of_the_values(values: tuple[str | None, ...], said: str) -> None:
    assert kept.among("x", values) == said


def test_as_many_places_as_there_are_values() -> None:
    one = kept.statement("days by project")
    three = kept.statement("days by project", f"{kept.ALL} AND s.project_id IN (?, ?)", pieces=3)
    assert one.count("?") == 3
    assert three.count("?") == 11
    assert kept.statement("with ids", listed=4).count("?") == 4
    mixed = kept.statement("sums of sessions", f"{kept.ALL} AND project_id IN (?)", listed=3)
    assert [mixed.count(marks) for marks in ("project_id IN (?)", "session_id IN (?, ?, ?)")] == [1, 1]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        kept.statement("days by colour")


def test_no_command_waits_for_sqlalchemy() -> None:
    asks = (
        "import sys; from franking.cli import costs, features, tail; "
        "from franking.ledger import coverage, listings, queries; "
        "from franking.ledger.statements import kept; kept.statement('newest'); sys.exit('sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0
