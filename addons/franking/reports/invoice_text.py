"""An invoice as CSV: a line each, and the sums after them. Pure."""

import csv
import io

from franking.reports.invoices import Invoice
from franking.words import harmless

__all__ = ["as_csv"]


def as_csv(invoice: Invoice) -> str:
    """Columns: what lines are told apart by, late, requests, tokens, provider_cost (USD), amount (its currency)."""
    target = io.StringIO()
    writer = csv.writer(target)
    names = invoice.terms.by
    writer.writerow(
        ["invoice", *names, "late", "requests", "input_tokens", "output_tokens", "provider_cost", "amount", "currency"]
    )
    currency = invoice.terms.currency
    number = harmless(invoice.number or "draft")
    for line in invoice.lines:
        writer.writerow(
            [
                number, *(harmless(value) for value in line.key), "yes" if line.late else "", line.requests,
                line.input_tokens, line.output_tokens, line.provider_cost, line.amount, currency,
            ]
        )  # fmt: skip
    blank = [""] * (len(names) - 1)
    sums = (
        ("net", invoice.requests, invoice.provider_cost, invoice.net),
        ("tax", "", "", invoice.tax),
        ("total", "", "", invoice.total),
    )
    for label, requests, cost, amount in sums:
        writer.writerow([number, label, *blank, "", requests, "", "", cost, amount, currency])
    return target.getvalue()
