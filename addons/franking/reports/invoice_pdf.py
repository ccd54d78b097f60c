"""An invoice as a PDF, A4, the same bytes for the same invoice. Long names wrap; lines go on over as many pages."""

import io
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.platypus import KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle  # type: ignore[import-untyped]

from franking.reports.amounts import apportioned, decimal
from franking.reports.fonts import PLAIN, Fonts
from franking.reports.invoices import Invoice, Line, Party
from franking.reports.pdf_table import CELLS
from franking.words import NOBODY, plural, short

__all__ = ["pdf"]

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_PADDING = 6
"""Of reportlab's frame, within the margins."""
_INK, _QUIET, _RULE = colors.HexColor("#1b1f1d"), colors.HexColor("#5c6660"), colors.HexColor("#c9d0cb")
_SMALL = ParagraphStyle("small", fontName=PLAIN, fontSize=8, leading=10.5, textColor=_INK, splitLongWords=True)
_RIGHT = ParagraphStyle("right", _SMALL, alignment=TA_RIGHT)
_NOTE = ParagraphStyle("note", _SMALL, fontSize=7.5, leading=10, textColor=_QUIET)
_TITLE = ParagraphStyle("title", _SMALL, fontSize=20, leading=26)
_HEADINGS = {"day": "Day", "client": "Tool", "model": "Model"}
_DAY, _FIGURE, _MONEY = 19 * mm, 18 * mm, 21 * mm


def pdf(invoice: Invoice, fonts: Fonts) -> bytes:
    """Its pages. A draft says so on each."""
    target = io.BytesIO()
    said = f"Invoice {invoice.number}" if invoice.number else "Invoice, draft"
    pages = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=_MARGIN - _PADDING, rightMargin=_MARGIN - _PADDING, topMargin=_MARGIN,
        bottomMargin=20 * mm,
        invariant=1, title=said, author=_first(invoice.sender.name), pageCompression=1,
    )  # fmt: skip

    def foot(canvas: Any, document: Any) -> None:
        line = Paragraph(fonts.markup(f"{said}, page {document.page}"), _NOTE)
        line.wrapOn(canvas, _WIDTH, 12 * mm)
        line.drawOn(canvas, _MARGIN, 11 * mm)

    pages.build([*_head(invoice, fonts), *_body(invoice, fonts), _sums(invoice, fonts)], foot, foot)
    return target.getvalue()


def _first(text: str) -> str:
    return text.partition("\n")[0]


def _head(invoice: Invoice, fonts: Fonts) -> list[Any]:
    told = [
        ("Number", invoice.number or "DRAFT, not issued"),
        ("Date", invoice.issued),
        ("Period", invoice.period),
        ("Project", invoice.title),
        *([("Reference", invoice.reference)] if invoice.reference else []),
    ]
    facts = Table(
        [[_cell(fonts, label, quiet=True), _cell(fonts, value)] for label, value in told],
        colWidths=[20 * mm, _WIDTH / 2 - 20 * mm],
        style=TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1),
                          ("BOTTOMPADDING", (0, 0), (-1, -1), 1), ("VALIGN", (0, 0), (-1, -1), "TOP")]),
    )  # fmt: skip
    both = Table(
        [[_party("From", invoice.sender, fonts), facts], [_party("To", invoice.client, fonts), ""]],
        colWidths=[_WIDTH / 2, _WIDTH / 2],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
                          ("BOTTOMPADDING", (0, 0), (-1, -1), 10)]),
    )  # fmt: skip
    return [Paragraph(fonts.markup("Invoice", bold=True), _TITLE), Spacer(0, 6 * mm), both, Spacer(0, 4 * mm)]


def _party(label: str, party: Party, fonts: Fonts) -> list[Any]:
    told = [_cell(fonts, label, quiet=True), Paragraph(fonts.markup(party.name or "-", bold=True), _SMALL)]
    further = "\n".join(text for text in (party.address, party.tax_id) if text)
    return [*told, _cell(fonts, further)] if further else told


