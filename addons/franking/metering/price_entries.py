"""Which entry of the price list (genai-prices) is a model's. Pure.

Only exact ids count, and those which differ from one by a date (``-20250929``, ``-2024-08-06``, ``@20250929``,
``-001``, ``-latest``): the list's own matching goes by parts of names too, and would price ``claude-sonnet-4-5-foo``.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

__all__ = ["find"]

_ROUTING = (":beta", ":thinking", ":online", ":nitro", ":floor")
_DATED = re.compile(r"(?:[-@]\d{8}|-\d{4}-\d\d-\d\d|-\d\d-\d{4}|-\d\d-\d\d|-0\d\d|[-@]latest|@default)$")


def find(providers: Mapping[str, "Provider"], name: str, model: str) -> "ModelInfo | None":
    """The entry of this very model (lower case) with the provider of that name, or with one whose models it resells."""
    provider = providers.get(name)
    if provider is None:  # a fetched list need not have everybody
        return None
    others = [providers[other] for other in provider.fallback_model_providers or () if other in providers]
    for candidate in _spellings(model):
        for place in (provider, *others):
            found = place.find_model(candidate)
            if found is not None and _is(found, candidate):
                return found
    return None


def _spellings(model: str) -> Iterator[str]:
    """The id as it came, then without what only says how it is routed."""
    model = model.removeprefix("models/")
    yield model
    while any(model.endswith(suffix) for suffix in _ROUTING):
        model = model.rpartition(":")[0]
        yield model


def _is(found: "ModelInfo", model: str) -> bool:
    """Whether the entry names this very model, or it and a date."""
    names = {found.id.lower(), *_names(found.match)}
    return model in names or _DATED.sub("", model) in names or bool(_compact_date(model) & names)


def _compact_date(model: str) -> set[str]:
    """``-20240806`` as ``-2024-08-06``."""
    return {re.sub(r"-(\d{4})(\d\d)(\d\d)$", r"-\1-\2-\3", model)}


def _names(clause: Any) -> Iterator[str]:
    for part in getattr(clause, "or_", None) or getattr(clause, "and_", None) or ():
        yield from _names(part)
    for kind in ("equals", "starts_with", "ends_with", "contains"):
        if name := getattr(clause, kind, None):
            yield name.lower()
