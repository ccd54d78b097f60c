"""``python -m benchmarks [NAME …] [--seconds N] [--json FILE]``: proxy, delay, memory, metering, ledger, export …"""

import argparse
import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.attribution import attribution
from benchmarks.budgets import budgets
from benchmarks.crash import crash
from benchmarks.delay import delay
from benchmarks.export import export
from benchmarks.ledger import ledger
from benchmarks.metering import metering
from benchmarks.stage import BIN, Proxy, franking, load, stage, stock

LOADS = {
    "16 kept connections": ("plain", 16),
    "1 kept connection": ("plain", 1),
    "a new connection each, 8 at a time": ("plain-new", 8),
    "answers of 200 events, 16 connections": ("burst", 16),
    "100 streams of 20 events/s": ("paced", 100),
}


def proxy(seconds: float) -> dict[str, Any]:
    """Each load through stock mitmdump and through franking, in turn, and their ratios."""
    report: dict[str, Any] = {}
    with stage() as at:
        for name, (kind, connections) in LOADS.items():
            with stock(at) as plain:
                before = load(at, plain, kind, connections, seconds)
            with franking(at) as ours:
                after = load(at, ours, kind, connections, seconds)
            row: dict[str, Any] = {"stock": before, "franking": after}
            if kind == "paced":
                row["no proxy"] = load(at, Proxy(0, 0), kind, connections, seconds)
                print(f"  no proxy {row['no proxy']}")
            row["throughput_ratio"] = round(after["per_second"] / before["per_second"], 2)
            row["p50_ratio"] = round(after["p50_ms"] / before["p50_ms"], 2)
            report[name] = row
            print(f"{name}:")
            print(f"  stock    {before}")
            print(f"  franking {after}")
            print(f"  throughput x {row['throughput_ratio']}, p50 x {row['p50_ratio']}", flush=True)
    return report


def memory(seconds: float) -> dict[str, Any]:
    """Resident memory of the proxy after 20,000 and 100,000 requests, and over a 50 MB answer."""
    with stage() as at, franking(at) as ours:
        report: dict[str, Any] = {"start_mb": _resident(ours), "steps": []}
        sent = 0
        while sent < 100_000:
            sent += load(at, ours, "plain", 16, 15)["requests"]
            report["steps"].append({"requests": sent, "mb": _resident(ours)})
            print(report["steps"][-1], flush=True)
        before = _resident(ours)
        Path(f"/proc/{ours.pid}/clear_refs").write_text("5")  # the peak counts from here
        load(at, ours, "large", 1, 0.1)
        report["large"] = {"before_mb": before, "after_mb": _resident(ours), "peak_mb": _peak(ours)}
        print(report["large"])
    return report


def start(seconds: float) -> dict[str, Any]:
    """Seconds until ``frank start`` serves, and until ``frank costs`` has answered; the best of five."""
    report: dict[str, Any] = {}
    with stage() as at:
        served = []
        for number in range(5):
            begun = time.monotonic()
            with franking(at, f"home{number}") as ours:
                served.append(time.monotonic() - begun)
                load(at, ours, "plain", 1, 0.2)
        report["first_start_s"] = round(min(served), 2)
        again = []
        for _ in range(3):
            begun = time.monotonic()
            with franking(at, "home0"):
                again.append(time.monotonic() - begun)
        report["start_again_s"] = round(min(again), 2)
        answered = []
        for _ in range(5):
            begun = time.monotonic()
            subprocess.run(
                [str(BIN / "frank"), "costs"],
                env=os.environ | {"FRANKING_HOME": str(at.folder / "home0")},
                check=True,
                capture_output=True,
            )
            answered.append(time.monotonic() - begun)
        report["costs_s"] = round(min(answered), 2)
    print(report)
    return report


def _resident(ours: Proxy) -> float:
    return _status(ours, "VmRSS")


def _peak(ours: Proxy) -> float:
    return _status(ours, "VmHWM")


def _status(ours: Proxy, key: str) -> float:
    for line in Path(f"/proc/{ours.pid}/status").read_text().splitlines():
        if line.startswith(key):
            return round(int(line.split()[1]) / 1024, 1)
    raise RuntimeError(key)


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
