"""What an export costs: rows a second by the clock and by the processor, and the memory it takes, for each format."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.generated import generated

__all__ = ["export"]

ROWS = 1_000_000
LEAST = 50_000
"""Rows a second."""

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
    """A million requests to a file, by format; ``seconds`` is not used."""
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        file = Path(name) / "ledger.db"
        generated(file, ROWS)
        for form in ("csv", "jsonl", "parquet", "focus"):
            out = file.with_name("out")
            ran = subprocess.run(
                [sys.executable, "-c", _EXPORT, str(file), form, str(out)],
                env=os.environ | {"PYTHONPATH": "addons"}, check=True, capture_output=True, text=True,
            )  # fmt: skip
            report[form] = json.loads(ran.stderr) | {"bytes_per_row": round(out.stat().st_size / ROWS, 1)}
            mark = "" if report[form]["rows_per_second"] >= LEAST else f"  PAST ITS LIMIT (at least {LEAST:,})"
            print(f"{form:8} {report[form]}{mark}", flush=True)
            out.unlink()
    return report
