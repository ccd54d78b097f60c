"""``python -m benchmarks [NAME …] [--seconds N] [--json FILE]``: proxy, delay, memory, metering, ledger, export …"""

import argparse
import json
import os
import platform
from pathlib import Path

from benchmarks.attribution import attribution
from benchmarks.budgets import budgets
from benchmarks.crash import crash
from benchmarks.dashboard import dashboard
from benchmarks.delay import delay
from benchmarks.export import export
from benchmarks.ledger import ledger
from benchmarks.memory import memory
from benchmarks.metering import metering
from benchmarks.pages import pages
from benchmarks.proxy import proxy
from benchmarks.start import start

BENCHES = {
    "proxy": proxy,
    "delay": delay,
    "memory": memory,
    "start": start,
    "attribution": attribution,
    "metering": metering,
    "budgets": budgets,
    "ledger": ledger,
    "export": export,
    "pages": pages,
    "dashboard": dashboard,
    "crash": crash,
}


def main() -> None:
    """Run what is named, or everything; print, and write a JSON file where asked to."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[*BENCHES, []], help="which; all without one")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each load")
    parser.add_argument("--json", type=Path, default=Path("bench-results/latest.json"))
    words = parser.parse_args()
    report = {"python": platform.python_version(), "cores": os.cpu_count()}
    for name in words.what or BENCHES:
        print(f"== {name}")
        report[name] = BENCHES[name](words.seconds)
    words.json.parent.mkdir(parents=True, exist_ok=True)
    words.json.write_text(json.dumps(report, indent=2))
    print(f"written to {words.json}")


if __name__ == "__main__":
    main()
