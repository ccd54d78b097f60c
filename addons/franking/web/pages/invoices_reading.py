"""An invoice's form and what is meant by it: project, period, terms. Pure.

Fields: ``project``; ``month``, or ``from`` and ``to`` (days, the last one included); ``currency``, ``rate``,
``markup``, ``tax``, ``lines``, which stand before the configuration's.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from franking.periods import between
from franking.reports import configured
from franking.reports.charging import BY
from franking.reports.invoices import Terms
from franking.settings_invoice import Invoice
from franking.web.forms import Typed, checked

__all__ = ["FIELDS", "Meant", "meant_by", "typed_of"]

FIELDS = ("project", "month", "from", "to", "currency", "rate", "markup", "tax", "lines")
"""What of an address belongs to the form."""

_EXPECTED = {
    "currency": "expected three letters, such as EUR",
    "rate": "expected how much one US dollar is in that currency, such as 0.92",
    "markup": "expected a percent, such as 15",
    "tax": "expected a percent from 0 to 100, such as 19",
    "lines": "choose one to four",
}


@dataclass(frozen=True, slots=True)
class Meant:
    """since, until: microseconds UTC; words: the period for people."""

    project: str
    since: int
    until: int
    words: str
    terms: Terms


def typed_of(own: Invoice, project: str, now: int) -> Typed:
    """The form for a project's last month, by the configuration."""
    today = datetime.fromtimestamp(now // 1_000_000, configured.zone(own)).date()
    before = date(today.year, today.month, 1) - timedelta(days=1)
    return Typed(
        {
            "project": (project,), "month": (f"{before:%Y-%m}",), "from": ("",), "to": ("",),
            "currency": (own.currency,), "rate": (f"{own.rate.normalize():f}",),
            "markup": (f"{own.markup.normalize():f}",), "tax": (f"{own.tax.normalize():f}",), "lines": own.lines,
        }
    )  # fmt: skip


def meant_by(typed: Typed, own: Invoice, now: int) -> tuple[Meant | None, dict[str, str]]:
    """What is typed, and what is wrong: field → why; with anything wrong there is nothing meant."""
    wrong: dict[str, str] = {}
    if not (project := typed.one("project").strip()):
        wrong["project"] = "name a project"
    field = "from" if typed.one("from") or typed.one("to") else "month"
    period = checked(wrong, field, lambda: _period(typed, own, now), (0, 0, ""))
    terms = _terms(typed, own, wrong)
    return (None if wrong or terms is None else Meant(project, *period, terms)), wrong


def _period(typed: Typed, own: Invoice, now: int) -> tuple[int, int, str]:
    month, first, last = (typed.one(name).strip() for name in ("month", "from", "to"))
    if first or last:
        if not (first and last):
            raise ValueError("give both the first day and the last, or a month alone")
        words = f"{first} to {last}"
    else:
        if not re.fullmatch(r"\d{4}-\d{2}", month, re.ASCII):
            raise ValueError("expected a month, such as 2026-11")
        first = last = words = month
    found = between(first, last, now, configured.zone(own))
    assert found.since is not None
    assert found.until is not None
    return found.since, found.until, words


def _terms(typed: Typed, own: Invoice, wrong: dict[str, str]) -> Terms | None:
    said: dict[str, Any] = {name: typed.one(name).strip() for name in ("rate", "markup", "tax")}
    said["currency"] = typed.one("currency").strip().upper()
    said["lines"] = [name for name in BY if name in typed.all("lines")]
    try:
        return configured.terms(own, said)
    except ValidationError as fault:
        for error in fault.errors():
            name = str(error["loc"][0])
            wrong.setdefault(name, _EXPECTED.get(name, str(error["msg"])))
        return None
