"""Dashboards for tests: ``frank web`` as a child process, and the application in this one; ledgers to show."""

import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from starlette.testclient import TestClient

from franking import settings
from franking.ledger.record import Record
from franking.web.application import application
from franking.web.asked import Asked, read
from franking.web.guard import hosts
from support.ledgers import record
from support.sidecar import FRANK, clean_environment
from support.waiting import until

__all__ = ["HOSTILE", "NOW", "client", "in_a_thread", "question", "seed", "serving"]

NOW = 1_795_348_800_000_000
"""2026-11-22 12:00 UTC, a Sunday: the moment at which ``question`` asks, and that ``seed`` leads up to."""

DAY = 86_400_000_000

HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=1">',
    "\u202egnp.exe",
    "=cmd|' /C calc'!A0",
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
    "line\nbreak\ttab\x00nul",
    "a" * 256,
    "日本語の長いプロジェクト名",
)
"""What the wire may bring as a name."""


def question(address: str = "/", zone: str | None = "UTC", now: int = NOW, me: tuple[str, ...] = ()) -> Asked:
    """What an address asks for."""
    path, _, query = address.partition("?")
    pairs = tuple((key, value) for key, _, value in (part.partition("=") for part in query.split("&") if part))
    return read(path, pairs, ZoneInfo(zone) if zone else None, now, me)


def seed(now: int = NOW, names: tuple[str, ...] = ("example-repo", "docs", "infra"), days: int = 20) -> list[Record]:
    """A few requests on each of the last days: every project and two users, one of each day unattributed, one failed,
    one without a price. Each priced request costs one cent.
    """
    rows = []
    for day in range(days):
        for place, name in enumerate([*names, None]):
            values: dict[str, Any] = {
                "project_id": name,
                "project_source": "git-remote" if name is not None else None,
                "feature": "cli" if name is not None else None,
                "feature_source": "command" if name is not None else None,
                "user": ("ada@example.com", "grace@example.com")[place % 2],
                "client": "kilo",
                "model": "openai/gpt-5",
                "requested_model": "openai/gpt-5",
                "session_id": f"ses_{day}",
                "branch": "main",
                "http_status": 200,
                "input_tokens": 12_345,
                "output_tokens": 678,
                "cost": 10_000_000,
                "cost_source": "gateway",
            }
            rows.append(record(now - day * DAY - place * 60_000_000 - 5_000_000, **values))
        rows.append(record(now - day * DAY - 600_000_000, **values | {"cost": None, "cost_source": None}))
        failed = values | {"status": "http_error", "http_status": 500, "cost": None, "cost_source": None}
        rows.append(record(now - day * DAY - 700_000_000, **failed))
    return rows


def client(ledger: Path, *, token: str | None = None, hosts: frozenset[str] | None = None) -> TestClient:
    """The application in this process, without a socket: for what a browser is not needed for."""
    app = application(ledger, settings.load(), token=token, hosts=hosts)
    return TestClient(app, base_url="http://127.0.0.1:8788", follow_redirects=False, raise_server_exceptions=False)


@contextmanager
def in_a_thread(ledger: Path) -> Iterator[str]:
    """The application on a free port, its event loop in a thread of this process; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        app = application(ledger, settings.load(), hosts=hosts("127.0.0.1", port, loopback=True))
        server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started, "the dashboard answers")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()


@contextmanager
def serving(ledger: Path, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """``frank web`` on a free port until the block ends; gives its address, without a slash at its end."""
    output = folder / f"web-{time.monotonic_ns()}.txt"
    own = {"FRANKING_HOME": str(folder), "FRANKING_CONFIG": str(folder / "none.toml"), **(environment or {})}
    with output.open("wb") as out:
        process = subprocess.Popen(
            [*FRANK, "web", "--ledger", str(ledger), "--listen", "127.0.0.1:0", *arguments],
            env=clean_environment(**own), cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def address() -> str | None:
        said = output.read_text(encoding="utf-8")
        assert process.poll() is None, f"frank web ended: {said}"
        found = re.search(r"(http://\S+?)/\s", said)
        return found[1] if found else None

    try:
        yield until(address, "the dashboard listens")
    finally:
        process.terminate()
        assert process.wait(60) == 0, output.read_text(encoding="utf-8")
