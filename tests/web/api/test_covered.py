"""Coverage, as programs get it."""

from typing import Any

from franking.words import iso
from support.dashboard import HOSTILE
from support.ledgers import record

DAY = 86_400_000_000


def test_coverage(asking: Any, now: int) -> None:
    known = {
        "project_id": "p",
        "project_source": "git-remote",
        "feature": "cli",
        "feature_source": "command",
        "cost": 1,
    }
    ask = asking(
        [
            record(now - DAY, **known, user="ann"),
            record(now - DAY, rejected_feature=HOSTILE[0], client="kilo", project_id="p"),
            record(now - 30 * DAY, **known),
        ]
    )
    told = ask("/coverage")
    assert (told["attribution"]["requests"], told["attribution"]["attributed"]) == (2, 1)
    assert [(one["feature"], one["requests"], one["users"]) for one in told["features"]] == [
        (None, 1, 0),
        ("cli", 1, 1),
    ]
    assert told["features"][1]["sources"] == [{"source": "command", "requests": 1}]
    assert told["features"][0]["sources"] == [{"source": None, "requests": 1}]
    assert [(one["value"], one["clients"]) for one in told["rejected"]] == [(HOSTILE[0], ["kilo"])]
    assert told["rejected"][0]["last_seen"] == told["features"][0]["last_seen"] == iso(now - DAY)
    assert ask("/coverage", period="all", project="p")["attribution"]["attributed"] == 2
