"""A question about a few sessions reads the eighths of a day in which these were, and no others."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking.ledger import pruning, whereabouts
from franking.ledger.filters import Filters, Value
from franking.ledger.pieces import Piece
from franking.ledger.record import Record
from franking.ledger.schema_7_eighths import EIGHTH
from franking.ledger.whereabouts import narrowed
from support import ledgers

FIRST = 162_000
"""An eighth, the first of its day."""

YEAR = [Piece(7, 1, FIRST - 100, FIRST + 50), Piece(8, 1, FIRST + 50, FIRST + 3000)]
SESSIONS = {"early": (0, 1, 3), "late": (60, 61), "long": (2, 70), "twin": (60,)}


def rows(sessionless: bool) -> Iterator[Record]:
    for session, places in (*SESSIONS.items(), *([(None, (5,))] if sessionless else ())):
        for pid, place in enumerate(places):
            yield ledgers.record((FIRST + place) * EIGHTH + 17, session_id=session, pid=pid // 2)


def asked(ledger: sqlite3.Connection, *sessions: Value) -> list[tuple[tuple[Value, ...], list[tuple[int, int, int]]]]:
    """[sessions asked for, (number, from, until of each piece, from FIRST on)] of each part."""
    parts = narrowed(ledger, Filters(include={"session": sessions, "project": ("a",)}), YEAR)
    assert all(part.include["project"] == ("a",) for part, _ in parts)
    return [
        (part.include["session"], [(piece.number, piece.first - FIRST, piece.end - FIRST) for piece in pieces])
        for part, pieces in parts
    ]


WHOLE = [(7, -100, 50), (8, 50, 3000)]


@pytest.mark.parametrize(
    ("sessions", "parts"),
    [
        (("early", "twin"), [(("early", "twin"), [(7, 0, 2), (7, 3, 4), (8, 60, 61)])]),
        # "long" has one caller in both stretches.
        (("long", "twin"), [(("long", "twin"), [(7, 2, 50), (8, 50, 71)])]),
        (("late", "twin"), [(("late", "twin"), [(8, 60, 62)])]),
        (("nobody's", "late"), [(("nobody's", "late"), [(8, 60, 62)])]),
        (("nobody's", "no one's"), []),
        ((None, "twin"), [(("twin",), [(8, 60, 61)]), ((None,), WHOLE)]),
        ((None,), [((None,), WHOLE)]),
    ],
)
def test_which_eighths_are_read(
    tmp_path: Path, sessions: tuple[Value, ...], parts: list[tuple[tuple[Value, ...], list[tuple[int, int, int]]]]
) -> None:
    with sqlite3.connect(ledgers.made(tmp_path / "ledger.db", [*rows(sessionless=True)])) as ledger:
        assert asked(ledger, *sessions) == parts


def test_requests_of_no_session_are_asked_for_only_where_there_are_any(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db", [*rows(sessionless=False)])
    with sqlite3.connect(file, isolation_level=None) as ledger:
        assert asked(ledger, None, "twin") == [(("twin",), [(8, 60, 61)])]
        while pruning.step(ledger, (FIRST + 8) * EIGHTH, keep_totals=True):
            pass
        # What was dropped is in totals of no session.
        assert asked(ledger, None, "twin")[1:] == [((None,), WHOLE)]
        assert asked(ledger, "early", "twin") == [(("early", "twin"), [(8, 60, 61)])]


def test_a_question_that_names_no_session_or_very_many_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite3.connect(ledgers.made(tmp_path / "ledger.db", [*rows(sessionless=True)])) as ledger:
        without = Filters(include={"project": ("a",)}, exclude={"session": ("late",)})
        assert narrowed(ledger, without, YEAR) == [(without, YEAR)]
        monkeypatch.setattr(whereabouts, "AT_ONCE", 2)
        assert asked(ledger, "early", "twin", "late") == [(("early", "twin", "late"), WHOLE)]
        # Few sessions, in many places.
        assert asked(ledger, "early", "twin") == [(("early", "twin"), WHOLE)]
