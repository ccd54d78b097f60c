"""Promise 3 at length: the proxy is killed 100 times under load; every answer whose end a client saw is there, once.

The harness itself is a test, ``tests/wire/test_supervision.py``; here it runs long.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

__all__ = ["crash"]

TEST = "tests/wire/test_supervision.py::test_no_ended_answer_is_lost_and_none_is_counted_twice"


def crash(seconds: float) -> dict[str, Any]:
    """Whether it holds; the seconds are the run's own."""
    begin = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", TEST],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"FRANKING_LONG": "1"},
        check=False,
    )
    report = {"kills": 100, "held": ended.returncode == 0, "took_s": round(time.monotonic() - begin)}
    print(report)
    return report
