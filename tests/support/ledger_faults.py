"""A sidecar whose ledger takes no rows: the lock that keeps it from that, and what is seen from outside meanwhile."""

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from franking.ledger.journal import frames
from franking.ledger.rows import decode
from support.sidecar import Sidecar
from support.waiting import until

__all__ = ["config", "full", "has_rows", "in_journal", "locked", "settled", "told", "troubled"]


def config(certificates: Certificates, gateway: FakeGateway) -> str:
    """Of a sidecar that finds the fake gateway."""
    return (
        f'[upstream]\nca_file = "{certificates.ca_file}"\n'
        f'[upstream.resolve]\n"api.kilo.ai:443" = "127.0.0.1:{gateway.port}"\n'
    )


def settled(sidecar: Sidecar) -> int:
    """How many rows ended well; 0 while the ledger cannot be read."""
    try:
        return sum(row["status"] == "ok" for row in sidecar.all_rows())
    except sqlite3.Error:
        return 0  # healing


def told(sidecar: Sidecar) -> dict[str, Any]:
    """What ``frank status`` says."""
    status: dict[str, Any] = json.loads(sidecar.run("status", "--json").stdout)
    return status


def full(home: Path) -> Callable[[], None]:
    """Takes what room there is on the home's disk, a small one; what it returns gives it back."""
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler.unlink


def has_rows(sidecar: Sidecar, count: int) -> None:
    """So many, each once, when it has stopped."""
    until(lambda: settled(sidecar) >= count, "the rows")
    assert sidecar.stop() == 0
    assert settled(sidecar) == len(sidecar.all_rows()) == count


def in_journal(home: Path) -> set[str]:
    """Requests whose end stands in the journal. Read as it is: its owner holds it."""
    data = (home / "journal").read_bytes()
    room = struct.unpack_from("<Q", data, 1024)[0]
    rows = [
        decode(payload)
        for begin in range(4096, len(data), room)
        for _, _, payload in frames(data[begin : begin + room])
    ]
    return {row.id for row in rows if row.status == "ok"}


def locked(home: Path) -> Callable[[], None]:
    """Another program holds the ledger, until what this returns is called."""
    other = sqlite3.connect(home / "ledger.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other.close


def troubled(sidecar: Sidecar) -> str:
    """The last error that ``frank status`` tells, once it tells of one and of rows that wait."""

    def look() -> str | None:
        status = told(sidecar)
        return status["last_error"] if status["rows_waiting"] else None

    return until(look, "word of rows that wait")
