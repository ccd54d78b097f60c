"""The interface asked without a socket, on the ledger of a test."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from franking.ledger.record import Record
from support import ledgers
from support.dashboard import client

Ask = Callable[..., Any]


@pytest.fixture
def asking(home: Path) -> Callable[[Iterable[Record]], Ask]:
    """``asking(rows)`` gives ``ask(path, status, **words)``: the answer's JSON; ``__`` in a word is ``-``."""

    def made(rows: Iterable[Record]) -> Ask:
        asked = client(ledgers.made(home / "ledger.db", rows))

        def ask(path: str, expected: int = 200, /, **words: Any) -> Any:
            params = {name.replace("__", "-"): value for name, value in words.items()}
            answer = asked.get(f"/api/v1{path}", params=params)
            assert answer.status_code == expected, answer.text
            kind = "application/json" if expected == 200 else "application/problem+json"
            assert answer.headers["content-type"] == kind
            return answer.json()

        return ask

    return made


@pytest.fixture
def now() -> int:
    """Microseconds UTC."""
    return time.time_ns() // 1000
