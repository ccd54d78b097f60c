"""Invoices, drafts and check lists as text for people and as JSON for programs."""

import json
import sqlite3
from collections.abc import Sequence

import typer
from rich.text import Text

from franking.cli import tables
from franking.projects import questions
from franking.reports import issued
from franking.reports.drafting import Draft
from franking.reports.invoices import Invoice, document
from franking.reports.issued import Issued
from franking.words import NOBODY, clean, count, iso, local, short

__all__ = ["of_project", "show", "show_checks", "show_list"]


def of_project(ledger: sqlite3.Connection, name: str | None) -> list[Issued]:
    """The issued ones, or those of one project, whatever it was called then."""
    found = issued.listed(ledger)
    if name is None:
        return found
    names = questions.names(ledger)
    return [one for one in found if names.resolved(one.project) == names.resolved(name)]


def show_list(found: Sequence[Issued], *, as_json: bool) -> None:
    """Print them, the newest last."""
    if as_json:
        listed = [
            {"number": one.number, "project": one.project, "since": iso(one.since), "until": iso(one.until),
             "issued_at": iso(one.issued_at), "period": one.period, "total": one.total, "currency": one.currency}
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps({"invoices": listed}, indent=2))
        return
    if not found:
        typer.echo("No invoice is issued yet: frank invoice PROJECT --month 2026-11 --issue")
        return
    out = tables.console()
    columns = [
        tables.Column("Number", [one.number for one in found]),
        tables.Column("Project", [one.project for one in found], least=10),
        tables.Column("Period", [one.period for one in found], keep=3),
        tables.Column("Total", [f"{one.total} {one.currency}" for one in found], "right", keep=2),
        tables.Column("Issued", [local(one.issued_at, form="%Y-%m-%d %H:%M") for one in found], keep=1),
    ]
    out.print(tables.render(columns, out.width))


def show(found: Invoice, draft: Draft | None, *, as_json: bool) -> None:
    """Print it, and its check list."""
    if as_json:
        shape = json.loads(document(found))
        if draft is not None:
            shape["checks"] = [{"kind": check.kind, "text": check.text} for check in draft.checks]
        typer.echo(json.dumps(shape, indent=2, ensure_ascii=False))
        return
    out = tables.console()
    heading = f"Invoice {found.number}" if found.number else "Draft, not issued"
    out.print(Text(clean(f"{heading}: {found.title}, {found.period}"), style="bold"), soft_wrap=True)
    out.print(Text(clean(f"to {found.client.name}"), style="dim"), soft_wrap=True)
    out.print()
    if found.lines:
        out.print(tables.render(_columns(found), out.width))
        out.print()
    for label, amount in _sums(found):
        out.print(Text(f"{label:<28}{amount:>18}"), soft_wrap=True)
    if draft is not None and draft.checks:
        out.print()
        show_checks(draft)


def show_checks(draft: Draft, *, as_json: bool = False, err: bool = False) -> None:
    """The check list: what stops it, and what to know."""
    if as_json:
        shape = [{"kind": check.kind, "text": check.text} for check in draft.checks]
        typer.echo(json.dumps({"checks": shape, "issuable": not draft.stops}, indent=2, ensure_ascii=False), err=err)
        return
    for check in draft.checks:
        label = "stops it" if check.kind == "stop" else "note"
        typer.echo(f"{label}: {clean(check.text)}", err=err)
    if not draft.checks and not err:
        typer.echo("nothing to remark; --issue issues it")


def _columns(found: Invoice) -> list[tables.Column]:
    lines = found.lines
    names = [
        tables.Column(
            {"client": "Tool"}.get(name, name.capitalize()),
            [_named(name, line.key[place]) for line in lines],
            least=None if name == "day" else 8,
        )
        for place, name in enumerate(found.terms.by)
    ]
    late = [tables.Column("", ["late" if line.late else "" for line in lines])] if found.late_of else []
    return [
        *names,
        *late,
        tables.Column("Requests", [count(line.requests) for line in lines], "right", keep=3),
        tables.Column("In", [short(line.input_tokens) for line in lines], "right", keep=1),
        tables.Column("Out", [short(line.output_tokens) for line in lines], "right", keep=1),
        tables.Column("Cost, USD", [f"{line.provider_cost:,}" for line in lines], "right", keep=4),
        tables.Column(found.terms.currency, [f"{line.amount:,}" for line in lines], "right"),
    ]


def _named(name: str, value: str | None) -> str:
    return NOBODY.get(name, "-") if value is None else value


def _sums(found: Invoice) -> list[tuple[str, str]]:
    terms = found.terms
    return [
        ("provider cost, USD", f"{found.provider_cost:,}"),
        (f"in {terms.currency}, at {terms.rate.normalize():f}", f"{found.converted:,}"),
        (f"markup {terms.markup.normalize():f} %", f"{found.markup:,}"),
        ("net", f"{found.net:,}"),
        (f"tax {terms.tax.normalize():f} %", f"{found.tax:,}"),
        (f"total, {terms.currency}", f"{found.total:,}"),
    ]
