"""The caller without ``/proc``, tried on Linux with the processes of this machine."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from franking.attribution import caller_portable
from franking.attribution.values import NOBODY, Peer
from support.sidecar import clean_environment

CALL = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); sys.stdin.read()"
Ends = tuple[tuple[str, int], tuple[str, int]]


@contextmanager
def _caller(folder: Path) -> Iterator[tuple[int, Ends]]:
    """A child's pid, and the ends of its connection to us."""
    environment = clean_environment(KILOCODE_FEATURE="cli", HOME="/home/me", SECRET="x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        command = [sys.executable, "-c", CALL, str(server.getsockname()[1])]
        child = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.PIPE)
        try:
            connection, client = server.accept()
            with connection:
                yield child.pid, (client, connection.getsockname())
        finally:
            child.communicate()


def test_found_by_its_process_or_by_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _caller(tmp_path) as (pid, ends):
        for system in ("darwin", "win32"):
            monkeypatch.setattr(sys, "platform", system)
            peer = caller_portable.find(*ends)
            assert (peer.pid, peer.directory, peer.fault) == (pid, str(tmp_path), None)
            assert peer.argv == (sys.executable, "-c", CALL, str(ends[1][1]))
            assert peer.environment == {"KILOCODE_FEATURE": "cli", "HOME": "/home/me"}
            assert caller_portable.directory(peer) == str(tmp_path)
        monkeypatch.undo()
    assert caller_portable.directory(peer) is None


def test_nobody_is_at_that_port() -> None:
    peer = caller_portable.find(("127.0.0.1", 1), ("127.0.0.1", 2))

    assert peer.pid is None
    assert peer.fault is not None
    assert (peer.fault.where, peer.fault.what.partition(",")[0]) == ("127.0.0.1 port 1", "the caller is gone")


@pytest.mark.parametrize("peer", [NOBODY, Peer(os.getpid(), started=0), Peer(2**31 - 1, started=1)])
def test_a_process_that_is_another_one_or_gone_has_no_directory(peer: Peer) -> None:
    assert caller_portable.directory(peer) is None


@pytest.mark.parametrize(
    ("told", "end"),
    [
        (("127.0.0.1", 1), ("127.0.0.1", 1)),
        (("::ffff:127.0.0.1", 1), ("127.0.0.1", 1)),
        (("fe80::1%eth0", 1), ("fe80::1", 1)),
    ],
)
def test_an_end_is_written_in_one_way(told: tuple[str, int], end: tuple[str, int]) -> None:
    assert caller_portable._end(told) == end
