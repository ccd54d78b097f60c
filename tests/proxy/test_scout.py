"""The scout answers from a process of its own, by number; threads take over when it dies."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from franking.attribution.values import NOBODY, Peer, Place
from franking.proxy.answers import Answers
from franking.proxy.callers import Callers
from franking.proxy.lookups import Found, Known
from franking.proxy.scout import Scout, Seekers
from franking.proxy.whereabouts import Whereabouts

PLACES: dict[str, Place] = {}


def find(client: Any, proxy: Any) -> Peer:
    """A caller whose process is the one that answers, so that a test can tell which did."""
    if client == "raise":
        raise RuntimeError("no such caller")
    return Peer(pid=os.getpid(), directory=str(client))


def locate(peer: Peer) -> Whereabouts:
    """The same Place as long as a file says the same, as ``Places`` does it."""
    if peer.directory is None:
        return Whereabouts(sidecar=Place("/sandbox"))
    said = Path(peer.directory).read_text()
    place = PLACES.get(peer.directory)
    if place is None or place.directory != said:
        place = PLACES[peer.directory] = Place(said)
    return Whereabouts(place)


@pytest.fixture
async def scout() -> AsyncIterator[Scout]:
    made = Scout.fork(find, locate)
    made.attach()
    yield made
    made.close()


async def test_it_answers_from_another_process(scout: Scout) -> None:
    found = await scout.find("/a", None)
    assert found.peer.pid not in (None, os.getpid())
    assert found.peer.directory == "/a"


async def test_many_questions_of_one_turn(scout: Scout) -> None:
    found = await asyncio.gather(*(scout.find(f"/{number}", None) for number in range(200)))
    assert [one.peer.directory for one in found] == [f"/{number}" for number in range(200)]
    assert len({one.number for one in found}) == 200


async def test_what_holds_is_the_same_object_and_what_changed_is_another(scout: Scout, tmp_path: Path) -> None:
    file = tmp_path / "says"
    file.write_text("one")
    caller = await scout.find(str(file), None)
    first = await scout.locate(caller, None)
    assert first.whereabouts.caller == Place("one")
    assert await scout.locate(caller, first) is first
    file.write_text("two")
    second = await scout.locate(caller, first)
    assert second.whereabouts.caller == Place("two")
    assert await scout.locate(caller, second) is second


async def test_one_that_fails_fails_alone(scout: Scout) -> None:
    bad, good = scout.find("raise", None), scout.find("/a", None)
    with pytest.raises(LookupError):
        await bad
    assert (await good).peer.directory == "/a"


async def test_an_unknown_caller_still_has_the_sidecar_s_place(scout: Scout) -> None:
    known = await scout.locate(Found(-1, NOBODY), None)
    assert known.whereabouts.sidecar == Place("/sandbox")


async def test_it_keeps_no_file_of_the_proxy_s_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        scout = Scout.fork(find, locate)
        scout.attach()
        await scout.find("/a", None)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1)
    scout.close()


def test_a_proxy_that_was_killed_is_no_fault_of_the_scout_s(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.send(b"an answer that nobody reads any more")
    ours.close()
    monkeypatch.setattr(os, "_exit", sys.exit)
    answers = Answers(theirs.fileno(), find, locate)
    answers._socket = theirs
    with theirs, pytest.raises(SystemExit):
        answers._serve()


async def test_threads_take_over_when_it_dies() -> None:
    seekers = Seekers(find, locate)
    seekers.attach()
    first = (await seekers().find("/a", None)).peer
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    waiting = seekers().find("/b", None)
    with pytest.raises((LookupError, OSError)):
        await waiting
    assert (await seekers().find("/c", None)).peer.pid == os.getpid()
    seekers.close()


async def test_callers_go_on_without_what_comes_too_late() -> None:
    class Slow:
        """Finds at once, and never locates."""

        answered = 0

        def find(self, client: Any, proxy: Any) -> "asyncio.Future[Found]":
            future: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
            future.set_result(Found(1, Peer(pid=1, directory="/slow")))
            return future

        def locate(self, found: Found, known: Known | None) -> "asyncio.Future[Known]":
            return asyncio.get_running_loop().create_future()

        def close(self) -> None:
            """Nothing to let go of."""

    slow = Slow()
    callers = Callers(lambda: slow)
    callers.connected("one", None, None)
    connection = callers.connection("one")
    assert (await callers.peer(connection)).pid == 1
    place = (await callers.whereabouts(connection)).caller
    assert place is not None
    assert [fault.what for fault in place.faults] == ["could not be read within 50 ms"]
