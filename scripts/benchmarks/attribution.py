"""What attribution costs: a request on a kept connection, and the look-ups alone; and whether these are right.

- kept_added_p50: what attribution and stamping add to a request on a kept connection, milliseconds.
- caller_100, caller_600x100: milliseconds to find a new caller among 100 processes, and among 600 more that have 100
  descriptors each; old_caller_600x100: one that started before all of them, at its first connection.
- wrong: of 1,000 look-ups by 4 threads, while other connections come and go, how many named another process.
- on_loop: milliseconds of CPU that each kind of step holds the event loop at a time, under load on new and on kept
  connections: p50, p99, p99.9 and the worst (which has the garbage collector's rounds in it).
- directory, place_kept, place_read: microseconds for the caller's directory, and for what one says, kept or new.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.stage import franking, load, stage
from franking.attribution import caller, reading, repository
from franking.attribution.places import Places

__all__ = ["attribution"]

CALLER = """
import socket, sys
held = []
for line in sys.stdin:
    held.append(socket.create_connection((sys.argv[1], int(sys.argv[2]))))
"""
CROWD = """
import os, sys
for _ in range(int(sys.argv[1])):
    if os.fork() == 0:
        held = [os.open("/dev/null", os.O_RDONLY) for _ in range(int(sys.argv[2]))]
        sys.stdin.read()
        os._exit(0)
print("ready", flush=True)
sys.stdin.read()
"""


class Caller:
    """A process that connects when told to."""

    def __init__(self, listener: socket.socket, cwd: str) -> None:
        host, port = listener.getsockname()
        self._listener = listener
        self.process = subprocess.Popen(
            [sys.executable, "-c", CALLER, host, str(port)], stdin=subprocess.PIPE, text=True, cwd=cwd
        )

    def connect(self) -> tuple[socket.socket, Any, Any]:
        """A new connection of it: the accepted socket and its two ends."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        accepted, client = self._listener.accept()
        return accepted, client, accepted.getsockname()

    def end(self) -> None:
        """Close its input and wait for it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)


class Crowd:
    """So many processes with so many descriptors each."""

    def __init__(self, processes: int, descriptors: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CROWD, str(processes), str(descriptors)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def end(self) -> None:
        """Let all of them go."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout:
            self._process.stdout.close()


def _timed(act: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return taken


def _summary(seconds: list[float], scale: float) -> dict[str, float]:
    p99 = quantiles(seconds, n=100)[98] if len(seconds) > 1 else seconds[0]
    return {
        "p50": round(median(seconds) * scale, 3),
        "p99": round(p99 * scale, 3),
        "worst": round(max(seconds) * scale, 3),
    }


def _new_callers(listener: socket.socket, cwd: str, times: int) -> dict[str, float]:
    """Each look-up is of a process that has just been started."""
    taken = []
    for _ in range(times):
        one = Caller(listener, cwd)
        accepted, client, own = one.connect()
        started = time.perf_counter()
        peer = caller.find(client, own)
        taken.append(time.perf_counter() - started)
        _right(peer.pid, one.process.pid)
        accepted.close()
        one.end()
    return _summary(taken, 1e3)


def _right(found: int | None, expected: int) -> None:
    if found != expected:
        raise AssertionError(f"the caller is pid {expected}, found was {found}")


def _wrong(listener: socket.socket, cwd: str, lookups: int) -> int:
    callers = [Caller(listener, cwd) for _ in range(10)]
    held, expected = [], []
    for n in range(lookups):
        one = callers[n % len(callers)]
        held.append(one.connect())
        expected.append(one.process.pid)
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            subprocess.run(["true"], check=True)

    noise = threading.Thread(target=come_and_go)
    noise.start()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda ends: caller.find(ends[1], ends[2]).pid, held))
    stop.set()
    noise.join()
    for accepted, _, _ in held:
        accepted.close()
    for one in callers:
        one.end()
    return sum(a != b for a, b in zip(found, expected, strict=True))


