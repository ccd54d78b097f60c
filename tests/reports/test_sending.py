"""The sender on a real ledger: once to each channel, tried again until it is taken, by one sender at a time."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from franking.ledger import reader
from franking.ledger.connection import patient
from franking.reports import sent
from franking.reports.sending import Sender
from franking.reports.sent import Sent
from franking.settings import Settings, load
from support import ledgers
from support.hooks import Receiver, receiver

NOVEMBER = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp()) * 1_000_000
HOUR = 3_600_000_000
DUE = NOVEMBER + HOUR


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path))
    rows = [
        ledgers.record(NOVEMBER - HOUR, cost=3 * 10**9, project_id="shop"),
        ledgers.record(NOVEMBER - HOUR, cost=10**9, project_id="<!channel>@here"),
        ledgers.record(NOVEMBER + HOUR, cost=5 * 10**9, project_id="shop"),
    ]
    return ledgers.made(tmp_path / "ledger.db", rows)


def settings(tmp_path: Path, hook: Receiver, *reports: str, kind: str = "webhook") -> Settings:
    url = hook.url if kind == "webhook" else f"json://127.0.0.1:{hook.port}/x"
    text = f'[invoice]\nzone = "UTC"\n[[alerts]]\nname = "hook"\nkind = "{kind}"\nurl = "{url}"\n'
    for number, more in enumerate(reports or ("",)):
        text += f'[[reports]]\nname = "r{number}"\nchannels = ["hook"]\n{more}\n'
    (tmp_path / "config.toml").write_text(text)
    return load(tmp_path / "config.toml")


def look(file: Path, known: Settings, *moments: int) -> None:
    running = Sender(file, known)
    for moment in moments:
        running.look(moment)
    running.close()


def bodies(hook: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in hook.got]


def kept(file: Path) -> list[Sent]:
    with reader.opened(file) as ledger:
        return sent.listed(ledger)


def test_each_month_once_also_after_a_restart(tmp_path: Path, file: Path, hook: Receiver) -> None:
    known = settings(tmp_path, hook)
    for _ in range(2):
        look(file, known, DUE, DUE + 1, DUE + 20 * 24 * HOUR)
    [body] = bodies(hook)
    assert (body["kind"], body["month"], body["id"]) == ("monthly-report", "2026-10", "r0-2026-10")
    assert [(one["title"], one["cost"]) for one in body["reports"]] == [
        ("Everything", "4.000000000"), ("shop", "3.000000000"), ("<!channel>@here", "1.000000000"),
    ]  # fmt: skip
    look(file, known, DUE + 30 * 24 * HOUR)
    assert [one["month"] for one in bodies(hook)] == ["2026-10", "2026-11"]
    assert all(one.delivered_at for one in kept(file))


def test_before_its_day_the_month_before_is_due(tmp_path: Path, file: Path, hook: Receiver) -> None:
    look(file, settings(tmp_path, hook, "day = 5"), DUE, DUE + 4 * 24 * HOUR - 1, DUE + 4 * 24 * HOUR)
    assert [one["month"] for one in bodies(hook)] == ["2026-09", "2026-10"]


def test_what_is_not_taken_is_tried_again_until_it_is(
    tmp_path: Path, file: Path, hook: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    hook.status = 503
    known = settings(tmp_path, hook)
    look(file, known, DUE, DUE + 1, DUE + HOUR // 12 - 1)
    assert len(hook.got) == 1
    [one] = kept(file)
    assert (one.attempts, one.delivered_at, one.fault) == (1, None, "the receiver answered HTTP 503")
    hook.status = 200
    look(file, known, DUE + HOUR // 12, DUE + 9 * HOUR)
    assert len(hook.got) == 2
    assert len({headers["X-Franking-Delivery"] for _, headers, _ in hook.got}) == 1
    assert "hook did not take the report r0 of 2026-10: the receiver answered HTTP 503" in caplog.text
    assert "canary-hook-path" not in caplog.text
    assert all(b"canary-hook-path" not in each.read_bytes() for each in file.parent.glob("ledger.db*"))


def test_a_month_that_waits_is_not_lost_when_the_next_is_due(tmp_path: Path, file: Path, hook: Receiver) -> None:
    hook.status = 503
    known = settings(tmp_path, hook)
    look(file, known, DUE)
    hook.status = 200
    look(file, known, DUE + 30 * 24 * HOUR)
    assert [one["month"] for one in bodies(hook)] == ["2026-10", "2026-10", "2026-11"]


def test_two_senders_on_one_ledger_send_once(tmp_path: Path, file: Path, hook: Receiver) -> None:
    known = settings(tmp_path, hook)
    one, two = Sender(file, known), Sender(file, known)
    one.look(DUE)
    two.look(DUE)
    one.close()
    two.close()
    assert len(hook.got) == 1


def test_what_is_claimed_is_nobody_else_s(file: Path) -> None:
    with closing(patient(file)) as ledger:
        sent.note(ledger, [Sent("r", "2026-10", "hook", DUE)] * 2)
        [one] = sent.waiting(ledger, DUE)
        assert sent.claim(ledger, one, DUE)
        assert not sent.claim(ledger, one, DUE)
        assert sent.waiting(ledger, DUE) == []
        assert [each.attempts for each in sent.waiting(ledger, DUE + HOUR)] == [1]
        sent.settle(ledger, one, DUE, None)
        assert sent.waiting(ledger, DUE + 99 * HOUR) == []


def test_apprise_gets_the_files(tmp_path: Path, file: Path, hook: Receiver) -> None:
    look(file, settings(tmp_path, hook, 'projects = ["shop"]\nformat = "pdf"', kind="url"), DUE)
    [body] = bodies(hook)
    [attached] = body["attachments"]
    assert (attached["filename"], attached["base64"][:4]) == ("franking-2026-10-project-shop.pdf", "JVBE")
    assert body["title"] == "franking: shop, October 2026: $3.00"
    assert str(tmp_path) not in body["message"]
    assert (tmp_path / "reports" / "2026-10" / attached["filename"]).stat().st_mode & 0o777 == 0o600


def test_a_projects_name_calls_nobody(tmp_path: Path, file: Path, hook: Receiver) -> None:
    look(file, settings(tmp_path, hook), DUE)
    assert not set(bodies(hook)[0]["text"]) & set("<>@`")


def test_a_report_that_cannot_be_made_says_why_and_keeps_no_other_back(
    tmp_path: Path, file: Path, hook: Receiver
) -> None:
    look(file, settings(tmp_path, hook, 'projects = ["nope"]', ""), DUE)
    assert [one["id"] for one in bodies(hook)] == ["r1-2026-10"]
    assert {one.report: one.fault for one in kept(file)} == {
        "r0": "it could not be made: there is no project 'nope': none is defined so, and no request has it",
        "r1": None,
    }


def test_nothing_is_sent_that_is_no_longer_configured(tmp_path: Path, file: Path, hook: Receiver) -> None:
    hook.status = 503
    look(file, settings(tmp_path, hook), DUE)
    hook.status = 200
    both = settings(tmp_path, hook, "", "")
    look(file, both.model_copy(update={"reports": both.reports[1:]}), DUE + 9 * HOUR)
    assert [one["id"] for one in bodies(hook)] == ["r0-2026-10", "r1-2026-10"]


@pytest.mark.parametrize("content", [None, b"no database", b""])
def test_without_a_ledger_it_waits(
    tmp_path: Path, file: Path, hook: Receiver, caplog: pytest.LogCaptureFixture, content: bytes | None
) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    look(file, settings(tmp_path, hook), DUE, DUE + 1)
    assert hook.got == []
    assert caplog.text.count("reports wait") == (content is not None)
