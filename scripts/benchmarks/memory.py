"""The proxy's memory: after 20,000 and 100,000 requests, and while a 50 MB answer passes."""

from pathlib import Path
from typing import Any

from benchmarks.stage import Proxy, franking, load, stage

__all__ = ["memory"]


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


def _resident(ours: Proxy) -> float:
    return _status(ours, "VmRSS")


def _peak(ours: Proxy) -> float:
    return _status(ours, "VmHWM")


def _status(ours: Proxy, key: str) -> float:
    for line in Path(f"/proc/{ours.pid}/status").read_text().splitlines():
        if line.startswith(key):
            return round(int(line.split()[1]) / 1024, 1)
    raise RuntimeError(key)
