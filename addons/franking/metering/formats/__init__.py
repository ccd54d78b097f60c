"""The wire formats, one small parser each: wire format → Format."""

from collections.abc import Mapping

from franking.metering.formats.anthropic_messages import MESSAGES
from franking.metering.formats.format import Format
from franking.metering.formats.gemini_generate import GENERATE
from franking.metering.formats.openai_chat import CHAT, COMPLETIONS, EMBEDDINGS
from franking.metering.formats.openai_responses import RESPONSES

__all__ = ["PARSERS", "Format"]

PARSERS: Mapping[str, Format] = {
    "openai-chat": CHAT,
    "openai-completions": COMPLETIONS,
    "openai-embeddings": EMBEDDINGS,
    "openai-responses": RESPONSES,
    "anthropic-messages": MESSAGES,
    "gemini-generate": GENERATE,
}
