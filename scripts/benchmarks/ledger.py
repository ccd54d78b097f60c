"""What the ledger costs: writing (``writing.py``), disk, and every view's question at three sizes of ledger.

A question's time is that of the processor, the least of five: what else runs on the machine counts little; the garbage
collector is as in the dashboard's process. ``control`` is a fixed piece of SQLite's work, by which machines and their
moments can be compared: one that others use may be slow for minutes. A question past its limit is therefore asked again
after all others.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.generated import generated
from benchmarks.questions import asked
from benchmarks.writing import rows_a_second, waits
from franking.ledger import reader
from franking.web import collector

__all__ = ["control", "ledger"]

SIZES = (100_000, 1_000_000, 10_000_000)
LIMITS = {"question, ms": 100, "bytes a row": 350, "rows a second": 20_000, "end waits, p99, ms": 2}
AGAIN = 8
"""How often at most."""


def ledger(seconds: float) -> dict[str, Any]:
    """Rows a second, the wait of a request's end, bytes a row, milliseconds of each question; held to the limits."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        folder = Path(name)
        report: dict[str, Any] = {"rows": asyncio.run(rows_a_second(folder, 200_000))}
        print(report["rows"], flush=True)
        for busy in (0.0, 0.4):
            report[f"wait, loop {busy:.0%} busy"] = asyncio.run(waits(folder, 500, seconds, busy))
            print(f"loop {busy:.0%} busy", report[f"wait, loop {busy:.0%} busy"], flush=True)
        for size in SIZES:
            report[f"{size:,} rows"] = _questions(folder / f"{size}.db", size)
            (folder / f"{size}.db").unlink()
    _show(report)
    return report


def _show(report: dict[str, Any]) -> None:
    """The questions as a table, and the figures that have a limit."""
    sizes = [report[f"{size:,} rows"] for size in SIZES]
    print("\n" + "".join(f"{size:>12,}" for size in SIZES) + "  rows: milliseconds of processor, warm, least of five")
    print("".join(f"{made['control']:12.1f}" for made in sizes) + "  (control)")
    for question in sizes[-1]["ms"]:
        mark = "  PAST ITS LIMIT" if sizes[-1]["ms"][question] > LIMITS["question, ms"] else ""
        print("".join(f"{made['ms'][question]:12.1f}" for made in sizes) + f"  {question}{mark}")
    quiet = report["wait, loop 0% busy"]
    figures = {
        "question, ms": max(sizes[-1]["ms"].values()),
        "bytes a row": sizes[-1]["bytes_per_row"],
        "rows a second": report["rows"]["rows_per_second"],
        "end waits, p99, ms": quiet["end_waits_ms_p99"],
    }
    report["limits"] = {what: {"figure": figure, "limit": LIMITS[what]} for what, figure in figures.items()}
    for what, figure in figures.items():
        at_least = what == "rows a second"
        held = figure >= LIMITS[what] if at_least else figure <= LIMITS[what]
        bound = "at least" if at_least else "at most"
        print(f"{what:20} {figure:12,.1f}  ({bound} {LIMITS[what]:,}){'' if held else '  PAST ITS LIMIT'}", flush=True)


def _questions(file: Path, size: int) -> dict[str, Any]:
    begin = time.perf_counter()
    rows = generated(file, size)
    report: dict[str, Any] = {
        "rows": rows,
        "made_in_s": round(time.perf_counter() - begin, 1),
        "bytes_per_row": round(file.stat().st_size / rows, 1),
        "control": control(),
        "ms": {},
    }
    print(f"{rows:,} rows, {report['bytes_per_row']} bytes each, made in {report['made_in_s']} s", flush=True)
    collector.calm()
    with reader.opened(file) as opened:
        questions = asked(opened)
        for name, question in questions.items():
            report["ms"][name] = _least(question)
            print(f"  {report['ms'][name]:8.1f} ms  {name}", flush=True)
        for again in range(AGAIN):
            late = [name for name, took in report["ms"].items() if took > LIMITS["question, ms"]]
            if late:
                print(f"{len(late)} again, for the {again + 1}. time; control {control():.1f} ms", flush=True)
            for name in late:
                report["ms"][name] = min(report["ms"][name], _least(questions[name]))
                print(f"  {report['ms'][name]:8.1f} ms  {name}", flush=True)
    return report


def _least(question: Callable[[], object]) -> float:
    """Milliseconds of processor, once what it reads is in memory."""
    question()
    times = []
    for _ in range(5):
        begin = time.process_time()
        question()
        times.append((time.process_time() - begin) * 1000)
    return round(min(times), 1)


def control() -> float:
    """Milliseconds of processor that a fixed piece of SQLite's work takes at the moment."""
    return _least(_work)


def _work() -> object:
    with closing(sqlite3.connect(":memory:")) as empty:
        return empty.execute(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
            " SELECT i % 1000, SUM(i), SUM(3 * i) FROM n GROUP BY 1"
        ).fetchall()
