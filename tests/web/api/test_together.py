"""Sessions, as programs get them."""

from typing import Any

from support.ledgers import record

DAY = 86_400_000_000


def test_sessions(asking: Any, now: int) -> None:
    rows = [
        record(now - number * DAY, session_id=f"s {number % 3}", cost=10, project_id="p", client="kilo")
        for number in range(6)
    ]
    ask = asking([*rows, record(now)])
    told = ask("/sessions", limit=2)
    assert [one["session"] for one in told["sessions"]] == ["s 0", "s 1"]
    first = told["sessions"][0]
    assert (first["requests"], first["cost"], first["projects"], first["clients"]) == (
        2,
        "0.000000020",
        ["p"],
        ["kilo"],
    )
    rest = ask("/sessions", limit=2, before=told["older"])
    assert ([one["session"] for one in rest["sessions"]], rest["older"], rest["complete"]) == (["s 2"], None, True)
    assert [one["requests"] for one in ask("/sessions", session="s 1")["sessions"]] == [2]
