"""A monthly report as a PDF, A4, the same bytes for the same report. Long names wrap; tables go on over pages."""

import io
from collections.abc import Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing, Line, Rect, String  # type: ignore[import-untyped]
from reportlab.lib import colors  # type: ignore[import-untyped]
from reportlab.lib.enums import TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.platypus import CondPageBreak, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle  # type: ignore[import-untyped]

from franking.reports import monthly, monthly_words
from franking.reports.fonts import PLAIN, Fonts
from franking.reports.monthly import Report
from franking.reports.monthly_chart import chart
from franking.reports.monthly_words import Line as Row
from franking.reports.pdf_table import CELLS

__all__ = ["pdf"]

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_PADDING = 6
"""Of reportlab's frame, within the margins."""
_INK, _QUIET, _RULE = colors.HexColor("#1b1f27"), colors.HexColor("#5a6372"), colors.HexColor("#d5dae2")
_ACCENT, _TRACK = colors.HexColor("#2a5bd7"), colors.HexColor("#eef0f4")
_SMALL = ParagraphStyle("small", fontName=PLAIN, fontSize=8.5, leading=11, textColor=_INK, splitLongWords=True)
_RIGHT = ParagraphStyle("right", _SMALL, alignment=TA_RIGHT)
_NOTE = ParagraphStyle("note", _SMALL, textColor=_QUIET)
_VALUE = ParagraphStyle("value", _SMALL, fontSize=13, leading=17)
_HEADING = ParagraphStyle("heading", _SMALL, fontSize=10.5, leading=14, spaceBefore=5 * mm, spaceAfter=1 * mm)
_TITLE = ParagraphStyle("title", _SMALL, fontSize=18, leading=23)
_BAR, _FIGURE, _MONEY = 34 * mm, 20 * mm, 28 * mm
_HIGH, _FOOT, _TINY = 44 * mm, 5 * mm, 7
"""Of the chart: its height, what the days' numbers take of it, and how large they are."""


def pdf(report: Report, fonts: Fonts) -> bytes:
    """Its pages."""
    target = io.BytesIO()
    title = monthly_words.title(report)
    pages = SimpleDocTemplate(
        target, pagesize=A4, leftMargin=_MARGIN - _PADDING, rightMargin=_MARGIN - _PADDING, topMargin=_MARGIN,
        bottomMargin=20 * mm, invariant=1, title=title, author="franking", pageCompression=1,
    )  # fmt: skip

    def foot(canvas: Any, document: Any) -> None:
        line = Paragraph(fonts.markup(f"{title}, page {document.page}"), _NOTE)
        line.wrapOn(canvas, _WIDTH, 12 * mm)
        line.drawOn(canvas, _MARGIN, 9 * mm)

    story = [*_head(report, fonts), *_stats(report, fonts), *_told(report, fonts)]
    story += [_heading(fonts, "Cost of each day"), _chart(report)]
    for split in report.splits:
        # A heading stands with its table's first rows.
        story += [CondPageBreak(30 * mm), _heading(fonts, monthly_words.heading(split))]
        story.append(_table(monthly_words.lines(split), fonts))
    rounding = "US dollars. The costs of a table are rounded so that they add up to its total; every table adds up to"
    story += [Spacer(0, 6 * mm), Paragraph(fonts.markup(f"{rounding} the month."), _NOTE)]
    pages.build(story, foot, foot)
    return target.getvalue()


def _heading(fonts: Fonts, text: str) -> Paragraph:
    return Paragraph(fonts.markup(text, bold=True), _HEADING)


def _head(report: Report, fonts: Fonts) -> list[Any]:
    subject = report.subject
    above = "Monthly report"
    if subject.organization is not None:
        above += f" · {monthly_words.clipped(subject.organization)}"
    below = monthly_words.period(report)
    if subject.name is not None and subject.name != subject.title:
        below = f"Project {monthly_words.clipped(subject.name)}\n{below}"
    title = fonts.markup(monthly_words.title(report), bold=True)
    return [Paragraph(fonts.markup(above), _NOTE), Paragraph(title, _TITLE), Paragraph(fonts.markup(below), _NOTE)]


