"""The places that speak for a request."""

from dataclasses import dataclass

from franking.attribution.values import Place

__all__ = ["Whereabouts"]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The caller's directory, and the sidecar's ``--project-dir``; None where there is none."""

    caller: Place | None = None
    sidecar: Place | None = None
