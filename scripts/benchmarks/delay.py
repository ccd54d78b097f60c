"""How long an event stays in the proxy: from its arrival on the gateway's side to its leaving on the client's.

Measured by the kernel's own time stamps on the loopback device, so that neither the load's nor the upstream's queue
counts, and the proxy's own does: tcpdump records the packets (it needs root, or its capability), and each packet with
data from the upstream is followed by the first one to the client that the same stream belongs to. Which client's
connection belongs to which of the upstream's is found by their times.

Beside it a relay that only hands bytes on: what its events wait is this machine's own (waking a process up takes a
virtual one milliseconds at times), and what franking's wait longer is franking's.
"""

import collections
import math
import shutil
import statistics
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.stage import Proxy, Stage, franking, load, relay, stage

__all__ = ["delay"]

STREAMS = 100
SETTLED = 3.0
"""Seconds at the beginning in which a hundred connections are made."""

Times = dict[int, list[float]]


def delay(seconds: float) -> dict[str, Any]:
    """100 streams of 20 events a second through franking with everything on; milliseconds in the proxy."""
    if shutil.which("tcpdump") is None:
        print("tcpdump is not installed: skipped")
        return {"skipped": "tcpdump is not installed"}
    report: dict[str, Any] = {}
    with stage() as at:
        for name, runs in (("relay", relay), ("franking", franking)):
            with runs(at) as each:
                report[name] = _measured(at, each, max(seconds, 10.0))
            print(f"  {name:8} {report[name]}", flush=True)
    return report


def _measured(at: Stage, ours: Proxy, seconds: float) -> dict[str, Any]:
    file = at.folder / "wire.pcap"
    how = ("-s", "96", "-B", "65536", "--time-stamp-precision", "nano", "-Z", "root")
    which = f"tcp src port {at.port} or tcp src port {ours.port}"
    capture = subprocess.Popen(["tcpdump", "-i", "lo", "-w", str(file), *how, which], stderr=subprocess.PIPE, text=True)
    try:
        assert capture.stderr is not None
        if not any("listening on" in line for line in iter(capture.stderr.readline, "")):
            return {"skipped": "tcpdump may not capture here: it needs root"}
        whole = load(at, ours, "paced", STREAMS, seconds)
        time.sleep(0.5)
    finally:
        capture.terminate()
        capture.wait()
    arrived, left = _read(file, at.port), _read(file, ours.port)
    found = sorted(_stays(arrived, left))
    return {
        "events": len(found),
        "streams": len(arrived),
        "p50_ms": _share(found, 0.5),
        "p90_ms": _share(found, 0.9),
        "p99_ms": _share(found, 0.99),
        "end_to_end_p99_ms": whole.get("event_p99_ms"),
    }


def _share(found: list[float], part: float) -> float | None:
    return round(found[min(len(found) - 1, int(len(found) * part))] * 1e3, 3) if found else None


def _read(file: Path, port: int) -> Times:
    """When packets with data left ``port``, by the port that they went to. Ethernet, IPv4, as loopback gives them."""
    data = file.read_bytes()
    order = "<" if data[:4] == b"\x4d\x3c\xb2\xa1" else ">"
    at, found = 24, collections.defaultdict(list)
    begun: float | None = None
    while at + 16 <= len(data):
        second, nano, kept, _ = struct.unpack_from(f"{order}IIII", data, at)
        packet = data[at + 16 : at + 16 + kept]
        at += 16 + kept
        now = second + nano / 1e9
        begun = now if begun is None else begun
        head = 14 + (packet[14] & 15) * 4
        source, target = struct.unpack_from("!HH", packet, head)
        length = struct.unpack_from("!H", packet, 16)[0] - (packet[14] & 15) * 4 - (packet[head + 12] >> 4) * 4
        if source == port and length > 0 and now - begun > SETTLED:
            found[target].append(now)
    return dict(found)


def _stays(arrived: Times, left: Times) -> list[float]:
    """Each event's stay, in seconds."""
    pairs = {stream: _partner(times, left) for stream, times in arrived.items() if len(times) > 10}
    return [stay for stream, client in pairs.items() for stay in _after(arrived[stream], left[client])]


def _partner(times: list[float], left: Times) -> int:
    """The client's connection on which something left soonest after an arrival, by the middle one."""

    def rank(client: int) -> float:
        found = _after(times, left[client])
        return statistics.median(found) if len(found) > len(times) / 2 else math.inf

    return min(left, key=rank)


def _after(times: list[float], left: list[float]) -> list[float]:
    stays, place = [], 0
    for moment in times:
        while place < len(left) and left[place] < moment:
            place += 1
        if place == len(left):
            break
        stays.append(left[place] - moment)
    return stays
