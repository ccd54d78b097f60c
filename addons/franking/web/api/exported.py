"""Requests as a file, streamed: what ``frank export`` writes for the same filters."""

from dataclasses import dataclass

from starlette.responses import Response

from franking.ledger.filters import DIMENSIONS, Filters
from franking.reports.parquet import MissingError
from franking.web.api import common
from franking.web.api.endpoint import Endpoint, Question
from franking.web.api.parameters import choice
from franking.web.export_formats import FORMATS, named
from franking.web.exporting import BusyError, Exporting, ForeignError
from franking.web.problems import problem

__all__ = ["ENDPOINTS"]


@dataclass(frozen=True, slots=True)
class _File(Endpoint):
    """Its answer is a file. ask: gives which requests, as what, under which name."""

    async def answered(self, question: Question) -> Response:
        """The file; without requests too."""
        meant, form, name = self.ask(question)

        async def refused(fault: Exception) -> Response:
            return self.refused(fault)

        return Exporting(question.site.ledger, meant, form, name, refused, empty=True)

    def refused(self, fault: Exception) -> Response:
        """Why there is no file."""
        if isinstance(fault, BusyError):
            told = problem(503, "Too many exports at a time", str(fault))
            told.headers["Retry-After"] = "30"
            return told
        if isinstance(fault, ForeignError):
            return problem(403, "Refused", str(fault))
        if isinstance(fault, MissingError):
            return problem(503, "Parquet cannot be written", str(fault))
        return Endpoint.refused(self, fault)


def _file(question: Question) -> tuple[Filters, str, str]:
    values = question.values
    meant = common.filters(values, DIMENSIONS, common.period(values, question.now))
    return meant, values["format"], named(values["format"], meant, common.zone(values), question.now)


ENDPOINTS = (
    _File(
        "/export", "export", "Requests that have ended, as a file: a line each, from the oldest on", str, _file,
        (
            choice("format", "How it is written.", FORMATS, default="csv"),
            *common.spans(), *common.dimensions(DIMENSIONS),
        ),
        media=tuple(dict.fromkeys(form.media for form in FORMATS.values())),
    ),
)  # fmt: skip
