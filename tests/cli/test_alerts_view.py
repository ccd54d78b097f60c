"""Alerts put together, and what is said of each channel."""

import json
from typing import Any

import pytest

from franking.budgets.alert_store import Sent
from franking.budgets.alerts import Alert
from franking.cli import alerts_view


def _sent(channel: str = "hook", threshold: int = 80, **values: Any) -> Sent:
    stands = {"attempts": 1, "tried_at": 3, "delivered_at": None, "fault": None} | values
    return Sent(Alert(1, "acme", 0, threshold, 2, 8_000_000_000, 10_000_000_000), channel, **stands)


def test_the_same_alert_stands_together() -> None:
    found = [_sent("dashboard"), _sent("hook"), _sent("hook", 100), _sent("team")]

    assert alerts_view.together(found) == [[found[0], found[1], found[3]], [found[2]]]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (_sent(delivered_at=4), "hook"),
        (_sent(attempts=0, tried_at=None), "hook (waits)"),
        (_sent(fault="HTTP 500"), "hook (not taken, 1 try: HTTP 500)"),
        (_sent(fault="HTTP 500", attempts=3), "hook (not taken, 3 tries: HTTP 500)"),
        (_sent("terminal", delivered_at=2), "-"),
    ],
)
def test_what_became_of_it(
    sent: Sent, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    alerts_view.show([[sent]])

    assert capsys.readouterr().out.rstrip().splitlines()[-1].split("$10.00")[1].strip() == said


def test_for_programs() -> None:
    [alert] = json.loads(alerts_view.as_json([[_sent(attempts=0, tried_at=None)]]))["alerts"]

    assert (alert["threshold"], alert["spent"], alert["amount"]) == (80, "8.000000000", "10.000000000")
    assert alert["channels"] == [
        {"channel": "hook", "attempts": 0, "tried_at": None, "delivered_at": None, "fault": None}
    ]
