"""Invoices by forms: the check list, the draft, nothing issued but what was shown, and files that stay as they are."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from franking import settings
from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import changes
from franking.projects.values import Project
from franking.reports import issued
from franking.web.forms import Typed
from franking.web.pages.invoices_reading import Meant, meant_by, typed_of
from support.dashboard import HOSTILE, NOW, client
from support.forms import sent_by
from support.ledgers import add, made, record

METADATA: Mapping[str, str | bool] = {
    "billable": True, "client_name": "ClientB Ltd", "client_address": "1 High Street\nLondon",
}  # fmt: skip
WORDS = {"project": "docs", "month": "2026-11", "currency": "EUR", "rate": "0.92", "markup": "10", "tax": "19",
         "lines": ["model"]}  # fmt: skip
CENT = 10_000_000


@pytest.fixture
def billed(ledger: Path, home: Path) -> Path:
    """``docs`` may be invoiced: 20 requests of one cent each in November."""
    (home / "config.toml").write_text('[invoice]\nsender = "Ada\\n1 Row"\nzone = "UTC"\n', encoding="utf-8")
    with closing(patient(ledger)) as opened:
        changes.create(opened, Project("docs", metadata=METADATA), NOW)
    return ledger


@pytest.fixture
def visitor(billed: Path) -> Iterator[TestClient]:
    with client(billed) as visitor:
        yield visitor


def numbers(ledger: Path) -> list[str]:
    with reader.opened(ledger) as opened:
        return [one.number for one in issued.listed(opened)]


def test_a_draft_is_shown_and_nothing_kept(billed: Path, visitor: TestClient) -> None:
    page = visitor.get("/invoices/draft", params=WORDS).text
    for told in ("ClientB Ltd", "1 High Street", "0.200000000", "0.18", "0.20", "0.24", "openai/gpt-5", "Ada"):
        assert told in page
    assert "The period ends on" in page or "Nothing to remark" in page
    assert numbers(billed) == []


def test_what_was_shown_is_issued_once_and_stays(billed: Path, visitor: TestClient) -> None:
    sent = sent_by(visitor.get("/invoices/draft", params=WORDS).text, 'class="issuing"')
    told = visitor.post("/invoices/draft", data=sent)
    assert told.status_code == 303
    [number] = numbers(billed)
    assert told.headers["location"] == f"/invoices/issued?number={number}&done=issued"
    page = visitor.get(told.headers["location"]).text
    assert "It is kept as it is" in page
    assert "0.24" in page
    files = {
        form: visitor.get("/invoices/issued", params={"number": number, "format": form})
        for form in ("pdf", "csv", "json")
    }
    assert files["pdf"].content.startswith(b"%PDF-")
    assert files["pdf"].headers["content-disposition"] == f'attachment; filename="invoice-{number}.pdf"'
    assert json.loads(files["json"].text)["total"] == "0.24"
    assert f"{number},total" in files["csv"].text
    with reader.opened(billed) as opened:
        assert files["pdf"].content == issued.page(opened, number)
    again = visitor.post("/invoices/draft", data=sent)
    assert (again.status_code, "invoiced already" in again.text) == (422, True)
    assert numbers(billed) == [number]
    assert number in visitor.get("/invoices").text
    [told] = visitor.get("/api/v1/invoices").json()["invoices"]
    assert (told["number"], told["project"], told["total"], told["currency"]) == (number, "docs", "0.24", "EUR")
    line = visitor.get("/invoices?csv=invoices&sort.invoices=-total").text.splitlines()[1]
    assert line.startswith(f"{number},docs,ClientB Ltd,2026-11-01T00:00:00")
    assert line.endswith(",0.240000000,EUR")


def test_nothing_is_issued_that_was_not_shown(billed: Path, visitor: TestClient) -> None:
    sent = sent_by(visitor.get("/invoices/draft", params=WORDS).text, 'class="issuing"')
    add(billed, record(NOW - 5, project_id="docs", model="m", cost=CENT, cost_source="gateway"))
    told = visitor.post("/invoices/draft", data=sent)
    assert (told.status_code, "has changed since" in told.text) == (422, True)
    assert numbers(billed) == []
    assert visitor.post("/invoices/draft", data=sent_by(told.text, 'class="issuing"')).status_code == 303
    assert visitor.post("/invoices/draft", data=WORDS | {"month": "2026-10"}).status_code == 422


def test_what_stops_it(billed: Path, visitor: TestClient) -> None:
    page = visitor.get("/invoices/draft", params=WORDS | {"project": "infra"}).text
    assert "Stops it" in page
    assert "is not billable" in page
    assert "Issue the invoice" not in page
    told = visitor.post("/invoices/draft", data=WORDS | {"project": "infra", "seen": "x"})
    assert (told.status_code, "It was not issued" in told.text) == (422, True)
    assert numbers(billed) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("project", "nobody", "There is no project"), ("project", "", "Name a project"),
        ("month", "2026-13", "is no time"), ("month", "November", "Expected a month"),
        ("from", "2026-11-01", "both the first day"), ("to", "x", "both the first day"),
        ("currency", "euro", "three letters"), ("rate", "0,92", "one US dollar"), ("rate", "0", "one US dollar"),
        ("rate", "NaN", "one US dollar"), ("markup", "x", "a percent"), ("tax", "101", "from 0 to 100"),
        ("lines", "nothing", "one to four"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_by_its_field(visitor: TestClient, field: str, value: str, said: str) -> None:
    words = WORDS | {field: value}
    for told in (
        visitor.get("/invoices/draft", params=words | {"month": words["month"] or "x"}),
        visitor.post("/invoices/draft", data=words),
    ):
        assert told.status_code == 422
        place = "from" if field == "to" else field
        assert re.search(f'id="wrong-{place}">[^<]*{said}', told.text), told.text
        assert told.text.count(" autofocus") == 1
        assert 'value="19"' in told.text or field == "tax"


def test_files_of_a_draft(visitor: TestClient) -> None:
    for form, begins in (("pdf", b"%PDF-"), ("csv", b"invoice,model"), ("json", b"{")):
        told = visitor.get("/invoices/draft", params=WORDS | {"format": form})
        assert told.content.startswith(begins)
        assert told.headers["content-disposition"] == f'attachment; filename="invoice-draft-2026-11.{form}"'


def test_the_form_begins_with_the_month_before_and_the_configuration() -> None:
    own = settings.load().invoice
    form = typed_of(own, "docs", NOW)
    assert (form.one("project"), form.one("month"), form.one("currency"), form.one("rate")) == (
        "docs",
        "2026-10",
        "USD",
        "1",
    )
    meant, wrong = meant_by(form, own, NOW)
    assert wrong == {}
    assert isinstance(meant, Meant)
    assert meant.words == "2026-10"


def test_from_and_to_stand_before_a_month() -> None:
    own = settings.load().invoice.model_copy(update={"zone": "Europe/Berlin"})
    words = typed_of(own, "docs", NOW).words
    meant, _ = meant_by(Typed({**words, "from": ("2026-11-01",), "to": ("2026-11-30",)}), own, NOW)
    assert meant is not None
    assert (meant.since, meant.until) == (1_793_487_600_000_000, 1_796_079_600_000_000)
    _, wrong = meant_by(Typed({**words, "from": ("2026-11-02",), "to": ("2026-11-01",)}), own, NOW)
    assert list(wrong) == ["from"]


def test_none_yet_and_none_of_that_number(visitor: TestClient) -> None:
    assert "No invoice is issued yet" in visitor.get("/invoices").text
    assert visitor.get("/invoices/issued?number=1").status_code == 404
    assert visitor.get("/invoices/issued?number=1&format=exe").status_code == 400


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path: Path, home: Path, name: str) -> None:
    row = record(NOW, project_id=name, model=name, client=name, cost=CENT, cost_source="gateway")
    ledger = made(tmp_path / "hostile.db", [row])
    with closing(patient(ledger)) as opened:
        changes.edit(opened, name, NOW, metadata={"billable": True, "client_name": "<script>document.x</script>"})
    words = {"project": name, "month": "2026-11", "lines": ["model", "client"]}
    with client(ledger) as visitor:
        page = visitor.get("/invoices/draft", params=words).text
        told = visitor.post("/invoices/draft", data=sent_by(page, 'class="issuing"'))
        assert told.status_code == 303
        for text in (page, visitor.get(told.headers["location"]).text, visitor.get("/invoices").text):
            for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
                assert bad not in text
