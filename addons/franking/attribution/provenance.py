"""The ledger's ``provenance``: why a request is whose it is, as compact JSON. Pure, never raises.

``{"candidates": [{"field", "source", "value", "where", "outcome"}], "stamped": [[header, value]], "tags": […],
"faults": [{"where", "what"}], "notes": […]}``; what is empty is left out. Further keys may stand beside them.
"""

from collections.abc import Iterable

import msgspec

from franking.attribution.text import redact
from franking.attribution.values import Attribution, Candidate, Fault

__all__ = ["Provenance", "decode", "encode"]

LONGEST = 1024


class Provenance(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept. stamped: the headers that franking added, as sent."""

    candidates: tuple[Candidate, ...] = ()
    stamped: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


def encode(attribution: Attribution, stamps: Iterable[tuple[str, str]], notes: Iterable[str] = ()) -> str:
    """The JSON text of a request's provenance: an object, whatever it is made of."""
    kept = Provenance(
        candidates=attribution.candidates,
        stamped=tuple(stamps),
        tags=attribution.tags,
        faults=tuple(Fault(_fit(fault.where), _fit(fault.what)) for fault in attribution.faults),
        notes=tuple(_fit(note) for note in notes),
    )
    try:
        return msgspec.json.encode(kept).decode()
    except UnicodeEncodeError:  # a candidate that nobody made clean
        return "{}"


def decode(text: str | None) -> Provenance:
    """A row's provenance; an empty one where there is none that can be read."""
    try:
        return msgspec.json.decode(text or "{}", type=Provenance)
    except (msgspec.DecodeError, UnicodeError):
        return Provenance()


def _fit(text: str) -> str:
    """Paths and reasons, with bytes that were no UTF-8 shown as such, without secrets, bounded."""
    return redact(text[:LONGEST].encode("utf-8", "backslashreplace").decode())
