#!/usr/bin/env python3
"""Measures the ledger's writing side: rows a second, the wait of a request's end for its commit, the cost of a put.

    python scripts/bench_ledger.py [--rows 100000] [--rate 500] [--seconds 10] [--busy 0.4] [--folder DIR] [--json]

``--busy`` keeps the event loop occupied for that share of the time, in pieces of 0.3 ms, as a proxy at work does.
``--folder``: on the disk to be measured; a temporary one there is used and removed.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "addons"))

from franking.ledger.identifiers import uuid7
from franking.ledger.journal import Journal
from franking.ledger.record import Record
from franking.ledger.rows import encode
from franking.ledger.writer import Writer

PROVENANCE = json.dumps(
    {
        "candidates": [
            {
                "field": field,
                "source": source,
                "value": "example-repo",
                "where": "/home/dev/src/example-repo",
                "outcome": outcome,
            }
            for field, source, outcome in (
                ("project", "client-header", "said nothing"),
                ("project", "project-file", "said nothing"),
                ("project", "git-remote", "won"),
                ("feature", "command", "won"),
            )
        ],
        "sent": {"x-kilocode-feature": "cli", "x-kilocode-projectid": "example-repo"},
    }
)


def record(identifier: str | None = None, *, ended: bool = True) -> Record:
    """A request like those of a busy team: 40 projects, 30 models, 25 users."""
    now = time.time_ns() // 1000
    model = f"anthropic/claude-sonnet-{random.randrange(30)}"
    begun: dict[str, Any] = {
        "id": identifier or uuid7(),
        "started_at": now,
        "gateway": "kilo",
        "host": "api.kilo.ai",
        "method": "POST",
        "path": "/api/openrouter/chat/completions",
        "wire_format": "openai-chat",
        "streamed": True,
        "requested_model": model,
        "project_id": f"project-{random.randrange(40)}",
        "project_source": "git-remote",
        "feature": "cli",
        "feature_source": "command",
        "user": f"user{random.randrange(25)}@example.com",
        "session_id": f"session-{random.randrange(1000)}",
        "client": "kilo",
        "client_version": "7.1.0",
        "repository": "git@github.com:example-co/example-repo.git",
        "branch": "main",
        "pid": 4711,
        "command": "kilo run",
        "provenance": PROVENANCE,
    }
    if not ended:
        return Record(**begun)
    return Record(
        **begun,
        first_token_at=now + 400_000,
        ended_at=now + 2_000_000,
        status="ok",
        http_status=200,
        model=model,
        inference_provider="anthropic",
        input_tokens=random.randrange(100_000),
        output_tokens=random.randrange(4000),
        cache_read_tokens=1000,
        cost=random.randrange(10**9),
        cost_source="gateway",
        message_id="gen-1763820000-abcdefghijklmnop",
        finish_reason="stop",
        request_bytes=2500,
        response_bytes=4000,
    )


def share(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure_append(folder: Path) -> dict[str, float]:
    """Microseconds of Journal.append alone, on a payload of usual size, released as the writer would."""
    payload = encode(record())
    times = []
    with closing(Journal(folder / "append")) as journal:
        for number in range(20_000):
            begin = time.perf_counter_ns()
            sequence = journal.append(payload)
            times.append((time.perf_counter_ns() - begin) / 1000)
            if number % 50 == 49:
                journal.release(sequence - 10)
    return {
        "payload_bytes": len(payload),
        "append_us_mean": statistics.mean(times),
        "append_us_p50": share(times, 0.5),
        "append_us_p99": share(times, 0.99),
        "append_us_max": max(times),
    }


async def measure_rows(folder: Path, rows: int) -> dict[str, float]:
    """Rows a second from put to commit, as many waiting as a burst brings."""
    writer = Writer(folder / "rows.db", folder / "rows.journal")
    await writer.start()
    made = [record() for _ in range(rows)]
    begin = time.perf_counter()
    for first in range(0, rows, 2000):
        futures = [writer.put(one) for one in made[first : first + 2000]]
        await asyncio.wait(futures)
    took = time.perf_counter() - begin
    await writer.close()
    size = (folder / "rows.db").stat().st_size
    return {"rows_per_second": rows / took, "bytes_per_row": size / rows, "lost": writer.lost}


async def measure_wait(folder: Path, rate: float, seconds: float, busy: float) -> dict[str, float]:
    """Milliseconds from the put of a request's end to its commit; each request was put in flight before."""
    writer = Writer(folder / f"wait{busy}.db", folder / f"wait{busy}.journal")
    await writer.start()
    waits: list[float] = []
    puts: list[float] = []
    running = True

    async def request() -> None:
        identifier = uuid7()
        opened, ended = record(identifier, ended=False), record(identifier)
        writer.put(opened)
        await asyncio.sleep(random.uniform(0.01, 0.5))
        begin = time.perf_counter()
        done = writer.put(ended)
        puts.append((time.perf_counter() - begin) * 1e6)
        await asyncio.shield(done)
        waits.append((time.perf_counter() - begin) * 1000)

    async def occupy() -> None:
        while running:
            until = time.perf_counter() + 0.0003
            while time.perf_counter() < until:
                pass
            await asyncio.sleep(0.0003 * (1 - busy) / busy)

    occupied = asyncio.create_task(occupy()) if busy else None
    begin = time.perf_counter()
    tasks: list[asyncio.Task[None]] = []
    while (gone := time.perf_counter() - begin) < seconds:
        while len(tasks) < gone * rate:
            tasks.append(asyncio.create_task(request()))
        await asyncio.sleep(random.expovariate(rate))
    await asyncio.gather(*tasks)
    running = False
    if occupied:
        await occupied
    await writer.close()
    with closing(sqlite3.connect(writer.ledger)) as connection:
        count = connection.execute("SELECT count(*) FROM requests WHERE status = 'ok'").fetchone()[0]
    assert count == len(tasks), (count, len(tasks))
    return {
        "requests": len(tasks),
        "busy": busy,
        "commit_ms_p50": share(waits, 0.5),
        "commit_ms_p99": share(waits, 0.99),
        "commit_ms_max": max(waits),
        "put_us_p50": share(puts, 0.5),
        "put_us_p99": share(puts, 0.99),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--busy", type=float, action="append", help="share of time; repeatable (default 0 and 0.4)")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        append = measure_append(folder)
        rows = asyncio.run(measure_rows(folder, options.rows))
        waits = [
            asyncio.run(measure_wait(folder, options.rate, options.seconds, busy))
            for busy in options.busy or (0.0, 0.4)
        ]
    if options.json:
        print(json.dumps({"append": append, "rows": rows, "wait": waits}, indent=2))
        return
    for part in (append, rows, *waits):
        print("  ".join(f"{name} {value:,.1f}" for name, value in part.items()))


if __name__ == "__main__":
    main()
