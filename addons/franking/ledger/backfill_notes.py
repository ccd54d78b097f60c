"""What ``frank backfill`` writes into a row's ``provenance``, and takes out again to the last character. Pure.

``"backfill": [{"field", "source", "value", "where", "at"}]`` stands at the end of attribution's part. ``at`` names the
run by its beginning, which no other has, on whatever machine; ``where`` is what the row shares with the neighbours that
the value is from. Which request that was, ``backfilled`` tells: it is a row's own, while provenance is shared by many.
"""

from collections.abc import Sequence

import msgspec

from franking.ledger.backfill_facts import Inference
from franking.ledger.backfill_rules import Field

__all__ = ["Note", "noted", "notes", "without"]

_KEY = '"backfill":['


class Note(msgspec.Struct, frozen=True):
    """A value that was filled in. at: when its run began, microseconds UTC."""

    field: Field
    source: str
    value: str
    where: str
    at: int

    @classmethod
    def of(cls, field: Field, found: Inference, at: int) -> "Note":
        """The note of an inference."""
        return cls(field, found.source, found.value, found.where, at)


class _Notes(msgspec.Struct, frozen=True):
    backfill: tuple[Note, ...] = ()


def notes(provenance: str | None) -> tuple[Note, ...]:
    """The notes of a row's provenance; empty where there are none that can be read."""
    if not provenance or _KEY not in provenance:
        return ()
    try:
        return msgspec.json.decode(provenance, type=_Notes).backfill
    except (msgspec.DecodeError, UnicodeError):
        return ()


def noted(provenance: str | None, further: Sequence[Note]) -> str | None:
    """Attribution's part with further notes; as it is where it is no object.

    >>> noted('{"tags":["a"]}', [Note("project", "backfill:x", "p", "client c", 5)])
    '{"tags":["a"],"backfill":[{"field":"project","source":"backfill:x","value":"p","where":"client c","at":5}]}'
    """
    if provenance is None or not (provenance.startswith("{") and provenance.endswith("}")):
        return provenance
    head, known = _parted(provenance)
    return _joined(head, (*known, *further))


def without(provenance: str | None, at: int) -> str | None:
    """Attribution's part as it was before the run that began at that time."""
    if provenance is None or not (known := notes(provenance)):
        return provenance
    head, _ = _parted(provenance)
    return _joined(head, tuple(note for note in known if note.at != at))


def _parted(provenance: str) -> tuple[str, tuple[Note, ...]]:
    """What stands before the notes, without the closing brace; and the notes."""
    known = notes(provenance)
    head = provenance[: provenance.rindex(_KEY)] if known else provenance[:-1]
    return head.removesuffix(","), known


def _joined(head: str, known: Sequence[Note]) -> str:
    if not known:
        return f"{head}}}"
    told = msgspec.json.encode(_Notes(tuple(known))).decode()
    return f"{head}{'' if head == '{' else ','}{told[1:]}"
