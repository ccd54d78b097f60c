"""Monthly reports on the dashboard: a month's list, their files, sending by a form that keeps what was typed."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from franking import paths, settings
from franking.ledger.connection import patient
from franking.reports import sent
from franking.reports.sent import Sent
from franking.web.forms import Typed
from franking.web.pages.reports_reading import wanted
from support.dashboard import HOSTILE, NOW, client
from support.forms import sent_by
from support.hooks import Receiver, receiver
from support.ledgers import made, record

MONTH = "2026-11"


@pytest.fixture(scope="module")
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def visitor(ledger: Path, home: Path, hook: Receiver) -> Iterator[TestClient]:
    hook.status = 200
    hook.got.clear()
    (home / "config.toml").write_text(
        f'[invoice]\nzone = "UTC"\n[[alerts]]\nname = "hook"\nkind = "webhook"\nurl = "{hook.url}"\n'
        '[[reports]]\nname = "team"\nchannels = ["hook"]\nprojects = ["docs", ""]\nday = 3\n',
        encoding="utf-8",
    )
    with client(ledger) as visitor:
        yield visitor


def files(page: str) -> dict[str, str]:
    """What each file is called for a screen reader → its address."""
    found = re.findall(r'href="(/reports/file[^"]*)" download aria-label="([^"]*)"', page)
    return {unescape(label): unescape(address) for address, label in found}


def test_the_reports_of_a_month_and_their_files(visitor: TestClient) -> None:
    found = files(visitor.get("/reports", params={"month": MONTH}).text)
    names = ("Everything", "docs", "example-repo", "infra", "Unattributed")
    assert set(found) == {f"{name} as {form}" for name in names for form in ("HTML", "PDF")}
    for label, name, begins in (
        ("Everything as HTML", "franking-2026-11-all.html", b"<!doctype html>"),
        ("docs as PDF", "franking-2026-11-project-docs.pdf", b"%PDF-"),
        ("Unattributed as HTML", "franking-2026-11-unattributed.html", b"<!doctype html>"),
    ):
        told = visitor.get(found[label])
        assert told.content.startswith(begins)
        assert told.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert "<bdi>infra" not in visitor.get(found["docs as HTML"]).text


def test_one_project_or_what_is_unattributed_alone(visitor: TestClient) -> None:
    assert set(files(visitor.get("/reports", params={"month": MONTH, "project": "docs"}).text)) == {
        "docs as HTML", "docs as PDF",
    }  # fmt: skip
    page = visitor.get("/reports", params={"month": MONTH, "of": "unattributed"}).text
    assert set(files(page)) == {"Unattributed as HTML", "Unattributed as PDF"}


def test_they_are_sent_and_kept(visitor: TestClient, hook: Receiver) -> None:
    page = visitor.get("/reports", params={"month": MONTH, "project": "docs"}).text
    told = visitor.post("/reports/send", data={**sent_by(page, "/reports/send"), "format": "pdf"})
    assert (told.status_code, told.headers["location"]) == (
        303, f"/reports?month={MONTH}&of=project&project=docs&done=hook",
    )  # fmt: skip
    assert "Sent to hook." in visitor.get(told.headers["location"]).text
    [(_, _, body)] = hook.got
    assert [report["title"] for report in json.loads(body)["reports"]] == ["docs"]
    kept = paths.home() / "reports" / MONTH / "franking-2026-11-project-docs.pdf"
    assert (kept.read_bytes()[:5], kept.stat().st_mode & 0o777) == (b"%PDF-", 0o600)


def test_a_channel_that_does_not_take_it_is_told_and_what_was_typed_stays(visitor: TestClient, hook: Receiver) -> None:
    hook.status = 500
    said = {"month": MONTH, "of": "project", "project": "docs", "channel": "hook", "format": "pdf"}
    told = visitor.post("/reports/send", data=said)
    assert told.status_code == 502
    assert "Hook did not take it: the receiver answered HTTP 500." in told.text
    fields = sent_by(told.text, "/reports/send")
    assert {name: fields[name] for name in said} == {name: [value] for name, value in said.items()}
    assert hook.url not in told.text


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"month": "November"}, "month", "Expected a month"),
        ({"month": "2999-01"}, "month", "January 2999 has not begun"),
        ({"project": "nobody"}, "project", "There is no project"),
        ({"project": ""}, "project", "Name a project"),
        ({"channel": "nobody"}, "channel", "Choose a channel"),
        ({"format": "exe"}, "format", "Expected html or pdf"),
    ],
)
def test_what_is_wrong_stands_by_its_field(
    visitor: TestClient, hook: Receiver, changed: dict[str, str], field: str, says: str
) -> None:
    said = {"month": MONTH, "of": "project", "project": "docs", "channel": "hook", "format": "pdf"} | changed
    told = visitor.post("/reports/send", data=said)
    assert told.status_code == 422
    assert re.search(f'id="wrong-{field}">[^<]*{says}', unescape(told.text)) or field in ("channel", "format")
    if field in ("month", "project"):
        assert f'value="{changed[field]}"' in told.text
        assert visitor.get("/reports", params=said).status_code == 422
        assert visitor.get("/reports/file", params=said).status_code == 400
    else:
        assert says in told.text
    assert hook.got == []


def test_the_schedule_and_what_became_of_it(ledger: Path, visitor: TestClient) -> None:
    with closing(patient(ledger)) as opened:
        sent.note(opened, [Sent("team", "2026-10", "hook", NOW)])
        sent.claim(opened, Sent("team", "2026-10", "hook", NOW), NOW)
        sent.settle(opened, Sent("team", "2026-10", "hook", NOW), NOW, "the receiver answered HTTP 500")
    page = visitor.get("/reports", params={"month": MONTH}).text
    for told in ("docs, (unattributed)", "the receiver answered HTTP 500"):
        assert told in page
    assert visitor.get("/reports?csv=sent").text.splitlines()[1].startswith("2026-10,team,hook,,1,")


def test_without_a_channel_or_a_schedule(ledger: Path, home: Path) -> None:
    with client(ledger) as visitor:
        page = visitor.get("/reports").text
    assert "name a channel in the configuration" in page
    assert "None is sent by schedule" in page


def test_without_a_month_it_is_the_last_that_has_ended(home: Path) -> None:
    one, wrong = wanted(Typed(), settings.load().invoice, NOW)
    assert one is not None
    assert (one.month.name, one.of, wrong) == ("2026-10", "", {})


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path: Path, home: Path, name: str) -> None:
    ledger = made(tmp_path / "hostile.db", [record(NOW, project_id=name, model=name, cost=1)])
    with client(ledger) as visitor:
        page = visitor.get("/reports", params={"month": MONTH}).text
        for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
            assert bad not in page
        found = [address for label, address in files(page).items() if label.endswith("as HTML")]
        told = [visitor.get(address) for address in found]
    assert [one.status_code for one in told] == [200, 200]
    assert re.fullmatch(r'attachment; filename="[\w.~-]+"', told[1].headers["content-disposition"])
