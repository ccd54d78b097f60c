"""The watching thread: news reach the guard, and where the ledger cannot be read everything may go."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from franking.budgets import changes
from franking.budgets.guard import Guard
from franking.budgets.matching import Request
from franking.budgets.values import Budget
from franking.budgets.watching import Watching
from franking.ledger.connection import patient
from support import ledgers


def now() -> int:
    return time.time_ns() // 1000


@asynccontextmanager
async def watching(file: Path, patience: float = 5.0) -> AsyncIterator[Watching]:
    running = Watching(file, Guard(), every=0.01, patience=patience)
    await running.start()
    try:
        yield running
    finally:
        await running.close()


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not look():  # noqa: ASYNC110 - a thread of its own brings the news
            await asyncio.sleep(0.01)


def hard(file: Path) -> None:
    with closing(patient(file)) as ledger:
        changes.create(ledger, Budget("tight", 100, hard=True), now())


async def test_what_is_there_is_known_when_it_has_started(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db", [ledgers.record(now(), cost=100)])
    hard(file)
    async with watching(file) as running:
        assert running.guard.on
        assert running.guard.check("a", now(), Request(), 0) is not None
        assert (running.blocked, running.fault) == (1, None)


async def test_news_arrive_a_budget_a_pause_its_end(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db", [ledgers.record(now(), cost=100)])
    async with watching(file) as running:
        guard = running.guard
        assert not guard.on
        hard(file)
        await until(lambda: guard.on)
        with closing(patient(file)) as ledger:
            changes.pause(ledger, now() - 1, now() + 10**9)
        await until(lambda: guard.check("a", now(), Request(), 0) is None)
        with closing(patient(file)) as ledger:
            changes.resume(ledger, now())
        await until(lambda: guard.check("a", now(), Request(), 0) is not None)


async def test_where_the_ledger_cannot_be_read_for_too_long_everything_passes_until_it_can(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db")
    hard(file)
    async with watching(file, patience=0.05) as running:
        assert running.guard.on
        file.rename(tmp_path / "away.db")
        await until(lambda: not running.guard.on)
        assert running.fault is not None
        assert "cannot be read" in running.fault
        (tmp_path / "away.db").rename(file)
        await until(lambda: running.guard.on)
        await until(lambda: running.fault is None)


async def test_it_starts_without_a_ledger(tmp_path: Path) -> None:
    async with watching(tmp_path / "none.db") as running:
        assert not running.guard.on
        assert running.fault is not None


async def test_what_is_held_is_told_to_others_and_void_at_the_end(tmp_path: Path) -> None:
    file = ledgers.made(tmp_path / "ledger.db")
    hard(file)

    def told() -> list[tuple[int]]:
        with closing(patient(file)) as ledger:
            return ledger.execute("SELECT amount FROM reservations").fetchall()

    async with watching(file) as running:
        assert running.guard.check("a", now(), Request(), 60) is None
        await until(lambda: told() == [(60,)])
    assert told() == []
