"""Promise 3 of the writing side: real processes, killed at random moments (FRANKING_LONG=1: more of them)."""

import random
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

from franking.ledger.recovery import recover
from support.examples import LONG

CHILD = Path(__file__).parent / "fixtures" / "writing_child.py"
LINES = [0, 1, 2, 5, 50, 200, 400]
"""How much a child says before it is killed."""
ROUNDS = 18 if LONG else 1
KILLS = ROUNDS * len(LINES)


def killed(home: Path, after: int) -> tuple[set[str], set[str]]:
    """Run the child and kill it after so many lines; what it said had begun, and had ended."""
    said: dict[str, set[str]] = {"begun": set(), "ended": set()}
    with subprocess.Popen([sys.executable, CHILD, home], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for number, line in enumerate(child.stdout):
            word, identifier = line.split()
            said[word].add(identifier)
            if number == after:
                child.kill()
        assert child.wait() == -9
    return said["begun"], said["ended"]


def test_every_end_that_was_seen_is_in_the_ledger_once(tmp_path: Path) -> None:
    chance = random.Random()
    begun: set[str] = set()
    ended: set[str] = set()
    for number, lines in enumerate(chance.sample(ROUNDS * LINES, KILLS)):
        with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
            if number % 4 == 3:  # nothing can be committed: all that this child says stands in the journal alone
                other.execute("BEGIN IMMEDIATE")
            more_begun, more_ended = killed(tmp_path, lines)
        begun |= more_begun
        ended |= more_ended
        if number % 3 == 0:  # else the next child brings in what this one left
            recover(tmp_path)
    recover(tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = connection.execute("SELECT id, status FROM requests").fetchall()
    assert not [identifier for identifier, count in Counter(row[0] for row in found).items() if count > 1]
    status = dict(found)
    assert {identifier: status.get(identifier) for identifier in ended} == dict.fromkeys(ended, "ok")
    assert {status.get(identifier) for identifier in begun - ended} <= {"interrupted", "ok"}
    assert set(status.values()) <= {"interrupted", "ok"}
    assert len(ended) > KILLS
