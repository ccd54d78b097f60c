"""What an export costs: rows a second by the clock and by the processor, and the memory it takes, for each format.

A million requests go to a file on disk; ten million go nowhere, because they would be 20 GB, and show that memory does
not grow with the ledger.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generated import generated

__all__ = ["export"]

SIZES = (1_000_000, 10_000_000)
FORMATS = ("csv", "jsonl", "parquet", "focus")
LEAST = 50_000
"""Rows a second."""

MOST_GROWN = 1.2
"""Peak memory over ten million requests, in that over a million."""

_EXPORT = """
import json, resource, sys, time
from pathlib import Path
from franking.ledger import reader
from franking.ledger.filters import Filters
from franking.reports import exports
begun, used = time.perf_counter(), time.process_time()
with reader.opened(Path(sys.argv[1])) as ledger:
    rows = exports.export(ledger, (Filters(),), sys.argv[2], Path(sys.argv[3]))
told = {
    "rows": rows,
    "rows_per_second": round(rows / (time.perf_counter() - begun)),
    "rows_per_processor_second": round(rows / (time.process_time() - used)),
    "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
}
print(json.dumps(told), file=sys.stderr)
"""


def export(seconds: float) -> dict[str, Any]:
    """Both sizes, by format, held to the limits; ``seconds`` is not used."""
    report: dict[str, Any] = {form: {} for form in FORMATS}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        for size in SIZES:
            file = Path(name) / f"{size}.db"
            generated(file, size)
            for form in FORMATS:
                report[form][f"{size:,} rows"] = told = _exported(file, form, size == SIZES[0])
                print(f"{form:8} {told}{_mark(report[form])}", flush=True)
            file.unlink()
    return report


def _exported(file: Path, form: str, kept: bool) -> dict[str, Any]:
    """kept: to a file on disk."""
    out = file.with_name("out") if kept else Path("-")
    ran = subprocess.run(
        [sys.executable, "-c", _EXPORT, str(file), form, str(out)], env=os.environ | {"PYTHONPATH": "addons"},
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(ran.stderr)
    if kept:
        told["bytes_per_row"] = round(out.stat().st_size / told["rows"], 1)
        out.unlink()
    return told


def _mark(sizes: dict[str, dict[str, Any]]) -> str:
    *smaller, last = sizes.values()
    past = []
    if last["rows_per_second"] < LEAST:
        past.append(f"at least {LEAST:,} rows/s")
    if smaller and last["peak_mb"] > smaller[0]["peak_mb"] * MOST_GROWN:
        past.append("memory grows")
    return f"  PAST ITS LIMIT ({'; '.join(past)})" if past else ""
