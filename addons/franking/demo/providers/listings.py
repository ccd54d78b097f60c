"""What coding agents ask a provider for besides answers: its models, and how many tokens a request would count."""

from typing import Any

from franking.demo.providers.figures import encode, figures

__all__ = ["counted", "models"]

CREATED, WINDOW, MOST_OUTPUT = 1_760_000_000, 200_000, 32_000
NAMES = {
    "api.anthropic.com": ("claude-sonnet-4-5", "claude-haiku-4-5"),
    "api.openai.com": ("gpt-5", "gpt-5-mini"),
    "generativelanguage.googleapis.com": ("gemini-2.5-pro", "gemini-2.5-flash"),
}
ELSEWHERE = ("anthropic/claude-sonnet-4.5", "openai/gpt-5", "kilo/auto", "kilo-auto/free")


def models(host: str) -> bytes:
    """The models that the provider of that name lists, in its own form; every other host as OpenRouter does."""
    names = NAMES.get(host, ELSEWHERE)
    if host == "generativelanguage.googleapis.com":
        methods = ["generateContent", "streamGenerateContent", "countTokens"]
        listed = [{"name": f"models/{name}", "supportedGenerationMethods": methods} for name in names]
        return encode({"models": listed})
    if host == "api.anthropic.com":
        entries = [{"type": "model", "id": name, "display_name": name, "created_at": "2025-10-01"} for name in names]
        return encode({"data": entries, "has_more": False, "first_id": names[0], "last_id": names[-1]})
    return encode({"object": "list", "data": [_entry(name) for name in names]})


def counted(body: bytes, action: str) -> bytes:
    """The number of input tokens, as ``count_tokens`` and ``input_tokens`` say it, or as ``countTokens`` does."""
    return encode({"totalTokens" if action == "countTokens" else "input_tokens": figures(body).input})


def _entry(name: str) -> dict[str, Any]:
    """OpenAI's four fields, and OpenRouter's beside them, which its clients demand."""
    return {
        "id": name,
        "object": "model",
        "created": CREATED,
        "owned_by": "demo",
        "name": name,
        "context_length": WINDOW,
        "architecture": {"input_modalities": ["text"], "output_modalities": ["text"], "tokenizer": "Other"},
        "top_provider": {"context_length": WINDOW, "max_completion_tokens": MOST_OUTPUT, "is_moderated": False},
        "pricing": {"prompt": "0.0000025", "completion": "0.00001"},
        "supported_parameters": ["max_tokens", "reasoning", "temperature", "tools"],
    }
