"""The configuration's ``[[reports]]``: monthly reports that are sent by themselves."""

from collections.abc import Collection
from typing import Literal

from pydantic import Field, field_validator

from franking.settings_section import Section

__all__ = ["Report", "checked"]


class Report(Section):
    """Sent once a month to each of its channels, which are names of ``[[alerts]]``.

    name: what it is remembered by; under another name it is another report. projects: left out, it is everything
    together, every project with requests, and what is unattributed, which ``""`` names. day: when it is due, of the
    month after.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    channels: tuple[str, ...] = Field(min_length=1)
    projects: tuple[str, ...] = ()
    format: Literal["html", "pdf"] = "html"
    day: int = Field(default=1, ge=1, le=28)

    @field_validator("channels", "projects")
    @classmethod
    def _different(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            raise ValueError("a name stands twice")
        return names


def checked(reports: tuple[Report, ...], channels: Collection[str]) -> tuple[Report, ...]:
    """The reports, told apart by their names, each of whose channels there is. Raises ValueError."""
    if len({report.name for report in reports}) < len(reports):
        raise ValueError("two reports have the same name")
    for report in reports:
        for channel in report.channels:
            if channel not in channels:
                raise ValueError(f"the report {report.name} goes to {channel!r}, a name that no [[alerts]] has")
    return reports
