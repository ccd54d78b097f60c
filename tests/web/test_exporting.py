"""Exports while they are sent: nobody waits for them, they end with their receiver, and no file is silently short."""

import contextlib
import http.client
import logging
import socket
import sqlite3
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from franking.ledger import reader
from franking.ledger.filters import Filters
from franking.reports import exports
from franking.web import exporting
from support.dashboard import NOW, in_a_thread, serving
from support.ledgers import made, record
from support.waiting import until

FILE = "/export/file?period=all&format=csv"
WRITE = exports.FORMATS["csv"]


def rows(count: int = 1500, size: int = 300) -> list[Any]:
    """Long enough that what is sent is more than a piece."""
    return [record(NOW + place, id=f"row-{place:05}", error_message="x" * size, cost=1) for place in range(count)]


@pytest.fixture
def large(tmp_path: Path) -> Path:
    return made(tmp_path / "ledger.db", rows())


def endless_pages(_: sqlite3.Connection, __: Sequence[Filters], target: BinaryIO) -> Iterator[int]:
    while True:
        target.write(b"x" * 65_536)
        yield 1


def endless_question(ledger: sqlite3.Connection, _: Sequence[Filters], __: BinaryIO) -> Iterator[int]:
    ledger.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n").fetchone()
    yield 1


def write_as(monkeypatch: pytest.MonkeyPatch, write: Any) -> threading.Event:
    """Let CSV be written so; what it gives is set when that has begun."""
    begun = threading.Event()

    def watched(*arguments: Any) -> Iterator[int]:
        begun.set()
        yield from write(*arguments)

    monkeypatch.setitem(exports.FORMATS, "csv", watched)
    return begun


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as told:
        found: bytes = told.read()
        return found


def asking(address: str) -> socket.socket:
    """A receiver that has asked, and reads nothing by itself."""
    host = address.removeprefix("http://")
    receiver = socket.socket()
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    receiver.connect(("127.0.0.1", int(host.rpartition(":")[2])))
    receiver.settimeout(60)
    receiver.sendall(f"GET {FILE} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return receiver


def nothing_left() -> bool:
    """Every place is free again, and no thread is at it."""
    taken = [exporting._slots.acquire(blocking=False) for _ in range(exporting.AT_ONCE)]
    for _ in filter(None, taken):
        exporting._slots.release()
    return all(taken) and not [each for each in threading.enumerate() if each.name.startswith("export")]


def test_other_pages_answer_while_one_is_written(large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def held(*arguments: Any) -> Iterator[int]:
        for place, count in enumerate(WRITE(*arguments)):
            if place == 2:
                reached.set()
                assert go_on.wait(60)
            yield count

    with reader.opened(large) as ledger:
        exports.export(ledger, [Filters()], "csv", tmp_path / "out.csv")
    write_as(monkeypatch, held)
    with in_a_thread(large) as address, ThreadPoolExecutor(1) as pool:
        whole = pool.submit(fetched, address + FILE)
        try:
            assert reached.wait(60)
            assert b"<h1>Export</h1>" in fetched(f"{address}/export")
            assert b"Health" in fetched(f"{address}/requests?period=all")
        finally:
            go_on.set()
        assert whole.result(60) == (tmp_path / "out.csv").read_bytes()
        assert until(nothing_left, "it is done")


@pytest.mark.parametrize(("write", "reads"), [(endless_pages, True), (endless_question, False)])
def test_it_ends_when_the_receiver_goes_away(
    large: Path, monkeypatch: pytest.MonkeyPatch, write: Any, reads: bool, caplog: pytest.LogCaptureFixture
) -> None:
    begun = write_as(monkeypatch, write)
    with in_a_thread(large) as address:
        with asking(address) as receiver:
            assert begun.wait(60)
            assert not nothing_left()
            if reads:
                assert receiver.recv(1000)
        assert until(nothing_left, "the export ends")
        assert fetched(f"{address}/export")
    assert [said.getMessage() for said in caplog.records if said.levelno >= logging.ERROR] == []


def test_it_ends_when_nothing_is_taken(
    large: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(exporting, "STALLED", 0.05)
    write_as(monkeypatch, endless_pages)
    with in_a_thread(large) as address, asking(address) as receiver:
        assert until(lambda: "took nothing" in caplog.text, "it is given up")
        assert until(nothing_left, "the export ends")
        answer = http.client.HTTPResponse(receiver)
        answer.begin()
        with pytest.raises(http.client.IncompleteRead):
            answer.read()


def test_it_ends_with_the_dashboard(tmp_path: Path) -> None:
    large = made(tmp_path / "large.db", rows(1500, 8000))
    with serving(large, tmp_path) as address:
        receiver = asking(address)
        assert receiver.recv(15, socket.MSG_PEEK) == b"HTTP/1.1 200 OK"
    # serving() has waited for its end, with status 0.
    answer = http.client.HTTPResponse(receiver)
    answer.begin()
    with receiver, pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    [output] = tmp_path.glob("web-*.txt")
    assert "Traceback" not in output.read_text()


def test_no_more_than_two_at_a_time(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_as(monkeypatch, endless_pages)
    with in_a_thread(large) as address:
        with contextlib.ExitStack() as held:
            for _ in range(exporting.AT_ONCE):
                assert held.enter_context(asking(address)).recv(15) == b"HTTP/1.1 200 OK"
            for path, says in ((FILE, "<h1>Export</h1>"), ("/api/v1/export", "application/problem+json")):
                with pytest.raises(urllib.error.HTTPError) as refused:
                    fetched(address + path)
                told = refused.value.read().decode() + str(refused.value.headers)
                assert (refused.value.code, refused.value.headers["Retry-After"]) == (503, "30")
                assert "2 exports are under way already" in told
                assert says in told
        assert until(nothing_left, "both end")
        monkeypatch.undo()
        assert fetched(address + FILE).count(b"\r\n") > 1000


def test_a_fault_on_the_way_breaks_the_connection_and_is_one_line(large: Path, tmp_path: Path) -> None:
    content, page = bytearray(large.read_bytes()), 4096
    while (found := content.find(b"row-01400")) >= 0:
        content[found // page * page : (found // page + 1) * page] = b"\xff" * page
    large.write_bytes(content)
    with serving(large, tmp_path) as address:
        with pytest.raises(http.client.IncompleteRead) as broken:
            fetched(address + FILE)
        assert broken.value.partial.startswith(b"id,started_at,")
    [output] = tmp_path.glob("web-*.txt")
    [said] = [line for line in output.read_text().splitlines() if "dashboard: " not in line]
    assert "export as csv: broken off after 1," in said
    assert "malformed" in said
