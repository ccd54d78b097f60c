"""Taking usage out on the way back: no empty piece, and a fault of ours costs the client nothing."""

import pytest

from franking.metering.usage_removal import UsageRemoval
from franking.proxy.usage_asking import _removing

FIRST = b'data: {"choices":[{}],"usage":null}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":1}}\n\n'
DONE = b"data: [DONE]\n\n"


def test_there_is_never_an_empty_piece() -> None:
    """mitmproxy would write it as a chunk of no length, which ends a chunked body."""
    seen: list[bytes] = []
    piece = _removing(lambda data: seen.append(data) or data, UsageRemoval())  # type: ignore[func-returns-value]
    told = [piece(data) for data in (FIRST, USAGE, DONE[:5], DONE[5:], b"")]
    assert told == [[b'data: {"choices":[{}]}\n\n'], [], [], [DONE], []]
    assert seen == [FIRST, USAGE, DONE[:5], DONE[5:], b""]


def test_what_is_left_comes_at_the_end() -> None:
    piece = _removing(bytes, UsageRemoval())
    assert [piece(b"data: half"), piece(b"")] == [[], [b"data: half"]]


def test_a_fault_of_ours_lets_everything_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    removal = UsageRemoval()
    piece = _removing(bytes, removal)
    assert piece(b"data: ") == []

    def broken(data: bytes) -> bytes:
        raise RuntimeError

    monkeypatch.setattr(removal, "feed", broken)
    assert piece(b"[DONE]\n\n") == [b"data: [DONE]\n\n"]
    assert piece(USAGE) == [USAGE]
    assert piece(b"") == []
