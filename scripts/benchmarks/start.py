"""How soon ``frank start`` serves and ``frank costs`` has answered."""

import os
import subprocess
import time
from typing import Any

from benchmarks.stage import BIN, franking, load, stage

__all__ = ["start"]


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
