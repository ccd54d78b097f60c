"""Faults in one plain line."""

import contextlib
import sqlite3

import pytest

from franking.cli import errors
from franking.ledger.reader import LedgerBrokenError


def _refused() -> sqlite3.Error:
    """What SQLite says to somebody who may only read."""
    with contextlib.closing(sqlite3.connect("file:none?mode=memory", uri=True)) as ledger:
        ledger.execute("PRAGMA query_only = 1")
        try:
            ledger.execute("CREATE TABLE t (x)")
        except sqlite3.Error as fault:
            return fault
    raise AssertionError("it was not refused")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (errors.Failure("it is so. Do this."), "it is so. Do this."),
        (errors.Failure("two\nlines"), "two; lines"),
        (errors.Failure("\x1b[31mred"), "\\x1b[31mred"),
        (LedgerBrokenError("the file: no"), "the file: no"),
        (PermissionError(13, "Permission denied", "/x"), "/x: permission denied. Make it yours, or choose another"),
        (FileNotFoundError(2, "No such file or directory", "/x"), "/x: no such file or directory"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (sqlite3.DatabaseError("malformed"), "the ledger could not be read: malformed. `frank doctor` checks it."),
        (_refused(), "the ledger cannot be written: give yourself the right to write it and its folder."),
        (KeyError("x"), "this is a fault of franking's own: KeyError: 'x'. FRANKING_DEBUG=1 shows where."),
    ],
)
def test_a_fault_is_a_sentence(fault: Exception, said: str) -> None:
    assert errors.sentence(fault).startswith(said)
    assert "\n" not in errors.sentence(fault)


def test_the_traceback_is_for_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("FRANKING_DEBUG", raising=False)
    errors.report(ValueError("x"))
    assert capsys.readouterr().err.count("\n") == 1
    monkeypatch.setenv("FRANKING_DEBUG", "1")
    errors.report(ValueError("x"))
    assert "ValueError: x\nfrank: " in capsys.readouterr().err