def _body(invoice: Invoice, fonts: Fonts) -> list[Any]:
    by = invoice.terms.by
    headings = [_HEADINGS.get(name, name.capitalize()) for name in by]
    figures = ["Requests", "Tokens in", "Tokens out", "Cost, USD", f"Amount, {invoice.terms.currency}"]
    costs = [
        decimal(units, 4) for units in apportioned([Fraction(line.provider_cost) * 10**4 for line in invoice.lines])
    ]
    heading = [Paragraph(fonts.markup(text, bold=True), _SMALL) for text in headings]
    rows: list[list[Any]] = [heading + [Paragraph(fonts.markup(text, bold=True), _RIGHT) for text in figures]]
    style: list[Any] = [
        *CELLS,
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, _RULE),
    ]
    late = False
    for line, cost in zip(invoice.lines, costs, strict=True):
        if line.late and not late:
            late = True
            style.append(("SPAN", (0, len(rows)), (-1, len(rows))))
            rows.append([_cell(fonts, _late(invoice), quiet=True), *[""] * (len(rows[0]) - 1)])
        rows.append(_row(line, f"{cost:,}", by, fonts))
    if not invoice.lines:
        style.append(("SPAN", (0, 1), (-1, 1)))
        rows.append([_cell(fonts, "Nothing to charge.", quiet=True), *[""] * (len(rows[0]) - 1)])
    return [LongTable(rows, colWidths=_widths(by), repeatRows=1, style=TableStyle(style))]


def _late(invoice: Invoice) -> str:
    return f"Requests of periods invoiced before that arrived afterwards (see {', '.join(invoice.late_of)})"


def _row(line: Line, cost: str, by: Sequence[str], fonts: Fonts) -> list[Any]:
    names = [
        _cell(fonts, NOBODY.get(name, "-") if value is None else value)
        for name, value in zip(by, line.key, strict=True)
    ]
    figures = [f"{line.requests:,}", short(line.input_tokens), short(line.output_tokens), cost, f"{line.amount:,}"]
    return names + [Paragraph(text, _RIGHT) for text in figures]


def _widths(by: Sequence[str]) -> list[float]:
    figures = [_FIGURE, _FIGURE, _FIGURE, _MONEY, _MONEY]
    room = _WIDTH - sum(figures) - _DAY * ("day" in by)
    # A model's name is the longest as a rule.
    weights = {name: 2 if name == "model" else 1 for name in by if name != "day"}
    return [_DAY if name == "day" else room * weights[name] / sum(weights.values()) for name in by] + figures


def _sums(invoice: Invoice, fonts: Fonts) -> KeepTogether:
    terms = invoice.terms
    cost = decimal(round(Fraction(invoice.provider_cost) * 10**4), 4)
    told = [(f"Provider cost of {plural(invoice.requests, 'request')}, USD", f"{cost:,}")]
    if terms.currency != "USD" or terms.rate != 1:
        told.append((f"In {terms.currency}, at {terms.rate.normalize():f} for 1 USD", f"{invoice.converted:,}"))
    if terms.markup:
        told.append((f"Markup {terms.markup.normalize():f} %", f"{invoice.markup:,}"))
    told.append((f"Net, {terms.currency}", f"{invoice.net:,}"))
    told.append((f"Tax {terms.tax.normalize():f} %", f"{invoice.tax:,}"))
    rows = [[_cell(fonts, label), Paragraph(amount, _RIGHT)] for label, amount in told]
    total = fonts.markup(f"Total, {terms.currency}", bold=True), fonts.markup(f"{invoice.total:,}", bold=True)
    rows.append([Paragraph(total[0], _SMALL), Paragraph(total[1], _RIGHT)])
    table = Table(
        rows, colWidths=[70 * mm, 32 * mm], hAlign="RIGHT",
        style=TableStyle([("LINEABOVE", (0, -1), (-1, -1), 0.8, _INK), ("TOPPADDING", (0, 0), (-1, -1), 2),
                          ("BOTTOMPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2)]),
    )  # fmt: skip
    note = Paragraph(fonts.markup(invoice.rounding), _NOTE)
    return KeepTogether([Spacer(0, 6 * mm), table, Spacer(0, 6 * mm), note])


def _cell(fonts: Fonts, text: str, *, quiet: bool = False) -> Paragraph:
    return Paragraph(fonts.markup(text), _NOTE if quiet else _SMALL)
