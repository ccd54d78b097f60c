"""Look-ups answer, in order, with their own faults; one that hangs holds up no other."""

import asyncio
import threading

import pytest

from franking.attribution.values import Peer, Place
from franking.proxy.lookups import Found, Lookups
from franking.proxy.whereabouts import Whereabouts


def made(threads: int) -> Lookups:
    return Lookups(
        lambda client, proxy: Peer(pid=7, directory="/here"),
        lambda peer: Whereabouts(Place(peer.directory or "")),
        threads,
    )


async def test_it_finds_and_locates() -> None:
    lookups = made(1)
    found = await lookups.find(None, None)
    assert found == Found(0, Peer(pid=7, directory="/here"))
    assert (await lookups.locate(found, None)).whereabouts.caller == Place("/here")
    lookups.close()


async def test_answers_and_faults_come_with_their_future() -> None:
    lookups = made(2)
    asked = [lookups.ask(divmod, 7, number) for number in (1, 0, 2)]
    assert await asked[0] == (7, 0)
    with pytest.raises(ZeroDivisionError):
        await asked[1]
    assert await asked[2] == (3, 1)
    lookups.close()


async def test_many_at_once_and_again() -> None:
    lookups = made(4)
    for _ in range(5):
        assert await asyncio.gather(*(lookups.ask(abs, -number) for number in range(100))) == list(range(100))
    lookups.close()


async def test_it_runs_in_another_thread() -> None:
    lookups = made(1)
    assert await lookups.ask(threading.get_ident) != threading.get_ident()
    lookups.close()


async def test_one_that_hangs_holds_up_no_other() -> None:
    lookups = made(2)
    release = threading.Event()
    hanging = lookups.ask(release.wait)
    await asyncio.sleep(0)
    assert await asyncio.wait_for(asyncio.gather(*(lookups.ask(abs, -1) for _ in range(10))), 5) == [1] * 10
    assert not hanging.done()
    release.set()
    assert await hanging
    lookups.close()


async def test_threads_are_bounded() -> None:
    lookups = made(2)
    release = threading.Event()
    before = threading.active_count()
    hanging = [lookups.ask(release.wait) for _ in range(10)]
    await asyncio.wait(hanging, timeout=0.2)
    assert threading.active_count() - before <= 2
    release.set()
    assert all(await asyncio.gather(*hanging))
    lookups.close()


async def test_what_nobody_waits_for_any_more_is_dropped() -> None:
    lookups = made(1)
    asked = lookups.ask(abs, -1)
    asked.cancel()
    assert await lookups.ask(abs, -2) == 2
    lookups.close()
