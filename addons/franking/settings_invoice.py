"""The configuration's ``[invoice]``: what ``frank invoice`` writes."""

import re
from decimal import Decimal
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator

from franking.settings_section import Place, Section

__all__ = ["Invoice"]


class Invoice(Section):
    """What invoices say. rate: units of the currency for one US dollar. markup, tax: percent.

    sender: name and address, a line each. lines: what lines are told apart by. zone: of its days, None is this
    machine's. fonts: TrueType files for letters that the shipped font does not have.
    """

    sender: str
    sender_tax_id: str
    series: str
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rate: Decimal = Field(gt=0, le=1_000_000, max_digits=18, allow_inf_nan=False)
    markup: Decimal = Field(ge=-100, le=10_000, max_digits=18, allow_inf_nan=False)
    tax: Decimal = Field(ge=0, le=100, max_digits=18, allow_inf_nan=False)
    lines: tuple[Literal["day", "client", "model", "feature", "user", "branch", "session", "gateway"], ...]
    zone: str | None = None
    fonts: tuple[Place, ...]

    @field_validator("series")
    @classmethod
    def _series(cls, series: str) -> str:
        rest = re.sub(r"\{number(:0\d)?\}", "", series, count=1)
        if rest == series or not re.fullmatch(r"[\w.\-/ ]{0,40}", re.sub(r"\{(year|month)\}", "", rest)):
            raise ValueError("expected letters, digits and -./ around one {number} or {number:04}; {year}, {month}")
        return series

    @field_validator("zone")
    @classmethod
    def _zone(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in available_timezones():
            raise ValueError("expected a time zone, such as Europe/Berlin")
        return zone

    @field_validator("lines")
    @classmethod
    def _lines(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        if not 1 <= len(lines) <= 4 or len(set(lines)) != len(lines):
            raise ValueError("expected one to four different ones")
        return lines
