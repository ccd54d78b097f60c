"""``frank invoice``: what a client owes for a project's requests."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import sqlite3

    from franking.reports.drafting import Draft
    from franking.reports.invoices import Invoice, Terms
    from franking.settings import Settings

__all__ = ["invoice"]

_FORMATS = ("pdf", "csv", "json")


def invoice(
    name: Annotated[
        str | None, typer.Argument(metavar="PROJECT|NUMBER", help="A project, with a period; or an issued invoice.")
    ] = None,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="The month to invoice, such as 2026-11.")] = None,
    since: Annotated[str | None, typer.Option(metavar="D", help="Instead of a month: from.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only the check list; exit status 1 if it stops.")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Show it and keep nothing; so it is without --issue.")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="Number it and keep it, for good.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="The issued ones; of a project where it is named.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to a file; - is standard output.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="pdf|csv|json", help="Of the file; else as its name ends, or PDF.")
    ] = None,
    lines: Annotated[
        str | None, typer.Option(metavar="DIM[,DIM]", help="Lines by: day, client, model, feature, user, branch …")
    ] = None,
    currency: Annotated[str | None, typer.Option(metavar="CUR", help="The currency, such as EUR.")] = None,
    rate: Annotated[str | None, typer.Option(metavar="N", help="What one US dollar is in it, such as 0.92.")] = None,
    markup: Annotated[str | None, typer.Option(metavar="PERCENT", help="Added to the provider's cost.")] = None,
    tax: Annotated[str | None, typer.Option(metavar="PERCENT", help="Tax on the net amount.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, the check list with it.")] = False,
) -> None:
    """Invoices a billable project's requests: shows a draft, or issues it.

    What is not said here is in the configuration's [invoice], and the client's name and address in the project's or its
    organization's metadata (client_name, client_address, tax_id, cost_center); a project's billing_rate, a factor on
    the provider's cost, stands before the markup. Issued invoices never change and charge each request once: what
    arrives for a period after its invoice was issued is on the project's next one. `frank invoice NUMBER` shows one
    again, the PDF with the same bytes.
    """
    if (check + draft + issue + list_) > 1:
        raise typer.BadParameter("choose one of --check, --draft, --issue and --list")
    form = form or (output.suffix[1:].lower() if output and output.suffix[1:].lower() in _FORMATS else "pdf")
    if form not in _FORMATS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(_FORMATS)}", param_hint="--format")

    from franking.cli import invoice_terms, invoice_view
    from franking.ledger import reader
    from franking.reports import issued

    period = bool(month or since or until)
    if list_ or name is None:
        with reader.opened() as ledger:
            invoice_view.show_list(invoice_view.of_project(ledger, name), as_json=as_json)
        return
    if not period:
        with reader.opened() as ledger:
            found = issued.stored(ledger, name)
            if found is not None:
                _give(found, output, form, as_json, page=issued.page(ledger, name))
                return
        said = "no issued invoice has this number; for a project, name the month: --month 2026-11"
        raise typer.BadParameter(said, param_hint="PROJECT|NUMBER")
    from franking import settings as configuration

    settings = configuration.load()
    _Work(settings, name, invoice_terms.terms(settings, lines, currency, rate, markup, tax)).run(
        invoice_terms.period(settings, month, since, until),
        check=check,
        issue=issue,
        output=output,
        form=form,
        as_json=as_json,
    )


class _Work:
    """A draft, and what becomes of it."""

    def __init__(self, settings: "Settings", name: str, terms: "Terms") -> None:
        self._settings, self._name, self._terms = settings, name, terms

    def run(
        self, period: tuple[int, int, str], *, check: bool, issue: bool, output: Path | None, form: str, as_json: bool
    ) -> None:
        """Show, check, or issue."""
        from franking.cli import invoice_view
        from franking.cli.errors import Failure
        from franking.cli.progress import Progress
        from franking.ledger import reader

        with Progress(doing="Adding up"), reader.opened() as ledger:
            found = self._draft(ledger, period)
        if check or (issue and found.stops):
            invoice_view.show_checks(found, as_json=as_json)
            if issue:
                raise Failure("it was not issued")
            raise typer.Exit(1 if found.stops else 0)
        if not issue:
            _give(found.invoice, output, form, as_json, found, fonts=self._settings.invoice.fonts)
            return
        made = self._issued(period)
        invoice_view.show_checks(found, err=True)
        if output is not None:
            with reader.opened() as ledger:
                from franking.reports import issued

                _give(made, output, form, as_json, page=issued.page(ledger, str(made.number)))
        typer.echo(f"invoice {made.number} issued: {made.total:,} {made.terms.currency}", err=str(output) == "-")

    def _draft(self, ledger: "sqlite3.Connection", period: tuple[int, int, str]) -> "Draft":
        from franking.cli import selection
        from franking.reports import configured, drafting

        since, until, words = period
        zone, sender = configured.zone(self._settings.invoice), configured.sender(self._settings.invoice)
        return drafting.draft(ledger, self._name, (since, until), words, self._terms, sender, selection.now(), zone)

    def _issued(self, period: tuple[int, int, str]) -> "Invoice":
        from datetime import datetime

        from franking.cli import project_options, selection
        from franking.reports import configured, fonts, invoice_pdf, issued

        now = selection.now()
        day = f"{datetime.fromtimestamp(now // 1_000_000, configured.zone(self._settings.invoice)):%Y-%m-%d}"
        further = self._settings.invoice.fonts
        with project_options.writing() as ledger:
            return issued.issue(
                ledger,
                lambda: self._draft(ledger, period).invoice,
                lambda one: invoice_pdf.pdf(one, fonts.Fonts(further)),
                self._settings.invoice.series,
                day,
                now,
            )


def _give(
    found: "Invoice",
    output: Path | None,
    form: str,
    as_json: bool,
    draft: "Draft | None" = None,
    *,
    page: bytes | None = None,
    fonts: tuple[Path, ...] = (),
) -> None:
    """Print it, or write the file."""
    from franking.cli import invoice_view
    from franking.reports import files, invoice_text, invoices

    if output is None:
        invoice_view.show(found, draft, as_json=as_json)
        return
    if form == "pdf" and page is None:
        from franking.reports import fonts as known
        from franking.reports import invoice_pdf

        own = known.Fonts(fonts)
        page = invoice_pdf.pdf(found, own)
        if own.missing:
            said = f"{len(own.missing)} letters that no font has are written as escapes"
            typer.echo(f"note: {said}; invoice.fonts names further TrueType fonts", err=True)
    texts = {"csv": lambda: invoice_text.as_csv(found), "json": lambda: invoices.document(found) + "\n"}
    with files.written(output) as target:
        target.write(page if form == "pdf" and page is not None else texts[form]().encode())
    if draft is not None:
        invoice_view.show_checks(draft, err=True)