def _stats(report: Report, fonts: Fonts) -> list[Any]:
    found = monthly_words.stats(report)
    cells = [
        [
            Paragraph(fonts.markup(stat.name), _NOTE),
            Paragraph(fonts.markup(stat.value, bold=True), _VALUE),
            Paragraph(fonts.markup(stat.detail), _NOTE),
        ]
        for stat in found
    ]
    first = 62 * mm
    widths = [first] + [(_WIDTH - first) / (len(cells) - 1)] * (len(cells) - 1)
    style = [("LINEABOVE", (0, 0), (-1, 0), 0.5, _RULE), ("LINEBELOW", (0, 0), (-1, 0), 0.5, _RULE),
             ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]  # fmt: skip
    return [Spacer(0, 5 * mm), Table([cells], colWidths=widths, style=TableStyle(style))]


def _told(report: Report, fonts: Fonts) -> list[Any]:
    """What is to be known, and the budgets."""
    found: list[Any] = [Spacer(0, 3 * mm)] if (said := monthly.notes(report)) else []
    found += [Paragraph(fonts.markup(note), _SMALL) for note in said]
    budgets = monthly_words.budgets(report)
    if budgets:
        found.append(_heading(fonts, "Budgets"))
    for name, text in budgets:
        found.append(Paragraph(f"{fonts.markup(name, bold=True)}<br/>{fonts.markup(text)}", _SMALL))
        found.append(Spacer(0, 1.5 * mm))
    return found


def _chart(report: Report) -> Drawing:
    drawn = chart(report)
    page = Drawing(_WIDTH, _HIGH)
    left = 6 + max(pdfmetrics.stringWidth(text, PLAIN, _TINY) for _, text in drawn.lines)
    room, tall = _WIDTH - left, _HIGH - _FOOT - 3 * mm
    for height, text in drawn.lines:
        y = _FOOT + height * tall
        page.add(Line(left, y, _WIDTH, y, strokeColor=_RULE, strokeWidth=0.4))
        page.add(String(left - 4, y - 2.5, text, fontName=PLAIN, fontSize=_TINY, fillColor=_QUIET, textAnchor="end"))
    for bar in drawn.bars:
        x = left + bar.left * room
        if bar.height:  # one of no height would be drawn as a line
            page.add(Rect(x, _FOOT, bar.width * room, bar.height * tall, fillColor=_ACCENT, strokeColor=None))
        middle = left + bar.middle * room
        page.add(String(middle, 1, bar.label, fontName=PLAIN, fontSize=_TINY, fillColor=_QUIET, textAnchor="middle"))
    return page


def _table(lines: Sequence[Row], fonts: Fonts) -> LongTable:
    heading = [Paragraph(fonts.markup("Name", bold=True), _SMALL), ""]
    heading += [Paragraph(fonts.markup(text, bold=True), _RIGHT) for text in ("Share", "Requests", "Cost, USD")]
    rows: list[list[Any]] = [heading]
    for line in lines[:-1]:
        name = Paragraph(fonts.markup(line.name), _NOTE if line.quiet else _SMALL)
        figures = [Paragraph(text, _RIGHT) for text in (fonts.markup(line.percent), line.requests, line.cost)]
        rows.append([name, _share(line.share), *figures])
    if len(lines) == 1:
        rows.append([Paragraph(fonts.markup("No requests."), _NOTE), "", "", "", ""])
    last = [Paragraph(fonts.markup(text, bold=True), _RIGHT) for text in (lines[-1].requests, lines[-1].cost)]
    rows.append([Paragraph(fonts.markup(lines[-1].name, bold=True), _SMALL), "", "", *last])
    style = [
        *CELLS,
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
        ("LINEBELOW", (0, 1), (-1, -2), 0.25, _RULE),
        ("LINEABOVE", (0, -1), (-1, -1), 0.8, _INK),
    ]
    widths = [_WIDTH - _BAR - 14 * mm - _FIGURE - _MONEY, _BAR, 14 * mm, _FIGURE, _MONEY]
    return LongTable(rows, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _share(part: int) -> Drawing:
    """A bar: so many thousandths of the whole."""
    page = Drawing(_BAR - 4 * mm, 8)
    page.add(Rect(0, 1, _BAR - 4 * mm, 5, fillColor=_TRACK, strokeColor=None))
    if part:
        page.add(Rect(0, 1, (_BAR - 4 * mm) * min(part, 1000) / 1000, 5, fillColor=_ACCENT, strokeColor=None))
    return page
