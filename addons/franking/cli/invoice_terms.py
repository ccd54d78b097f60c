"""What an invoice is made by, as the options say it: its terms and its period."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from franking.reports.invoices import Terms
    from franking.settings import Settings

__all__ = ["period", "terms"]


def terms(
    settings: "Settings", lines: str | None, currency: str | None, rate: str | None, markup: str | None, tax: str | None
) -> "Terms":
    """The configuration's, with what the options say, checked alike."""
    from pydantic import ValidationError

    from franking.reports import configured

    said = {"currency": currency, "rate": rate, "markup": markup, "tax": tax,
            "lines": None if lines is None else [part.strip() for part in lines.split(",")]}  # fmt: skip
    try:
        return configured.terms(settings.invoice, {key: value for key, value in said.items() if value is not None})
    except ValidationError as fault:
        error = fault.errors()[0]
        text = str(error["msg"]).removeprefix("Value error, ")
        raise typer.BadParameter(text, param_hint=f"--{error['loc'][0]}") from None


def period(settings: "Settings", month: str | None, since: str | None, until: str | None) -> tuple[int, int, str]:
    """Since, until (microseconds UTC), and the period for people. Wrong ones are wrong usage."""
    import re

    from franking.cli import selection
    from franking.reports import configured

    if month is not None and (since or until):
        raise typer.BadParameter("it cannot be combined with --since or --until", param_hint="--month")
    if month is not None and not re.fullmatch(r"\d{4}-\d{2}", month):
        raise typer.BadParameter("expected a month, such as 2026-11", param_hint="--month")
    if month is None and not (since and until):
        raise typer.BadParameter("name both --since and --until, or a month", param_hint="--since/--until")
    found = selection.period(None, month or since, month or until, configured.zone(settings.invoice))
    assert found.since is not None
    assert found.until is not None
    return found.since, found.until, month or f"{since} to {until}"
