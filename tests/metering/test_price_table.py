"""The packaged list: the same nano-dollars as its own calculation, for every model; and no look-alike has a price."""

import os
import random
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, cast

import pytest
from genai_prices import Usage as ListUsage
from genai_prices.data_snapshot import get_snapshot

from franking.metering.price_table import PriceTable
from franking.metering.values import Usage

NOW = 1_795_300_000_000_000
LONG_AGO = 1_735_700_000_000_000
TABLE = PriceTable()
FIELDS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "cache_write_1h_tokens": "cache_write_1h_tokens",
    "reasoning_tokens": "output_reasoning_tokens",
    "audio_input_tokens": "input_audio_tokens",
    "audio_output_tokens": "output_audio_tokens",
    "image_input_tokens": "input_image_tokens",
    "image_output_tokens": "output_image_tokens",
    "audio_cache_read_tokens": "cache_audio_read_tokens",
    "image_cache_read_tokens": "cache_image_read_tokens",
    "web_searches": "web_searches",
}


def some_usage(dice: random.Random, scale: int) -> dict[str, int]:
    """Counts whose parts fit into their wholes."""
    parts = {field: dice.randrange(scale) for field in FIELDS}
    parts["cache_write_1h_tokens"] = dice.randrange(parts["cache_write_tokens"] + 1)
    parts["audio_cache_read_tokens"] = dice.randrange(parts["audio_input_tokens"] // 3 + 1)
    parts["image_cache_read_tokens"] = dice.randrange(parts["image_input_tokens"] // 3 + 1)
    parts["cache_read_tokens"] += parts["audio_cache_read_tokens"] + parts["image_cache_read_tokens"]
    whole = ("cache_read_tokens", "cache_write_tokens", "audio_input_tokens", "image_input_tokens")
    parts["input_tokens"] += sum(parts[field] for field in whole)
    parts["output_tokens"] += parts["reasoning_tokens"] + parts["audio_output_tokens"] + parts["image_output_tokens"]
    return parts


@pytest.mark.parametrize("tier", [None, "priority", "flex", "batch", "fast", "default"])
@pytest.mark.parametrize("when", [NOW, LONG_AGO, NOW + 39_600_000_000])
@pytest.mark.parametrize(("gateway", "name"), [
    ("openai", "openai"), ("anthropic", "anthropic"), ("gemini", "google"), ("openrouter", "openrouter"),
    ("deepseek", "deepseek"), ("mistral", "mistral"), ("groq", "groq"), ("x-ai", "x-ai"),
    ("perplexity", "perplexity"),
])  # fmt: skip
def test_every_price_is_the_lists_own(gateway: str, name: str, when: int, tier: str | None) -> None:
    dice = random.Random(f"{gateway} {when} {tier}")
    provider = next(one for one in get_snapshot().providers if one.id == name)
    moment = datetime.fromtimestamp(when // 1_000_000, UTC)
    context = {"service_tier": tier, "processing": tier, "speed": tier} if tier else None
    priced = 0
    everything = os.environ.get("FRANKING_LONG") == "1" or len(provider.models) <= 60
    for model in provider.models if everything else dice.sample(provider.models, 60):
        if provider.find_model(model.id) is not model:
            continue
        found = TABLE.find(gateway, "openai-chat", model.id, tier, when)
        if found.rates is None:
            assert not plain(model, moment), model.id
            continue
        for scale in (1000, 150_000):
            counts = some_usage(dice, scale)
            listed: Any = ListUsage(**{FIELDS[field]: number for field, number in counts.items()})
            price = model.calc_price(
                listed, provider, genai_request_timestamp=moment, price_context=context
            ).total_price
            expected = int((price * 10**9).quantize(Decimal(1), ROUND_HALF_EVEN))
            assert found.rates.cost(Usage(**cast("dict[str, Any]", counts))) == expected, (model.id, counts)
        priced += 1
    assert priced >= 4


def plain(model: Any, moment: datetime) -> bool:
    """Whether the model is charged by the token alone, and not for nothing."""
    keys = vars(model.get_prices(moment)).keys()
    return bool(keys) and all(key.endswith("mtok") for key in keys) and "output_citation_mtok" not in keys


@pytest.mark.parametrize(
    ("gateway", "model", "entry"),
    [
        ("openai", "gpt-4o", "openai/gpt-4o"),
        ("openai", "GPT-4o", "openai/gpt-4o"),
        ("openai", "gpt-4o-2024-08-06", "openai/gpt-4o"),
        ("openai", "gpt-4o-20240806", "openai/gpt-4o"),
        ("anthropic", "claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("anthropic", "claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4-5"),
        ("anthropic", "claude-sonnet-4-20250514", "anthropic/claude-sonnet-4-0"),
        ("anthropic", "claude-opus-4-1-20250805", "anthropic/claude-opus-4-1"),
        ("gemini", "gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("gemini", "models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("gemini", "gemini-2.0-flash-001", "google/gemini-2.0-flash"),
        ("gemini", "claude-sonnet-4-5@20250929", "google/claude-sonnet-4-5"),
        ("kilo", "openai/gpt-4o", "openrouter/openai/gpt-4o"),
        ("kilo", "anthropic/claude-sonnet-4.5:beta", "openrouter/anthropic/claude-sonnet-4.5"),
        ("openrouter", "openai/gpt-4o:online", "openrouter/openai/gpt-4o"),
        ("openrouter", "openai/gpt-4o:nitro", "openrouter/openai/gpt-4o"),
        ("openrouter", "openai/gpt-4o:floor", "openrouter/openai/gpt-4o"),
        ("openrouter", "anthropic/claude-sonnet-4.5:thinking", "openrouter/anthropic/claude-sonnet-4.5"),
        ("openrouter", "anything/at-all:free", "openrouter/anything/at-all:free"),
        ("a-company", "openai/gpt-4o", "openrouter/openai/gpt-4o"),
        ("a-company", "gpt-4o", "openai/gpt-4o"),
        ("azure", "gpt-4o", "azure/gpt-4o"),
        # Look-alikes, each of which the list's own matching or a careless prefix would price:
        ("openai", "gpt-4o-foo", None),
        ("openai", "gpt-5-nano-foo", None),
        ("openai", "my-moderation-model", None),
        ("openai", "gpt-4o-2099-01-01", None),
        ("openai", "ft:gpt-4o-2024-08-06:acme::abc", None),
        ("anthropic", "claude-99", None),
        ("anthropic", "claude-2-foo", None),
        ("anthropic", "claude-sonnet-4-5-foo", None),
        ("anthropic", "claude-sonnet-4-50", None),
        ("anthropic", "claude-haiku-4-5-20251001-foo", None),
        ("gemini", "gemini-2.5-pro-foo", None),
        ("gemini", "my-gemini-1.5-flash", None),
        ("gemini", "gemini-2.0-flash-lite-foo", None),
        ("openrouter", "openai/gpt-4o-foo", None),
        ("openrouter", "openai/gpt-4o:extended-foo", None),
        ("openrouter", "gpt-4o:free-foo", None),
        ("openai", "gpt-4o:free", None),
        ("kilo", "kilo/auto", None),
        ("a-company", "llama3.2", None),
        ("openai", "whisper-1", None),
        ("mistral", "mistral-ocr-latest", None),
        ("openai", "", None),
    ],
)
def test_exact_names_only(gateway: str, model: str, entry: str | None) -> None:
    wire_format = {"anthropic": "anthropic-messages", "gemini": "gemini-generate"}.get(gateway, "openai-chat")
    found = TABLE.find(gateway, wire_format, model, None, NOW)
    assert (found.rates is None) == (entry is None)
    assert (found.label or "").partition(": ")[2] == (entry or "")


def test_the_price_of_the_day_and_of_the_hour() -> None:
    def cost(gateway: str, model: str, *when: int) -> int | None:
        moment = int(datetime(*when, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]
        rates = TABLE.find(gateway, "openai-chat", model, None, moment).rates
        assert rates is not None
        return rates.cost(Usage(input_tokens=1_000_000, output_tokens=0))

    assert cost("openai", "o3", 2025, 6, 9) == 10 * 10**9
    assert cost("openai", "o3", 2025, 6, 11) == 2 * 10**9
    assert cost("deepseek", "deepseek-chat", 2025, 5, 1, 12) == 270_000_000
    assert cost("deepseek", "deepseek-chat", 2025, 5, 1, 17) == 135_000_000


def test_many_names_are_not_all_remembered() -> None:
    table = PriceTable()
    for number in range(5000):
        table.find("openai", "openai-chat", f"made-up-{number}", None, NOW)
    assert max(len(value) for value in vars(table).values() if isinstance(value, dict)) <= 2048
