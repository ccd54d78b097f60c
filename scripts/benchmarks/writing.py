"""What writing to the ledger costs: rows a second through the writer, and what a request's end waits for."""

import asyncio
import random
import sqlite3
import time
from collections import deque
from contextlib import closing
from pathlib import Path

import msgspec

from benchmarks.generated import sessions
from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.ledger.writer import Writer

__all__ = ["rows_a_second", "waits"]

GATHER = 0.1
"""As the sidecar's writer gathers."""


def _records(count: int) -> list[Record]:
    """Of sessions at work now; each request its own."""
    alive = [session for _, session in random.Random(1).sample(sessions(), 100)]
    now = time.time_ns() // 1000
    return [
        msgspec.structs.replace(
            random.choice(alive),
            id=uuid7(),
            started_at=now + number * 1000,
            first_token_at=now + number * 1000 + 400_000,
            ended_at=now + number * 1000 + 2_000_000,
            input_tokens=random.randrange(100_000),
            output_tokens=random.randrange(4000),
            cost=random.randrange(10**9),
            message_id=f"gen-{now}-{random.getrandbits(64):x}",
            request_bytes=2500,
            response_bytes=4000,
        )
        for number in range(count)
    ]


async def rows_a_second(folder: Path, rows: int) -> dict[str, float]:
    """Rows a second from put to commit, 2,000 on their way at any time, and microseconds of processor time a row."""
    writer = Writer(folder / "rows.db", folder / "rows.journal")
    await writer.start()
    made = _records(rows)
    begin, used, own = time.perf_counter(), time.process_time(), time.thread_time()
    waiting: deque[asyncio.Future[None]] = deque()
    for record in made:
        waiting.append(writer.put(record))
        if len(waiting) > 2000:
            await waiting.popleft()
    await asyncio.wait(waiting)
    took, used, own = time.perf_counter() - begin, time.process_time() - used, time.thread_time() - own
    await writer.close()
    return {
        "rows_per_second": round(rows / took),
        "cpu_us_per_row": round(used / rows * 1e6, 1),
        "cpu_us_per_row_on_the_loop": round(own / rows * 1e6, 1),
        "lost": writer.lost,
    }


async def waits(folder: Path, rate: float, seconds: float, busy: float) -> dict[str, float]:
    """What a request's end waits for (``put``: the journal), and until its row is committed; each was opened before.

    And what a request costs in the writer's threads: its row's beginning, where that is written, and its end.
    """
    writer = Writer(folder / f"wait{busy}.db", folder / f"wait{busy}.journal", gather=GATHER)
    await writer.start()
    made = iter(_records(int(rate * seconds * 2)))
    waits: list[float] = []
    puts: list[float] = []

    async def request(ended: Record) -> None:
        writer.put(msgspec.structs.replace(ended, status="in_flight", ended_at=None))
        await asyncio.sleep(random.uniform(0.01, 0.5))
        begin = time.perf_counter()
        done = writer.put(ended)
        puts.append((time.perf_counter() - begin) * 1000)
        await asyncio.shield(done)
        waits.append((time.perf_counter() - begin) * 1000)

    async def occupy() -> None:
        while busy:
            until = time.perf_counter() + 0.0003
            while time.perf_counter() < until:
                pass
            await asyncio.sleep(0.0003 * (1 - busy) / busy)

    occupied = asyncio.create_task(occupy())
    begin, used, own = time.perf_counter(), time.process_time(), time.thread_time()
    tasks: list[asyncio.Task[None]] = []
    while (gone := time.perf_counter() - begin) < seconds:
        while len(tasks) < gone * rate:
            tasks.append(asyncio.create_task(request(next(made))))
        await asyncio.sleep(random.expovariate(rate))
    await asyncio.gather(*tasks)
    occupied.cancel()
    in_threads = time.process_time() - used - (time.thread_time() - own)
    await writer.close()
    with closing(sqlite3.connect(writer.ledger)) as connection:
        count = connection.execute("SELECT count(*) FROM requests WHERE status = 'ok'").fetchone()[0]
    assert count == len(tasks), (count, len(tasks))
    return {
        "requests": len(tasks),
        "end_waits_ms_p50": _share(puts, 0.5),
        "end_waits_ms_p99": _share(puts, 0.99),
        "committed_ms_p50": _share(waits, 0.5),
        "committed_ms_p99": _share(waits, 0.99),
        "cpu_us_per_request_in_threads": round(in_threads / len(tasks) * 1e6, 1),
    }


def _share(values: list[float], part: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))], 3)
