"""What the ledger costs: writing (``writing``), and every view's question at three sizes of ledger (``questions``)."""

import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from benchmarks.generated import END, generated, sessions
from franking.ledger import coverage, listings, queries, reader
from franking.ledger.filters import Filters
from franking.ledger.identifiers import uuid7
from franking.ledger.record import Record
from franking.ledger.writer import Writer

__all__ = ["ledger"]

SIZES = (100_000, 1_000_000, 10_000_000)
_DAY = 86_400_000_000
_ZONE = ZoneInfo("Europe/Berlin")


def ledger(seconds: float) -> dict[str, Any]:
    """Rows a second, the wait of a request's end, bytes a row, and milliseconds of each question."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        report: dict[str, Any] = {"rows": asyncio.run(_rows(folder, 200_000))}
        print(report["rows"], flush=True)
        for busy in (0.0, 0.4):
            report[f"wait, loop {busy:.0%} busy"] = asyncio.run(_wait(folder, 500, seconds, busy))
            print(f"loop {busy:.0%} busy", report[f"wait, loop {busy:.0%} busy"], flush=True)
        for size in SIZES:
            report[f"{size:,} rows"] = _questions(folder / f"{size}.db", size)
    slow = [
        f"{question} ({milliseconds} ms)"
        for question, milliseconds in report[f"{SIZES[-1]:,} rows"]["ms"].items()
        if milliseconds > 100
    ]
    print(f"over 100 ms at {SIZES[-1]:,} rows: {', '.join(slow) or 'none'}")
    return report


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


async def _rows(folder: Path, rows: int) -> dict[str, float]:
    """Rows a second from put to commit, 2,000 waiting at a time."""
    writer = Writer(folder / "rows.db", folder / "rows.journal")
    await writer.start()
    made = _records(rows)
    begin = time.perf_counter()
    for first in range(0, rows, 2000):
        await asyncio.wait([writer.put(one) for one in made[first : first + 2000]])
    took = time.perf_counter() - begin
    await writer.close()
    return {"rows_per_second": round(rows / took), "lost": writer.lost}


async def _wait(folder: Path, rate: float, seconds: float, busy: float) -> dict[str, float]:
    """What a request's end waits for (``put``: the journal), and until its row is committed; each was opened before."""
    writer = Writer(folder / f"wait{busy}.db", folder / f"wait{busy}.journal")
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
    begin = time.perf_counter()
    tasks: list[asyncio.Task[None]] = []
    while (gone := time.perf_counter() - begin) < seconds:
        while len(tasks) < gone * rate:
            tasks.append(asyncio.create_task(request(next(made))))
        await asyncio.sleep(random.expovariate(rate))
    await asyncio.gather(*tasks)
    occupied.cancel()
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
    }


def _share(values: list[float], part: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * part))], 3)


def _questions(file: Path, size: int) -> dict[str, Any]:
    begin = time.perf_counter()
    rows = generated(file, size)
    report: dict[str, Any] = {
        "rows": rows,
        "made_in_s": round(time.perf_counter() - begin, 1),
        "bytes_per_row": round(file.stat().st_size / rows, 1),
        "ms": {},
    }
    print(f"{rows:,} rows, {report['bytes_per_row']} bytes each, made in {report['made_in_s']} s", flush=True)
    with reader.opened(file) as opened:
        for name, question in _asked(opened).items():
            question()
            times = []
            for _ in range(3):
                begin = time.perf_counter()
                question()
                times.append((time.perf_counter() - begin) * 1000)
            report["ms"][name] = round(statistics.median(times), 1)
            print(f"  {report['ms'][name]:8.1f} ms  {name}", flush=True)
    return report


def _asked(opened: sqlite3.Connection) -> dict[str, Callable[[], object]]:
    """The views' questions, warm: costs by each grouping and period, listings, coverage."""
    midnight = datetime.fromtimestamp(END / 1e6, _ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    today = int(midnight.timestamp()) * 1_000_000
    periods = {"week": today - 7 * _DAY, "month": today - 30 * _DAY, "year": today - 364 * _DAY, "all": None}
    groupings = [
        ("project",), ("model",), ("feature",), ("user",), ("project", "feature"), ("model", "project"), ("day",),
        ("week",), ("month",), ("day", "project"), ("week", "project"), ("month", "model"),
    ]  # fmt: skip
    found: dict[str, Callable[[], object]] = {}
    for period, since in periods.items():
        for by in groupings:
            found[f"costs of a {period} by {', '.join(by)}"] = _costs(opened, Filters(since), by)
    year = periods["year"]
    one = {"project": ("project-7",)}
    found["costs of a year by day, one project"] = _costs(opened, Filters(year, None, one), ("day",))
    found["costs of a year by model, without one project"] = _costs(opened, Filters(year, None, {}, one), ("model",))
    found["costs of a day by session"] = _costs(opened, Filters(today - 2 * _DAY, today - _DAY), ("session",))
    found["costs of a week by branch"] = _costs(opened, Filters(periods["week"]), ("branch",))
    found["the newest 50"] = lambda: listings.newest(opened, Filters(), 50)
    found["the newest 50 of a project"] = lambda: listings.newest(opened, Filters(None, None, one), 50)
    found["the newest one"] = lambda: listings.named(opened, "last")
    week = Filters(periods["week"])
    found["share attributed in a week"] = lambda: coverage.share(opened, week)
    found["features of a week"] = lambda: coverage.features(opened, week)
    return found


def _costs(opened: sqlite3.Connection, filters: Filters, by: tuple[str, ...]) -> Callable[[], object]:
    return lambda: queries.costs(opened, filters, by, _ZONE)
