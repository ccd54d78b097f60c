"""What a request asked for (Asked), what its answer used (Usage), and what that cost (Cost).

Tokens are counts, money is integer nano-dollars (10^-9 USD), NULL (None) is "not known" and never 0.
"""

from dataclasses import dataclass
from typing import Any

__all__ = ["Asked", "Cost", "Usage", "from_counts", "unusual_counts"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Read from a request's body.

    streamed: what the body asks for; None where it does not say.
    preview: the user's last words, only where ``privacy.prompts`` allows.
    max_tokens: the output bound that the request names.
    unparsed: why the body could not be read, else None.
    told: what a WebSocket's message tells of its request as a header would: (name, value).
    """

    model: str | None = None
    streamed: bool | None = None
    max_tokens: int | None = None
    preview: str | None = None
    unparsed: str | None = None
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Read from an answer. ``input_tokens`` counts all input, cached too; ``output_tokens`` all output, reasoning too.

    cache_write_1h_tokens: the part of ``cache_write_tokens`` that is kept an hour (it has its own price).
    audio_cache_read_tokens, image_cache_read_tokens: the parts of ``cache_read_tokens`` in those modalities.
    web_searches: searches that the provider ran and bills by the piece.
    service_tier: as the answer names it (``priority``, ``flex``, ``batch`` …).
    iterations: where one answer was several rounds billed each for itself and the provider lists them: of each the
    input, the output, the cache read and the cache written. They are counted in the totals above.
    reported_cost: what the gateway says it charged, nano-dollars; ``upstream_cost``: BYOK, what the upstream charged.
    complete: the answer's own end was seen (``[DONE]``, ``message_stop``, a whole JSON body …).
    skipped_events: events too long to read.  unparsed: why (part of) the body could not be read, else None.
    error_type, error_message: the provider's own words, secrets removed.
    """

    model: str | None = None
    inference_provider: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    reasoning_tokens: int | None = None
    audio_input_tokens: int | None = None
    audio_output_tokens: int | None = None
    image_input_tokens: int | None = None
    image_output_tokens: int | None = None
    audio_cache_read_tokens: int | None = None
    image_cache_read_tokens: int | None = None
    web_searches: int | None = None
    service_tier: str | None = None
    iterations: tuple[tuple[int, int, int, int], ...] = ()
    reported_cost: int | None = None
    upstream_cost: int | None = None
    is_byok: bool | None = None
    message_id: str | None = None
    finish_reason: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    complete: bool = False
    skipped_events: int = 0
    unparsed: str | None = None


_UNUSUAL = (
    "cache_write_1h_tokens",
    "audio_input_tokens",
    "audio_output_tokens",
    "image_input_tokens",
    "image_output_tokens",
    "audio_cache_read_tokens",
    "image_cache_read_tokens",
    "web_searches",
    "service_tier",
    "iterations",
)


def unusual_counts(usage: Usage) -> dict[str, object] | None:
    """What has a price and no column of its own, by Usage's field; None for nearly every usage."""
    found = {name: value for name in _UNUSUAL if (value := getattr(usage, name))}
    return found or None


def from_counts(counts: object) -> dict[str, Any]:
    """The same the other way, of what a row has kept: Usage's fields, without what cannot be."""
    found: dict[str, Any] = {}
    for name, value in counts.items() if isinstance(counts, dict) else ():
        if name == "iterations" and isinstance(value, list):
            rounds = [one for one in value if isinstance(one, list) and [type(part) for part in one] == [int] * 4]
            found[name] = tuple((given, made, hit, kept) for given, made, hit, kept in rounds)
        elif name in _UNUSUAL and isinstance(value, str if name == "service_tier" else int):
            found[name] = value
    return found


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request cost, nano-dollars, and where the figure is from.

    cost_source: ``gateway``, ``price-table``, ``price-override`` or None.
    price: the price used, for people (``genai-prices 0.2.3: openai/gpt-4o``), None when none was.
    """

    cost: int | None = None
    cost_source: str | None = None
    reported_cost: int | None = None
    estimated_cost: int | None = None
    price: str | None = None
