"""The home's lock: held by processes and not by a file, so that it is free when they are gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from franking.supervisor import lock

HOLD = """
import sys
from pathlib import Path
from franking.supervisor import lock
assert lock.acquire(Path(sys.argv[1])) is not None
print("held", flush=True)
sys.stdin.read()
"""


def test_one_has_it_until_it_lets_go(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path)
    held = lock.acquire(tmp_path)
    assert held is not None
    assert lock.is_held(tmp_path)
    assert lock.acquire(tmp_path) is None
    os.close(held)
    assert not lock.is_held(tmp_path)


def test_to_ask_makes_no_file_and_takes_nothing(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "sidecar.lock").touch()
    assert not lock.is_held(tmp_path)
    held = lock.acquire(tmp_path)
    assert held is not None
    os.close(held)


def test_a_killed_process_has_it_no_more(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert lock.is_held(tmp_path)
        assert lock.acquire(tmp_path) is None
    finally:
        other.kill()
        other.communicate()
    assert not lock.is_held(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_in_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    held = lock.acquire(tmp_path)
    assert held is not None
    (tmp_path / "sidecar.lock").chmod(0o400)
    assert lock.is_held(tmp_path)
    os.close(held)
    assert not lock.is_held(tmp_path)
