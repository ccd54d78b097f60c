"""Health and version, as programs get them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from franking import __version__
from franking.ledger.schema import VERSION
from franking.supervisor import lock
from franking.supervisor.state import State, write_state
from support.dashboard import client
from support.ledgers import record

DAY = 86_400_000_000


def test_the_version(asking: Any) -> None:
    assert asking([])("/version") == {"version": __version__, "ledger": VERSION}


def test_health_without_a_sidecar(asking: Any, now: int) -> None:
    told = asking([record(now)])("/health")
    checks = {one["name"]: one for one in told["checks"]}
    assert {"configuration", "home", "sidecar", "git", "rows waiting", "prices", "ledger", "attribution"} <= {*checks}
    assert checks["sidecar"]["verdict"] == "warn"
    assert checks["attribution"]["verdict"] == "warn"
    assert told["sidecar"] is None
    assert told["ok"] == all(one["verdict"] != "fail" for one in told["checks"])
    assert told["prices"]["models"] > 100


def test_health_beside_a_sidecar(asking: Any, home: Path) -> None:
    ask = asking([])
    (home / "health.json").write_text(json.dumps({"requests": 4, "in_flight": 1, "waiting": 2, "lost": "odd"}))
    write_state(State(pid=os.getpid(), version="0", started_at=0, proxy=("127.0.0.1", 1)))
    held = lock.acquire(home)
    assert held is not None
    told = ask("/health")["sidecar"]
    os.close(held)
    assert told["proxy"] == "http://127.0.0.1:1"
    assert (told["requests"], told["in_flight"], told["rows_waiting"], told["rows_lost"]) == (4, 1, 2, None)


@pytest.mark.parametrize(("content", "verdict"), [(None, "ok"), (b"this is no ledger " * 500, "fail")])
def test_health_is_told_without_a_ledger(home: Path, content: bytes | None, verdict: str) -> None:
    file = home / "ledger.db"
    if content is not None:
        file.write_bytes(content)
        file.chmod(0o600)
    answer = client(file).get("/api/v1/health")
    assert answer.status_code == 200
    assert [one["verdict"] for one in answer.json()["checks"] if one["name"] == "ledger"] == [verdict]
