"""What every page of the dashboard costs over a million requests: the server's time, its processor time, and bytes.

Pages are found as a visitor finds them: those that the header leads to, one of each kind of thing that they list, and
every choice that a page offers (its groupings, two of them too, metrics and shapes), each over a month and over a year.
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
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from benchmarks.generated import END, generated
from benchmarks.stage import BIN, used

__all__ = ["pages"]

ROWS = 1_000_000
LIMIT_MS = 150
LIMIT_FIRST_BYTES = 150_000
TIMES = 7
_LAST = datetime.fromtimestamp(END / 1e6, UTC).date()
PERIODS = {"month": _LAST - timedelta(30), "year": _LAST - timedelta(364)}
_CHOICE = re.compile(r'<nav class="choice" aria-label="([^"]*)"[^>]*>(.*?)</nav>', re.DOTALL)
_SELECT = re.compile(r'<select name="(by|then|metric)"[^>]*>(.*?)</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]+)"')
_LINK = re.compile(r'href="([^"]*)"')
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]*)"')
_NOT_A_GROUPING = {"Period", "Whose usage"}
_THINGS = {"/projects": "/projects/", "/sessions": "/sessions/", "/requests": "/requests/"}
"""Pages that list things, and how the addresses of those begin."""


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
        first = _with_assets(served)
        report["first_page_bytes"] = first
        print(f"first page {first:,} bytes{_past(first, LIMIT_FIRST_BYTES)}")
        print(f"{'ms':>8}{'median':>8}{'CPU ms':>8}{'bytes':>9}  of {TIMES}; the first is the least")
        for address in _addresses(served):
            told = report["pages"][address] = _measured(served, address)
            print("".join(f"{told[what]:>8}" for what in ("ms", "median_ms", "cpu_ms")), end="")
            print(f"{told['bytes']:>9,}  {address}{_past(told['median_ms'], LIMIT_MS)}", flush=True)
    return report


def _past(figure: float, limit: float) -> str:
    return f"  PAST ITS LIMIT ({limit:,})" if figure > limit else ""


def _measured(served: _Dashboard, address: str) -> Mapping[str, float]:
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


def _addresses(served: _Dashboard) -> Iterator[str]:
    """Every page with every choice that it offers, over each period."""
    head = re.search(r"<nav[^>]*>(.*?)</nav>", served.text("/"), re.DOTALL)
    assert head is not None
    for path in dict.fromkeys(urlsplit(html.unescape(found)).path for found in _LINK.findall(head[1])):
        yield from _over_periods(served, path)
        if path in _THINGS:
            listed = served.text(f"{path}?{_period('year')}")
            links = [urlsplit(html.unescape(found)).path for found in _LINK.findall(listed)]
            yield from _over_periods(served, next(link for link in links if link.startswith(_THINGS[path])))


def _over_periods(served: _Dashboard, path: str) -> Iterator[str]:
    for period in PERIODS:
        begun = f"{path}?{_period(period)}"
        yield from dict.fromkeys((begun, *_offered(served.text(begun), path, begun)))


def _offered(page: str, path: str, begun: str) -> Iterator[str]:
    """Where the page's choices lead: links side by side, and lists to choose from."""
    for label, choice in _CHOICE.findall(page):
        for link in _LINK.findall(choice) if label not in _NOT_A_GROUPING else ():
            address = urlsplit(html.unescape(link))
            if address.path == path:
                yield f"{path}?{urlencode(parse_qsl(address.query, keep_blank_values=True))}"
    offered = {
        word: [html.unescape(value) for value in _OPTION.findall(options)] for word, options in _SELECT.findall(page)
    }
    for word, values in offered.items():
        yield from (f"{begun}&{urlencode({word: value})}" for value in values)
    for by, then in product(offered.get("by", ()), offered.get("then", ())):
        if by != then:
            yield f"{begun}&{urlencode({'by': by, 'then': then})}"


def _period(name: str) -> str:
    return urlencode({"since": PERIODS[name].isoformat(), "until": _LAST.isoformat()})
