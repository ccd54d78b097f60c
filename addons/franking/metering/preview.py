"""The user's last words out of a request's body, read only where ``privacy.prompts`` allows. Pure; nothing raises."""

from typing import Any

import msgspec

from franking.metering.parts import Parts, load, table

__all__ = ["held", "last_words"]

_MOST = 1024 * 1024 - 65536
_WHERE = {
    "openai-chat": "messages",
    "anthropic-messages": "messages",
    "openai-responses": "input",
    "openai-embeddings": "input",
    "openai-completions": "prompt",
    "gemini-generate": "contents",
}
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


def held(wire_format: str) -> dict[str, int]:
    """The key that holds the words, with the longest value that is kept, in bytes."""
    return {_WHERE[wire_format]: _MOST} if wire_format in _WHERE else {}


def last_words(found: Parts, wire_format: str, longest: int) -> str | None:
    """The last user message's text in one line, at most ``longest`` characters; None where there is none."""
    raw = found.get(_WHERE.get(wire_format, ""))
    if raw is None:
        return None
    line = " ".join(_words(raw)[: 4 * longest + 4096].split())
    return line[:longest] or None


def _words(raw: Any) -> str:
    """A text; or, of a list, its last message from the user (of a list of texts, the last)."""
    try:
        entries = _LIST.decode(raw)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        value = load(raw)
        return value if isinstance(value, str) else _content(table(value).get("parts"))
    for entry in reversed(entries):
        value = load(entry)
        if isinstance(value, str):
            return value
        message = table(value)
        if message.get("role", "user") == "user":
            words = _content(message.get("content", message.get("parts", message.get("text"))))
            if words:
                return words
    return ""


def _content(value: Any) -> str:
    if isinstance(value, str):
        return value
    texts = [table(part).get("text") for part in (value if isinstance(value, list) else [])]
    return " ".join(words for words in texts if isinstance(words, str))
