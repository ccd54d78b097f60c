"""What an open dashboard costs the proxy: the same load with no, one and three open pages, in turn.

The ledger has a million requests already, so that a page is as dear as it becomes; the page is the overview of the last
month and of what is coming in. Rounds follow each other in the same run of the same sidecar, so that only the pages
make the difference; the figure is the median over the rounds of the throughput with pages to that without. On a machine
with other work it says little: the dashboard's own processor time, which is told beside it, does.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.generated import END, generated
from benchmarks.stage import HERE, Proxy, Stage, franking, load, stage, used

__all__ = ["dashboard"]

ROWS = 1_000_000
ROUNDS = 7
VIEWERS = (0, 1, 3)
CONNECTIONS = 16
LEAST = {1: 0.97}
"""Of the throughput without an open page."""

_PAGE = f"/?since={(datetime.fromtimestamp(END / 1e6, UTC) - timedelta(30)).date().isoformat()}"


def dashboard(seconds: float) -> dict[str, Any]:
    """Requests a second by the number of open pages, and their ratios; each load takes so many seconds."""
    with stage() as at:
        home = at.folder / "home"
        home.mkdir(mode=0o700)
        generated(home / "ledger.db", ROWS)
        (home / "ledger.db").chmod(0o600)
        with franking(at, web=("--web", "127.0.0.1:0")) as ours:
            state = json.loads((home / "state.json").read_text())
            host = f"127.0.0.1:{state['web'][1]}"
            pid = _dashboard_beside(ours)
            load(at, ours, "plain", CONNECTIONS, 1)
            rounds = []
            for number in range(ROUNDS):
                turn = VIEWERS[number % len(VIEWERS) :] + VIEWERS[: number % len(VIEWERS)]
                told = {viewers: _loaded(at, ours, seconds, host, pid, viewers) for viewers in turn}
                rounds.append({str(viewers): told[viewers] for viewers in VIEWERS})
                print({viewers: (row["per_second"], row["pages"]) for viewers, row in rounds[-1].items()}, flush=True)
    report: dict[str, Any] = {"rounds": rounds, "ratios": {}}
    for viewers in VIEWERS[1:]:
        ratios = [row[str(viewers)]["per_second"] / row["0"]["per_second"] for row in rounds]
        report["ratios"][str(viewers)] = ratio = round(statistics.median(ratios), 3)
        least = LEAST.get(viewers, 0)
        mark = f"  PAST ITS LIMIT (at least {least})" if ratio < least else ""
        share = statistics.median(row[str(viewers)]["dashboard_share"] for row in rounds)
        cpu = statistics.median(row[str(viewers)]["proxy_cpu_ms"] / row["0"]["proxy_cpu_ms"] for row in rounds)
        print(f"{viewers} open: throughput x {ratio} ({min(ratios):.3f} to {max(ratios):.3f}){mark};", end=" ")
        print(f"the dashboard took {share:.1%} of a processor, a request {cpu:.3f} times of the proxy's", flush=True)
    return report


def _loaded(at: Stage, ours: Proxy, seconds: float, host: str, pid: int, viewers: int) -> dict[str, Any]:
    """The load's report, the pages that were shown, the dashboard's share of a processor, and what a request took of
    the proxy's.
    """
    with _watching(host, viewers) as seen:
        begun, before, proxy = time.monotonic(), used(pid), used(ours.pid)
        told = load(at, ours, "plain", CONNECTIONS, seconds)
        share = (used(pid) - before) / (time.monotonic() - begun)
        each = (used(ours.pid) - proxy) / told["requests"] * 1000
    pages = sum(each["pages"] for each in seen)
    return told | {"pages": pages, "dashboard_share": round(share, 4), "proxy_cpu_ms": round(each, 3)}


def _dashboard_beside(proxy: Proxy) -> int:
    """The process of the dashboard: another child of the proxy's parent."""
    parent = Path(f"/proc/{proxy.pid}/stat").read_text().rpartition(")")[2].split()[1]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for task in Path(f"/proc/{parent}/task").iterdir():
            for each in (task / "children").read_text().split():
                if b"franking.web" in Path(f"/proc/{each}/cmdline").read_bytes():
                    return int(each)
        time.sleep(0.1)
    raise RuntimeError("no dashboard was started")


@contextlib.contextmanager
def _watching(host: str, viewers: int) -> Iterator[list[dict[str, Any]]]:
    """So many open pages, shown once, while the block runs; what they saw is in the list when it ends."""
    command = [sys.executable, "-m", "benchmarks.viewer", host, _PAGE]
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    opened = [subprocess.Popen(command, env=environment, text=True, **pipes) for _ in range(viewers)]
    seen: list[dict[str, Any]] = []
    try:
        for each in opened:
            assert each.stdout is not None
            each.stdout.readline()
        yield seen
        seen += [json.loads(each.communicate(timeout=60)[0]) for each in opened]
    finally:
        for each in opened:
            each.kill()
            each.wait()
