"""``frank invoice``: draft, check, issue, list, again; at several widths, and what it refuses."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from support import ledgers
from support.commands import Frank

OCTOBER = int(datetime(2026, 10, 5, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOSTILE = "\x1b[31mevil\r\n[red]x[/red]" + "x" * 100


@pytest.fixture
def ledger(home: Path, tmp_path: Path, frank: Frank) -> Path:
    (tmp_path / "config.toml").write_text(
        '[invoice]\nsender = "Me\\nStreet"\ncurrency = "EUR"\nrate = "0.9"\ntax = "20"\nzone = "Europe/Berlin"\n'
    )
    rows = [
        ledgers.record(OCTOBER + place * 3_600_000_000, project_id="acme", cost=10**9, model=model, client="kilo")
        for place, model in enumerate(["gpt-5", HOSTILE, None])
    ]
    file = ledgers.made(home / "ledger.db", rows)
    frank(
        "projects", "create", "acme", "--set", "billable=yes", "--set", "client_name=Acme", "--set", "client_address=x"
    )
    return file


def test_a_draft_keeps_nothing(ledger: Path, frank: Frank) -> None:
    told = frank("invoice", "acme", "--month", "2026-10")
    assert told.status == 0
    assert "Draft, not issued: acme, 2026-10" in told.out
    assert "\x1b" not in told.out
    shape = json.loads(frank("invoice", "acme", "--month", "2026-10", "--json").out)
    assert [shape[key] for key in ("number", "provider_cost", "net", "tax", "total", "checks")] == [
        None, "3.000000000", "2.70", "0.54", "3.24",
        [{"kind": "note", "text": "3 requests told no tokens"}],
    ]  # fmt: skip
    assert json.loads(frank("invoice", "--list", "--json").out) == {"invoices": []}


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = frank("invoice", "acme", "--month", "2026-10").out
    table = out.partition("note:")[0]
    assert all(cell_len(line) <= width for line in table.splitlines())
    assert "0.90" in table


def test_issued_and_shown_again(ledger: Path, frank: Frank, tmp_path: Path) -> None:
    first, again = tmp_path / "first.pdf", tmp_path / "again.pdf"
    told = frank("invoice", "acme", "--month", "2026-10", "--issue", "-o", str(first))
    number = f"{time.gmtime().tm_year}-0001"
    assert (told.status, told.out) == (0, f"invoice {number} issued: 3.24 EUR\n")
    ledgers.add(ledger, ledgers.record(OCTOBER, project_id="acme", cost=10**9))
    frank("projects", "rename", "acme", "acme-new")
    assert frank("invoice", number, "-o", str(again)).status == 0
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes().startswith(b"%PDF-")
    assert json.loads(frank("invoice", number, "--json").out)["total"] == "3.24"
    assert frank("invoice", number, "-o", "-", "--format", "csv").out.endswith(f"{number},total,,,,,,,,3.24,EUR\r\n")
    for name in ((), ("acme-new",), ("acme",)):
        assert number in frank("invoice", *name, "--list").out
    assert number not in frank("invoice", "other", "--list").out
    second = frank("invoice", "acme", "--month", "2026-10", "--issue")
    assert (second.status, second.err) == (1, "frank: it was not issued\n")
    assert (
        f"stops it: this period is invoiced already ({number}); for the next one: 1 request that came later"
        in second.out
    )
    late = frank("invoice", "acme", "--month", "2026-11", "--json")
    assert [line["late"] for line in json.loads(late.out)["lines"]] == [True]


def test_the_check_list_has_an_exit_status(ledger: Path, frank: Frank) -> None:
    assert frank("invoice", "acme", "--month", "2026-10", "--check").status == 0
    frank("projects", "edit", "acme", "--set", "billable=no")
    told = frank("invoice", "acme", "--month", "2026-10", "--check", "--json")
    assert (told.status, json.loads(told.out)["issuable"]) == (1, False)


def test_options_stand_before_the_configuration(ledger: Path, frank: Frank) -> None:
    told = frank(
        "invoice", "acme", "--month", "2026-10", "--json", "--lines", "model", "--currency", "JPY", "--rate", "150",
        "--markup", "10", "--tax", "0",
    )  # fmt: skip
    shape = json.loads(told.out)
    assert (shape["total"], shape["terms"]["by"], len(shape["lines"])) == ("495", ["model"], 3)


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("acme",), 2, "name the month: --month 2026-11"),
        (("acme", "--month", "2026"), 2, "expected a month"),
        (("acme", "--month", "2026-10", "--since", "7d"), 2, "cannot be combined"),
        (("acme", "--since", "2026-10-01"), 2, "name both"),
        (("acme", "--month", "2026-10", "--rate", "x"), 2, "decimal"),
        (("acme", "--month", "2026-10", "--currency", "euro"), 2, "--currency"),
        (("acme", "--month", "2026-10", "--lines", "day,day"), 2, "different ones"),
        (("acme", "--month", "2026-10", "--format", "doc"), 2, "none of pdf, csv, json"),
        (("acme", "--month", "2026-10", "--check", "--issue"), 2, "choose one"),
        (("nix", "--month", "2026-10"), 1, "there is no project 'nix'"),
        (("acme", "--month", "2026-10", "-o", "/nowhere/x.pdf"), 1, "/nowhere/x.pdf: no such file or directory"),
    ],
)
def test_what_cannot_be_done(ledger: Path, frank: Frank, arguments: tuple[str, ...], status: int, says: str) -> None:
    told = frank("invoice", *arguments)
    assert told.status == status
    assert says in " ".join(told.err.split())
    assert "Traceback" not in told.err
