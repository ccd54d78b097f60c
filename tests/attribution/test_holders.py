"""Who holds a socket, by the descriptors of real processes. Linux only."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

if sys.platform != "linux":
    pytest.skip("/proc is Linux's", allow_module_level=True)

from franking.attribution import holders
from franking.attribution.holders import Holders

WAITS = "import sys; print(flush=True); sys.stdin.read()"


@pytest.fixture
def held() -> Iterator[tuple[Holders, int]]:
    """A socket that one child holds and this process does not: the search for it, and the child's pid."""
    with closing(socket.socket()) as ours:
        inode = os.fstat(ours.fileno()).st_ino
        child = subprocess.Popen(
            [sys.executable, "-c", WAITS], pass_fds=(ours.fileno(),), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    assert child.stdout is not None
    child.stdout.readline()
    yield Holders(inode, os.getuid()), child.pid
    child.communicate()


@pytest.mark.parametrize("likely", [True, False])
def test_its_holder_is_found_wherever_it_is(held: tuple[Holders, int], likely: bool) -> None:
    search, pid = held
    found = search.first((pid,) if likely else (), skip=0)
    assert found is not None
    assert found[0] == pid
    assert search.at(*found)
    assert search.descriptor(pid) == found[1]


CONNECTS = """
import os, socket, sys
own = socket.socket()
print(os.fstat(own.fileno()).st_ino, flush=True)
sys.stdin.read()
"""


def test_who_has_just_been_started_is_found_without_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", CONNECTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        search = Holders(int(child.stdout.readline()), os.getuid())
        monkeypatch.setattr(holders, "newest_tasks", lambda _: range(child.pid, child.pid - 1, -1))
        monkeypatch.setattr(holders, "pids", lambda: pytest.fail("all processes were listed"))
        found = search.first((), skip=0)
        assert found is not None
        assert (found[0], search.at(*found)) == (child.pid, True)
        child.communicate()


def test_who_is_skipped_is_not_found(held: tuple[Holders, int]) -> None:
    search, pid = held
    assert search.first((), skip=pid) is None


def test_nobody_holds_what_is_closed(held: tuple[Holders, int]) -> None:
    search, pid = held
    other = Holders(2**40, search.uid)
    assert (other.descriptor(pid), other.at(pid, "0"), other.first((pid,), skip=0)) == (None, False, None)


def test_a_process_that_is_gone_holds_nothing() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    search = Holders(1, 0)
    assert (search.descriptor(child.pid), search.denied, search.gone) == (None, False, {child.pid})
