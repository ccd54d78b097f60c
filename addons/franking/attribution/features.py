"""The feature allow-list, and what becomes of a feature that somebody names.

The gateway trims and lower-cases a feature and checks it against its list (``config/features.toml``). What is
outside is NULL there, and here, where the rejected value is kept beside it. ``unknown`` is on our list whatever the
configuration says: it marks a forgotten variable and has to stay visible.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from franking import paths
from franking.attribution.text import clean
from franking.settings import Settings

__all__ = ["UNKNOWN", "Feature", "Features"]

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of the list. meaning: what it is for.  set_by: how it is expected to be set. Empty if not known."""

    name: str
    meaning: str = ""
    set_by: str = ""


@dataclass(frozen=True, slots=True)
class Features:
    """The allow-list: name → Feature, in the list's order."""

    listed: Mapping[str, Feature]

    @classmethod
    def load(cls, settings: Settings | None = None) -> "Features":
        """The shipped list, or the names that ``features.allowed`` puts in its place."""
        shipped = _shipped()
        allowed = settings.features.allowed if settings else None
        if allowed is None:
            return cls(shipped)
        names = dict.fromkeys([*(name.strip().lower() for name in allowed), UNKNOWN])
        return cls({name: shipped.get(name, Feature(name)) for name in names if name})

    def normalise(self, value: str) -> tuple[str | None, str | None]:
        """(what is stored, what is rejected) of a value that somebody sent; an empty one is neither.

        >>> Features.load().normalise(" CLI "), Features.load().normalise("Chat")
        (('cli', None), (None, 'Chat'))
        """
        name = value.strip().lower()
        if name in self.listed:
            return name, None
        return None, clean(value) or None


@cache
def _shipped() -> Mapping[str, Feature]:
    listed = tomllib.loads(paths.shipped("features.toml").read_text(encoding="utf-8"))["feature"]
    return {entry["name"]: Feature(**entry) for entry in listed}
