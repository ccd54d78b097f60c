"""What a row must hold for a request that the fake gateway answered: its own accounts, as the ledger counts them."""

from collections.abc import Mapping
from typing import Any

from franking.demo.providers.figures import figures

__all__ = ["KNOWN", "counts"]

KNOWN: Mapping[str, tuple[str, ...]] = {
    "charged": ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens", "cost"),
    "openai-chat": ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens"),
    "openai-responses": ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens"),
    "openai-completions": ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens"),
    "openai-embeddings": ("input_tokens",),
    "anthropic-messages": ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"),
    "gemini-generate": ("input_tokens", "output_tokens", "cache_read_tokens", "reasoning_tokens"),
}
"""The figures that each format tells; ``charged`` is openai-chat at Kilo or OpenRouter."""


def counts(kind: str, body: bytes) -> dict[str, Any]:
    """Column → value, for a request with this body."""
    told = figures(body)
    columns = {
        "input_tokens": told.input,
        "output_tokens": told.output,
        "cache_read_tokens": told.cache_read,
        "cache_write_tokens": told.cache_write,
        "reasoning_tokens": told.reasoning,
        "cost": told.cost,
    }
    return {name: columns[name] for name in KNOWN[kind]}
