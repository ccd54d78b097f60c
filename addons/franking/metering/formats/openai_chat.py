"""openai-chat, and its kin openai-completions (with fill in the middle) and openai-embeddings.

Usage stands in the last chunk (``choices: []``) or in the body. ``prompt_tokens`` includes the cached ones,
``completion_tokens`` the reasoning; where a provider keeps reasoning outside (its own total says so) it is added.
OpenRouter and Kilo add ``usage.cost`` (dollars), ``is_byok``, ``cost_details`` and a top-level ``provider``.
"""

from dataclasses import replace
from typing import Any

import msgspec

from franking.metering.errors import read_error
from franking.metering.formats.format import Format, says
from franking.metering.formats.openai import costs, known, named, tokens
from franking.metering.parts import Parts, count, load, table, text
from franking.metering.values import Usage

__all__ = ["CHAT", "COMPLETIONS", "EMBEDDINGS", "read"]


class _Choice(msgspec.Struct):
    finish_reason: str | None = None


_CHOICES = msgspec.json.Decoder(list[_Choice])


def read(usage: Usage, parts: Parts) -> Usage:
    """One chunk, or the whole answer."""
    changes = named(parts)
    if "choices" in parts and (reason := _finish_reason(parts["choices"])):
        changes["finish_reason"] = reason
    if "usage" in parts and (numbers := table(load(parts["usage"]))):
        changes |= _tokens(numbers) | costs(numbers)
    if "error" in parts:
        changes |= read_error(parts)
    return replace(usage, **changes) if changes else usage


def _finish_reason(raw: Any) -> str | None:
    try:
        reasons = [choice.finish_reason for choice in _CHOICES.decode(raw)]
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return text(next(filter(None, reasons), None), 100)


def _tokens(numbers: dict[str, Any]) -> dict[str, Any]:
    found = tokens(numbers, "prompt", "completion")
    if found["cache_read_tokens"] is None:
        # DeepSeek's, Moonshot's and LiteLLM's own names for it.
        other = ("prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens")
        found["cache_read_tokens"] = next((n for key in other if (n := count(numbers.get(key))) is not None), None)
    if found["cache_write_tokens"] is None:
        found["cache_write_tokens"] = count(numbers.get("cache_creation_input_tokens"))
    seen, said, thought = found["input_tokens"], found["output_tokens"], found["reasoning_tokens"]
    if (
        seen is not None
        and said is not None
        and thought
        and count(numbers.get("total_tokens")) == seen + said + thought
    ):
        found["output_tokens"] = said + thought
    return known(found)


def _read_embeddings(usage: Usage, parts: Parts) -> Usage:
    """As chat; an embedding has no output, even where a provider writes ``completion_tokens: 0``."""
    return replace(read(usage, parts), output_tokens=None)


def _worth(data: bytes) -> bool:
    return says(data, b'"usage"') or says(data, b'"finish_reason"') or says(data, b'"error"')


_KEYS = {
    "id": 1024, "model": 1024, "provider": 1024, "service_tier": 256,
    "usage": 65536, "error": 65536, "choices": 262144, "message": 65536, "detail": 65536, "type": 256,
}  # fmt: skip

CHAT = Format(read=read, worth=_worth, keys=_KEYS, done=b"[DONE]")
COMPLETIONS = CHAT
EMBEDDINGS = Format(read=_read_embeddings, worth=_worth, keys=_KEYS, done=b"[DONE]")
