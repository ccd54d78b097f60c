"""What OpenAI's formats have in common: the answer's names, the shape of its usage, and what gateways add to it."""

from typing import Any

from franking.metering.parts import Parts, count, load, nano, table, text

__all__ = ["costs", "known", "named", "tokens"]

_NAMES = {"id": "message_id", "model": "model", "provider": "inference_provider", "service_tier": "service_tier"}


def named(parts: Parts) -> dict[str, Any]:
    """Usage's fields that the answer names at its top: its id, model, provider and service tier."""
    texts = ((field, text(load(parts[key]))) for key, field in _NAMES.items() if key in parts)
    return {field: value for field, value in texts if value}


def tokens(numbers: dict[str, Any], given: str, made: str) -> dict[str, int | None]:
    """Usage's counts. given, made: what this format calls input and output, as in ``prompt_tokens_details``."""
    of_input, of_output = table(numbers.get(f"{given}_tokens_details")), table(numbers.get(f"{made}_tokens_details"))
    return {
        "input_tokens": count(numbers.get(f"{given}_tokens")),
        "output_tokens": count(numbers.get(f"{made}_tokens")),
        "cache_read_tokens": count(of_input.get("cached_tokens")),
        "cache_write_tokens": count(of_input.get("cache_write_tokens")),
        "reasoning_tokens": count(of_output.get("reasoning_tokens")),
        "audio_input_tokens": count(of_input.get("audio_tokens")),
        "audio_output_tokens": count(of_output.get("audio_tokens")),
        "image_input_tokens": count(of_input.get("image_tokens")),
        "image_output_tokens": count(of_output.get("image_tokens")),
    }


def known(found: dict[str, int | None]) -> dict[str, Any]:
    """Only what is known: a later event that does not say takes nothing back."""
    return {field: value for field, value in found.items() if value is not None}


def costs(numbers: dict[str, Any]) -> dict[str, Any]:
    """What the gateway says it charged. Under BYOK its ``cost`` is a fee, and the upstream's bill stands beside it."""
    found: dict[str, Any] = {}
    cost = numbers.get("cost")
    if (reported := nano(table(cost).get("total_cost") if isinstance(cost, dict) else cost)) is not None:
        found["reported_cost"] = reported
    if isinstance(byok := numbers.get("is_byok"), bool):
        found["is_byok"] = byok
    if byok is True:
        upstream = nano(table(numbers.get("cost_details")).get("upstream_inference_cost"))
        if upstream is not None:
            found["upstream_cost"] = upstream
    return found
