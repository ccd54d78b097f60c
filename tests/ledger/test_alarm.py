import asyncio
import math

from franking.ledger.alarm import Alarm


async def test_it_rings_once_at_the_last_time_it_was_set_to() -> None:
    loop = asyncio.get_running_loop()
    rung = asyncio.Event()
    seen: list[float] = []

    def ring() -> None:
        seen.append(alarm.due)
        rung.set()

    alarm = Alarm(ring)
    assert alarm.due == math.inf
    alarm.set(loop.time() + 3600)
    alarm.set(due := loop.time())
    assert alarm.due == due
    async with asyncio.timeout(20):
        await rung.wait()
    assert seen == [math.inf]  # no longer set when it rings


async def test_it_does_not_ring_once_it_is_stopped() -> None:
    loop = asyncio.get_running_loop()
    later = asyncio.Event()
    rung: list[str] = []
    alarm, another = Alarm(lambda: rung.append("alarm")), Alarm(later.set)
    alarm.set(loop.time())
    alarm.stop()
    another.set(loop.time())
    async with asyncio.timeout(20):
        await later.wait()
    assert (rung, alarm.due) == ([], math.inf)
