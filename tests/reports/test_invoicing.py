"""Invoices from the ledger: they add up, charge each request once, say what to know, and never change."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.ledger.connection import connect, patient
from franking.ledger.record import Record
from franking.projects import changes
from franking.projects.values import Project
from franking.reports import charging, drafting, invoices, issued
from franking.reports.invoices import Invoice, Party, Terms
from support import ledgers
from support.examples import thorough

DAY = 86_400_000_000
FIRST = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp()) * 1_000_000
OCTOBER = FIRST, FIRST + 31 * DAY
NOVEMBER = OCTOBER[1], OCTOBER[1] + 30 * DAY
NOW = NOVEMBER[1] + DAY
TERMS = Terms("EUR", Decimal("0.92"), Decimal(15), Decimal(19), ("day", "client", "model"))
SENDER = Party("Sender")
ACME = Project("acme", metadata={"billable": True, "client_name": "Acme", "client_address": "Street 1"})


def row(at: int, cost: int | None = 1_234_567, **values: Any) -> Record:
    return ledgers.record(at, **{"project_id": "acme", "cost": cost, "model": "m", "client": "kilo"} | values)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def fresh(folder: Path) -> Path:
    for old in folder.glob("ledger.db*"):
        old.unlink()
    made = folder / "ledger.db"
    with closing(connect(made)) as ledger:
        changes.create(ledger, ACME, NOW)
    return made


def draft(file: Path, period: tuple[int, int] = OCTOBER, terms: Terms = TERMS, now: int = NOW) -> drafting.Draft:
    with closing(sqlite3.connect(file)) as ledger:
        return drafting.draft(ledger, "acme", period, "a period", terms, SENDER, now, UTC)


def issue(file: Path, period: tuple[int, int] = OCTOBER, day: str = "2026-12-01") -> Invoice:
    with closing(patient(file)) as ledger:
        made = lambda: drafting.draft(ledger, "acme", period, "a period", TERMS, SENDER, NOW, UTC).invoice  # noqa: E731
        return issued.issue(ledger, made, lambda one: f"page {one.number}".encode(), "F-{year}-{number:04}", day, NOW)


_requests = st.tuples(
    st.integers(FIRST, OCTOBER[1] - 1), st.integers(0, 10**10), st.sampled_from(["kilo", None]), st.sampled_from("ab")
)


@thorough(12, 500)
@given(
    rows=st.lists(_requests, max_size=12),
    cuts=st.lists(st.integers(FIRST + 1, OCTOBER[1] - 1), max_size=3, unique=True),
)
def test_over_any_split_of_a_month_invoices_add_up(tmp_path: Path, rows: list[Any], cuts: list[int]) -> None:
    file = fresh(tmp_path)
    ledgers.add(file, *(row(at, cost, client=client, model=model) for at, cost, client, model in rows))
    whole = draft(file).invoice
    assert sum(line.amount for line in whole.lines) == whole.net == whole.converted + whole.markup
    assert sum(line.provider_cost for line in whole.lines) == whole.provider_cost
    assert whole.total == whole.net + whole.tax
    edges = [FIRST, *sorted(cuts), OCTOBER[1]]
    parts = [issue(file, period) for period in pairwise(edges)]
    assert sum(part.provider_cost for part in parts) == whole.provider_cost
    assert sum(part.requests for part in parts) == whole.requests == len(rows)
    # Each part is rounded once, by half a cent at the most, and so is the whole.
    assert abs(sum(part.net for part in parts) - whole.net) <= Decimal("0.005") * (len(parts) + 1)
    for part in parts:
        assert sum(line.amount for line in part.lines) == part.net


def test_what_comes_later_is_on_the_next_one_and_says_so(file: Path) -> None:
    ledgers.add(file, row(FIRST, 10**9), row(FIRST + DAY, None), row(FIRST + 2, 10**9, status="in_flight"))
    first = issue(file)
    assert (first.number, first.requests, first.provider_cost) == ("F-2026-0001", 1, Decimal(1))
    ledgers.add(file, row(FIRST + 5 * DAY, 3 * 10**9), row(NOVEMBER[0], 5 * 10**9))
    again = draft(file)
    assert [check.text for check in again.stops] == [
        "this period is invoiced already (F-2026-0001); for the next one: 1 request that came later"
    ]
    second = draft(file, NOVEMBER)
    assert not second.stops
    assert [(line.late, line.provider_cost) for line in second.invoice.lines] == [
        (False, Decimal(5)),
        (True, Decimal(3)),
    ]
    assert second.invoice.late_of == ("F-2026-0001",)
    assert "on it, too: 1 request ($3.00) that came after F-2026-0001" in [check.text for check in second.checks]
    assert issue(file, NOVEMBER, "2027-01-02").number == "F-2027-0001"
    assert draft(file, (NOVEMBER[1], NOVEMBER[1] + DAY)).invoice.lines == ()


def test_an_issued_invoice_never_changes(file: Path) -> None:
    ledgers.add(file, row(FIRST))
    made = issue(file)
    with closing(sqlite3.connect(file)) as ledger:
        for said in ("UPDATE invoices SET document = ''", "DELETE FROM invoices", "DELETE FROM invoice_requests"):
            with pytest.raises(sqlite3.IntegrityError, match="never changes"):
                ledger.execute(said)
        assert issued.stored(ledger, "F-2026-0001") == made
        assert issued.page(ledger, "F-2026-0001") == b"page F-2026-0001"
        assert issued.stored(ledger, "F-2026-0002") is None
        assert invoices.read(invoices.document(made)) == made
        assert [(one.number, one.total, one.currency) for one in issued.listed(ledger)] == [
            ("F-2026-0001", str(made.total), "EUR")
        ]


def test_a_request_that_arrives_while_the_page_is_drawn_is_on_it(file: Path) -> None:
    ledgers.add(file, row(FIRST))
    further = [row(FIRST + 1), row(FIRST + 2)]

    def drawn(invoice: Invoice) -> bytes:
        if further:
            ledgers.add(file, further.pop())
        return str(invoice.requests).encode()

    with closing(patient(file)) as ledger:
        made = lambda: drafting.draft(ledger, "acme", OCTOBER, "x", TERMS, SENDER, NOW, UTC).invoice  # noqa: E731
        found = issued.issue(ledger, made, drawn, "{number}", "2026-12-01", NOW)
        assert (found.number, found.requests, issued.page(ledger, "1")) == ("1", 3, b"3")
        assert ledger.execute("SELECT COUNT(*) FROM invoice_requests").fetchone() == (3,)


def test_one_that_keeps_changing_is_given_up(file: Path) -> None:
    ledgers.add(file, row(FIRST))

    def drawn(_: Invoice) -> bytes:
        ledgers.add(file, row(FIRST + 1))
        return b""

    with closing(patient(file)) as ledger:
        made = lambda: drafting.draft(ledger, "acme", OCTOBER, "x", TERMS, SENDER, NOW, UTC).invoice  # noqa: E731
        with pytest.raises(invoices.InvoiceError, match="keep arriving"):
            issued.issue(ledger, made, drawn, "{number}", "2026-12-01", NOW)
        assert issued.listed(ledger) == []
        assert ledger.execute("SELECT COUNT(*) FROM invoice_requests").fetchone() == (0,)


def test_the_check_list(file: Path) -> None:
    ledgers.add(file, row(FIRST), row(FIRST, None), row(FIRST, status="in_flight"), row(FIRST, input_tokens=5))
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        changes.edit(ledger, "acme", NOW, metadata={})
        found = drafting.draft(ledger, "acme", OCTOBER, "x", TERMS, Party(""), FIRST + DAY, UTC)
        empty = drafting.draft(ledger, "acme", NOVEMBER, "x", TERMS, Party(""), NOW, UTC)
    said = "\n".join(f"{check.kind}: {check.text}" for check in found.checks)
    for text in (
        "stop: the project acme is not billable; `frank projects edit acme --set billable=yes` makes it so",
        "note: the period ends on 2026-11-01 00:00",
        "note: not on it: 1 request that ended well without a known price",
        "note: 2 requests told no tokens",
        "note: not on it, but on the next invoice: 1 request under way",
        "note: it has no sender",
        "note: the client's name or address is not set",
    ):
        assert text in said
    assert "stop: there is nothing to charge" in [f"{check.kind}: {check.text}" for check in empty.checks]


def test_only_totals_are_told_apart(file: Path) -> None:
    ledgers.add(file, row(FIRST), row(FIRST + 1))
    with closing(sqlite3.connect(file)) as ledger, ledger:
        ledger.execute("INSERT INTO facts VALUES ('totals_stay', 1)")
        ledger.execute("DELETE FROM entries WHERE started_at = ?", (FIRST + 1,))
        ledger.execute("DELETE FROM facts WHERE name = 'totals_stay'")
    found = draft(file)
    assert found.invoice.requests == 1
    assert any("of 1 request ($0.0012) only totals are known" in check.text for check in found.checks)


def test_the_projects_factor_stands_before_the_markup(file: Path) -> None:
    ledgers.add(file, row(FIRST, 10**9))
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        changes.edit(ledger, "acme", NOW, metadata={"billable": True, "billing_rate": "1.5"})
    found = draft(file, terms=replace(TERMS, currency="JPY", rate=Decimal(150))).invoice
    assert [found.terms.markup, found.converted, found.net, found.tax] == [Decimal(n) for n in (50, 150, 225, 43)]


@pytest.mark.parametrize(
    ("before", "without", "left"),
    [
        ([], (0, 9), []),
        ([(0, 5)], (5, 9), [(0, 5)]),
        ([(0, 5), (5, 8)], (8, 9), [(0, 8)]),
        ([(0, 10)], (3, 5), [(0, 3), (5, 10)]),
        ([(0, 4), (2, 6)], (4, 9), [(0, 4)]),
        ([(3, 5)], (0, 9), []),
    ],
)
def test_periods_put_together(before: list[Any], without: tuple[int, int], left: list[Any]) -> None:
    assert charging.intervals(before, without) == left
