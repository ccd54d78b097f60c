import time
import uuid

import pytest

from franking.ledger.identifiers import uuid7


def test_it_is_a_version_7_uuid_of_now() -> None:
    before = time.time_ns() // 1_000_000
    found = uuid.UUID(uuid7())
    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    assert before <= found.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_they_rise_and_never_repeat() -> None:
    made = [uuid7() for _ in range(10_000)]
    assert made == sorted(set(made))


def test_they_rise_where_the_clock_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    assert uuid7() > before