def _places(folder: Path) -> dict[str, Any]:
    deep = folder / "shop" / "packages" / "web" / "src"
    deep.mkdir(parents=True)
    for arguments in (("init", "--quiet"), ("remote", "add", "origin", "https://example.com/co/shop.git")):
        subprocess.run(["git", *arguments], cwd=folder / "shop", check=True, capture_output=True)
    (folder / "shop" / ".kilocode").mkdir()
    (folder / "shop" / ".kilocode" / "config.json").write_text('{"project": {"id": "shop"}}')
    repository.prepare()
    time.sleep(2 * reading.SETTLING_NANOSECONDS / 1e9)
    memory = Places()
    read = _timed(lambda: Places().at(str(deep), {}), 100)
    place = memory.at(str(deep), {})
    kept = _timed(lambda: memory.at(str(deep), {}), 1000)
    assert memory.at(str(deep), {}) is place
    return {"place_read_us": _summary(read, 1e6), "place_kept_us": _summary(kept, 1e6)}


def attribution(seconds: float) -> dict[str, Any]:
    """All figures, times as p50, p99 and worst; fewer repetitions and a smaller crowd under five seconds."""
    quick = seconds < 5
    times, crowd, lookups = (5, 60, 100) if quick else (40, 600, 1000)
    figures: dict[str, Any] = {"processes": sum(name.isdigit() for name in os.listdir("/proc"))}  # noqa: PTH208
    figures |= _kept(seconds)
    figures |= _on_loop(seconds)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, tempfile.TemporaryDirectory() as folder:
        figures |= _places(Path(folder))
        few = Crowd(max(0, 100 - figures["processes"]), 10)
        figures["caller_100_ms"] = _new_callers(listener, folder, times)
        figures["wrong"] = _wrong(listener, folder, lookups)
        old = Caller(listener, folder)
        many = Crowd(crowd, 100)
        figures[f"caller_{crowd}x100_ms"] = _new_callers(listener, folder, times)
        first, second = old.connect(), old.connect()
        expected = old.process.pid
        figures[f"old_caller_{crowd}x100_first_ms"] = _summary(
            _timed(lambda: _right(caller.find(*first[1:]).pid, expected), 1), 1e3
        )
        again = _timed(lambda: _right(caller.find(*second[1:]).pid, expected), times)
        figures[f"old_caller_{crowd}x100_again_ms"] = _summary(again, 1e3)
        peer = caller.find(*second[1:])
        figures["directory_us"] = _summary(_timed(lambda: caller.directory(peer), 1000), 1e6)
        for accepted, _, _ in (first, second):
            accepted.close()
        for part in (old, many, few):
            part.end()
    for name, figure in figures.items():
        print(f"{name:32} {figure}")
    return figures


def _kept(seconds: float) -> dict[str, float]:
    """p50 of a request on a kept connection to a gateway that is opened, and with attribution and stamping, in ms.

    Neither is metered or kept in the ledger; they take turns, and the best of each counts.
    """
    stamp = 'stamp = { feature = "X-KILOCODE-FEATURE", project = "X-KILOCODE-PROJECTID" }'
    with stage() as at, franking(at, "without", "") as without, franking(at, "with", stamp) as stamped:
        taken: dict[str, list[float]] = {"without": [], "with": []}
        for _ in range(4):
            taken["without"].append(load(at, without, "other", 1, seconds / 4)["p50_ms"])
            taken["with"].append(load(at, stamped, "other", 1, seconds / 4)["p50_ms"])
    best = {f"kept_{name}_p50_ms": min(values) for name, values in taken.items()}
    return best | {"kept_added_p50_ms": round(best["kept_with_p50_ms"] - best["kept_without_p50_ms"], 3)}


def _on_loop(seconds: float) -> dict[str, Any]:
    with stage() as at:
        file = at.folder / "on_loop.json"
        command = (sys.executable, "-m", "benchmarks.on_loop", str(file))
        with franking(at, "timed", command=command) as ours:
            load(at, ours, "plain", 16, seconds)
            load(at, ours, "plain-new", 8, seconds)
            return {f"on_loop_{name}": figures for name, figures in json.loads(file.read_text()).items()}
