"""An invoice as it would be issued now, and what to know before: the check list. Read-only."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from decimal import Decimal

from franking.projects import questions, store
from franking.projects.values import Project
from franking.reports import charging, issued
from franking.reports.invoices import Check, Invoice, Party, Terms, composed
from franking.words import local, money, plural

__all__ = ["Draft", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice without a number, and what is to be known about it."""

    invoice: Invoice
    checks: tuple[Check, ...]

    @property
    def stops(self) -> tuple[Check, ...]:
        """What keeps it from being issued."""
        return tuple(check for check in self.checks if check.kind == "stop")


def draft(
    ledger: sqlite3.Connection,
    name: str,
    period: charging.Interval,
    words: str,
    terms: Terms,
    sender: Party,
    now: int,
    zone: tzinfo | None = None,
) -> Draft:
    """What the project's client owes for the period. Raises ProjectsError: there is no such project.

    terms: a project's ``billing_rate``, a factor on the provider's cost, stands before their markup.
    """
    names = questions.names(ledger)
    project = questions.named(ledger, name, names)
    if project.billing_rate is not None:
        terms = replace(terms, markup=(project.billing_rate - 1) * Decimal(100))
    before = [one for one in issued.listed(ledger) if names.resolved(one.project) == project.name]
    late = charging.intervals([(one.since, one.until) for one in before], period)
    found = charging.charges(ledger, names, project.name, period, late, terms.by, zone)
    client, reference, known = _client(ledger, project)
    invoice = composed(
        found, terms, number=None, project=project.name, title=project.title, since=period[0], until=period[1],
        period=words, issued=f"{datetime.fromtimestamp(now // 1_000_000, zone):%Y-%m-%d}", sender=sender,
        client=client, reference=reference,
        late_of=tuple(one.number for one in before) if any(charge.late for charge in found) else (),
    )  # fmt: skip
    state = charging.counts(ledger, names, project.name, period)
    covered = _within(period, [(one.since, one.until) for one in before])
    checks = [
        *_stops(
            project, invoice, covered, [one.number for one in before if one.since < period[1] and period[0] < one.until]
        ),
        *_notes(invoice, state, sender, known, now, zone),
    ]
    return Draft(invoice, tuple(checks))


def _within(period: charging.Interval, before: list[charging.Interval]) -> bool:
    """Is every moment of the period in one that was invoiced?"""
    together = charging.intervals(before, (0, 0))
    return any(first <= period[0] and period[1] <= end for first, end in together)


def _client(ledger: sqlite3.Connection, project: Project) -> tuple[Party, str, bool]:
    """Whom it is for, their reference, and whether that was said: the project's metadata, then its organization's."""
    held = {key: value for key, value in project.metadata.items() if isinstance(value, str)}
    title = project.title
    if project.organization is not None:
        owner = next((one for one in store.organizations(ledger) if one.name == project.organization), None)
        if owner is not None:
            held = {key: value for key, value in owner.metadata.items() if isinstance(value, str)} | held
            title = owner.title
    name = held.get("client_name", title)
    party = Party(name, held.get("client_address", ""), held.get("tax_id", ""))
    return party, held.get("cost_center", ""), "client_name" in held and "client_address" in held


def _stops(project: Project, invoice: Invoice, covered: bool, before: list[str]) -> Iterator[Check]:
    if not project.billable:
        said = f"frank projects edit {project.name} --set billable=yes"
        yield Check("stop", f"the project {project.name} is not billable; `{said}` makes it so")
    if covered:
        came = f"; for the next one: {plural(invoice.requests, 'request')} that came later" if invoice.requests else ""
        yield Check("stop", f"this period is invoiced already ({', '.join(before)}){came}")
    elif not invoice.lines:
        yield Check("stop", "there is nothing to charge")


def _notes(
    invoice: Invoice, state: charging.State, sender: Party, known: bool, now: int, zone: tzinfo | None
) -> Iterator[Check]:
    late = [line for line in invoice.lines if line.late]
    if late:
        said = plural(sum(line.requests for line in late), "request")
        cost = money(int(sum((line.provider_cost for line in late), Decimal(0)).scaleb(9)))
        yield Check("note", f"on it, too: {said} ({cost}) that came after {', '.join(invoice.late_of)}")
    if invoice.until > now:
        when = local(invoice.until, zone, "%Y-%m-%d %H:%M")
        yield Check("note", f"the period ends on {when}; what comes until then goes to the next invoice")
    if state.unpriced:
        said = plural(state.unpriced, "request")
        yield Check("note", f"not on it: {said} that ended well without a known price; see `frank reprice`")
    if state.no_usage:
        yield Check("note", f"{plural(state.no_usage, 'request')} told no tokens")
    if state.running:
        yield Check("note", f"not on it, but on the next invoice: {plural(state.running, 'request')} under way")
    if state.totals:
        said = f"of {plural(state.totals, 'request')} ({money(state.totals_cost)}) only totals are known"
        yield Check("note", f"{said} (imported, or dropped by frank prune): not on it")
    if not sender.name:
        yield Check("note", "it has no sender: set invoice.sender in the configuration")
    if not known:
        said = f"frank projects edit {invoice.project} --set client_name=… --set client_address=…"
        yield Check("note", f"the client's name or address is not set; `{said}`")
