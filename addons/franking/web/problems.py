"""Why a program gets no answer: ``Problem``, the one shape of every fault below ``/api/`` and on ``/metrics``."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

__all__ = ["PROGRAMS", "Problem", "problem"]

PROGRAMS = ("/api/", "/metrics")
"""Paths that programs ask; people get pages."""


class Problem(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why there is no answer (RFC 9457)."""

    title: str
    status: int
    detail: Annotated[str, Meta(description="Whose fault it is, and what to do.")]
    parameter: Annotated[str | None, Meta(description="The parameter that is wrong.")] = None


def problem(status: int, title: str, detail: str, parameter: str | None = None) -> Response:
    """An answer that says why there is none."""
    told = Problem(title=title, status=status, detail=detail, parameter=parameter)
    return Response(msgspec.json.encode(told), status, media_type="application/problem+json")
