"""What every page of the dashboard costs over a million requests: the server's time, its processor time, and bytes.

A machine that others use may be slow for minutes, which ``control`` tells: a page past its limit is asked for again,
after all others, and the least median counts.
"""

import html
import http.client
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.addresses import addresses
from benchmarks.generated import generated
from benchmarks.ledger import control
from benchmarks.stage import BIN, used

__all__ = ["pages"]

ROWS = 1_000_000
LIMIT_MS = 150
LIMIT_FIRST_BYTES = 150_000
TIMES = 7
AGAIN = 8
"""How often at most."""
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]*)"')


@dataclass(frozen=True, slots=True)
class _Dashboard:
    """A running ``frank web``: how it is asked, and its process."""

    connection: http.client.HTTPConnection
    pid: int

    def fetched(self, address: str) -> bytes:
        """The body as it came over the wire. Raises RuntimeError for anything but 200."""
        self.connection.request("GET", address, headers={"Accept-Encoding": "gzip, br"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return body

    def text(self, address: str) -> str:
        """The page."""
        self.connection.request("GET", address)
        return self.connection.getresponse().read().decode()


@contextmanager
def _dashboard(ledger: Path) -> Iterator[_Dashboard]:
    """``frank web`` on the ledger, in a home of its own."""
    environment = os.environ | {"FRANKING_HOME": str(ledger.parent / "home"), "FRANKING_CONFIG": "/dev/null"}
    command = [str(BIN / "frank"), "web", "--ledger", str(ledger), "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().split()[1])
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        yield _Dashboard(connection, process.pid)
        connection.close()
    finally:
        process.terminate()
        process.wait(15)


def pages(seconds: float) -> dict[str, Any]:
    """Each page, held to the limits; ``seconds`` is not used."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        file = Path(name) / "ledger.db"
        generated(file, ROWS)
        return measured(file)


def measured(file: Path) -> dict[str, Any]:
    """The pages of the dashboard of a ledger that is there."""
    report: dict[str, Any] = {"pages": {}}
    with _dashboard(file) as served:
        print(f"control {control():.1f} ms")
        first = _with_assets(served)
        report["first_page_bytes"] = first
        print(f"first page {first:,} bytes{_past(first, LIMIT_FIRST_BYTES)}")
        print(f"{'ms':>8}{'median':>8}{'CPU ms':>8}{'bytes':>9}  of {TIMES}; the first is the least")
        for address in addresses(served.text):
            _shown(report["pages"], address, _measured(served, address))
        for again in range(AGAIN):
            late = [address for address, told in report["pages"].items() if told["median_ms"] > LIMIT_MS]
            if not late:
                break
            print(f"{len(late)} again, for the {again + 1}. time; control {control():.1f} ms", flush=True)
            for address in late:
                _shown(report["pages"], address, _measured(served, address))
        dearest = max(report["pages"].values(), key=lambda told: told["median_ms"])["median_ms"]
        print(f"{len(report['pages'])} pages, the dearest {dearest} ms{_past(dearest, LIMIT_MS)}")
    return report


def _shown(found: dict[str, Mapping[str, float]], address: str, told: Mapping[str, float]) -> None:
    """Print what was measured, and keep it where it is the least."""
    print("".join(f"{told[what]:>8}" for what in ("ms", "median_ms", "cpu_ms")), end="")
    print(f"{told['bytes']:>9,}  {address}{_past(told['median_ms'], LIMIT_MS)}", flush=True)
    found[address] = min(found.get(address, told), told, key=lambda one: one["median_ms"])


def _past(figure: float, limit: float) -> str:
    return f"  PAST ITS LIMIT ({limit:,})" if figure > limit else ""


def _measured(served: _Dashboard, address: str) -> Mapping[str, float]:
    served.connection.close()  # it may have stood unused for too long
    size, took, processor = 0, [], []
    for _ in range(TIMES):
        before, begun = used(served.pid), time.perf_counter()
        size = len(served.fetched(address))
        took.append((time.perf_counter() - begun) * 1000)
        processor.append((used(served.pid) - before) * 1000)
    return {
        "ms": round(min(took), 1), "median_ms": round(statistics.median(took), 1),
        "cpu_ms": round(statistics.median(processor), 1), "bytes": size,
    }  # fmt: skip


def _with_assets(served: _Dashboard) -> int:
    """Bytes of what a first visit transfers: the page, and every file that it loads."""
    loaded = {html.unescape(found) for found in _ASSET.findall(served.text("/"))}
    return sum(len(served.fetched(each)) for each in ("/", *loaded))
