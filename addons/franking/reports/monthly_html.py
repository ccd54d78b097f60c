"""A monthly report as one HTML file: it loads nothing, runs nothing, and everything in it is escaped."""

import base64
import hashlib
from functools import cache

import jinja2
from markupsafe import Markup

from franking import __version__
from franking.reports import monthly, monthly_words
from franking.reports.monthly import Report
from franking.reports.monthly_chart import chart

__all__ = ["html"]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("franking.reports"),
        autoescape=True,
        auto_reload=False,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def html(report: Report) -> bytes:
    """The page, UTF-8."""
    known = _environment()
    style = known.get_template("monthly.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    drawn = chart(report)
    subject = report.subject
    page = known.get_template("monthly.html").render(
        title=monthly_words.title(report),
        organization=subject.organization and monthly_words.clipped(subject.organization),
        name=subject.name and subject.name != subject.title and monthly_words.clipped(subject.name),
        period=monthly_words.period(report),
        stats=monthly_words.stats(report),
        notes=monthly.notes(report),
        budgets=monthly_words.budgets(report),
        chart=drawn,
        widest=max(len(text) for _, text in drawn.lines),
        days=monthly_words.days(report),
        splits=[(monthly_words.heading(split), monthly_words.lines(split)) for split in report.splits],
        style=Markup(style),  # noqa: S704 - our own file, in which nothing is filled in
        digest=f"sha256-{digest}",
        version=__version__,
    )
    return page.encode()
