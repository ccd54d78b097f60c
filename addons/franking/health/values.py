"""Finding: what one check found, in words for people."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Verdict"]

Verdict = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """name: what was looked at.  says: one sentence.  todo: what to do about it, None where nothing is to be done.

    ``fail``: something is broken. ``warn``: it works, but not as well as it could, or could not be tried.
    """

    name: str
    verdict: Verdict
    says: str
    todo: str | None = None
