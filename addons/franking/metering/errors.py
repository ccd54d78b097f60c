"""Errors worth reading: the provider's own words, without what must not be kept.

Removed are keys and tokens, credentials in URLs, and everything that may be a prompt quoted back: long quotations, and
what follows a prompt's field name. What is left is one line of at most 500 characters. Pure, and nothing raises.
"""

import re
from typing import Any

from franking.metering.parts import Parts, load, split, table, text

__all__ = ["clean", "read_error", "read_text"]

_LONGEST = 500
_READ = 4000  # characters of a message that are looked at

_NAMED = (
    r"([\"']?\b(?:x-)?(?:api|access|auth|secret|private|goog)?[-_ ]?(?:api[-_ ]?)?"
    r"(?:keys?|token|secret|password|authorization|credentials?)[\"']?)\s*(?:[=:]|%3d)\s*[\"']?[^\s\"',;&)}]+"
)
_SECRETS = tuple(
    (re.compile(pattern, re.IGNORECASE), into)
    for pattern, into in (
        (r"://[^\s/@]+@", "://[removed]@"),
        (r"\b(bearer)\s+[\w.~+/=*-]{6,}", r"\1 [removed]"),
        (r"\b(basic)\s+(?-i:(?=[a-z]*[A-Z0-9=]))[\w+/=-]{8,}", r"\1 [removed]"),
        (r"\b(?:sk|pk|rk|gsk|xai|r8|hf|pplx|key|ghp|gho|ghu|ghs|ghr|xox[abeprs])[-_][\w*.-]{6,}", "[removed]"),
        (r"\bAIza[\w*-]{6,}|\bya29\.[\w.-]+|\bAKIA\w{8,}|\beyJ[\w-]{6,}(?:\.[\w-]*)*", "[removed]"),
        (r"(key provided:)\s*\S+", r"\1 [removed]"),
        (_NAMED, r"\1=[removed]"),
    )
)
_LONG_WORD = re.compile(r"[\w+=-]{32,}+")
_PROMPTS = (
    # A field that carries what the user wrote: all that follows may be it.
    re.compile(
        r"[\"']?\b(?:messages|prompt|content|contents|input|input_value|instructions|text|suffix|parts|body)\b[\"']?"
        r"\s*[=:]\s*[\"'\[{“`].*",
        re.IGNORECASE,
    ),
    # A long quotation; its opening mark stands after a blank or a bracket, and it may have been cut before its end.
    re.compile(r"(?<![^\s(\[{:=,])(?:\"[^\"]{40,}(?:\"|$)|`[^`]{40,}(?:`|$)|'[^']{40,}(?:'|$))|“[^”]{40,}(?:”|$)"),
)


def clean(message: str) -> str | None:
    """The message in one line, without secrets and prompts; None where nothing is left."""
    line = " ".join(message[:_READ].split())
    line = "".join(char for char in line if char.isprintable())
    for pattern, into in _SECRETS:
        line = pattern.sub(into, line)
    line = _LONG_WORD.sub(_unless_words, line)
    for pattern in _PROMPTS:
        line = pattern.sub("[…]", line)
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1] + "…"
    return line or None


def _unless_words(match: re.Match[str]) -> str:
    """A long run of letters and digits may be a key; one of letters alone is a word."""
    run = match[0]
    return "[removed]" if any(map(str.isdigit, run)) or len(run) >= 60 else run


def read_error(parts: Parts) -> dict[str, Any]:
    """``error_type`` and ``error_message`` out of a JSON message's raw values; empty where it tells of no error.

    Knows ``error`` as an object (OpenAI, Anthropic, Google, OpenRouter) or a text, and ``message`` or ``detail`` at
    the top (Mistral, FastAPI).
    """
    error = load(parts.get("error"))
    if isinstance(error, dict):
        return _described(error)
    top = {key: load(parts[key]) for key in ("type", "code", "status", "message", "detail") if key in parts}
    if isinstance(error, str) and error:
        return _pair(top.get("type") or top.get("code"), top.get("message") or error)
    if isinstance(top.get("message"), str | dict) or top.get("detail"):
        return _described(top)
    return {}


def _described(error: dict[str, Any]) -> dict[str, Any]:
    kind = next((error[key] for key in ("type", "status", "code") if error.get(key)), None)
    message: Any = error.get("message") or error.get("detail") or error.get("msg")
    if isinstance(message, dict):
        kind, message = message.get("type") or kind, message.get("message") or message.get("detail")
    if isinstance(message, list):  # FastAPI's: one entry a fault; its ``input`` is the request's, and left out
        message = "; ".join(_fault(table(entry)) for entry in message[:5])
    found = _pair(kind, message)
    if beneath := _upstream(table(error.get("metadata"))):
        found["error_message"] = (clean(f"{found.get('error_message', '')} ({beneath})".strip()) or "")[:_LONGEST]
    return found


def _fault(entry: dict[str, Any]) -> str:
    place = entry.get("loc")
    where = ".".join(str(step) for step in place if isinstance(step, str | int)) if isinstance(place, list) else ""
    return f"{where}: {entry.get('msg')}"


def _upstream(metadata: dict[str, Any]) -> str:
    """OpenRouter passes the upstream's own error on, as text that is mostly JSON again."""
    raw, name = metadata.get("raw"), text(metadata.get("provider_name"), 60)
    inner = split(raw.encode()) if isinstance(raw, str) and len(raw) <= 65536 else None
    words = read_error(inner).get("error_message") if inner and "metadata" not in inner else None
    return ": ".join(filter(None, (name, words)))


def _pair(kind: Any, message: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if isinstance(kind, int) and not isinstance(kind, bool) and abs(kind) < 10**9:
        kind = str(kind)
    if (kind := text(kind, 100)) and (kind := clean(kind)):
        found["error_type"] = kind
    if isinstance(message, str) and (words := clean(message)):
        found["error_message"] = words
    return found


def read_text(body: bytes) -> dict[str, Any]:
    """The same out of an error body that is no JSON: an HTML page's title, or the text's first words."""
    words = body[:_READ].decode("utf-8", "replace")
    if title := re.search(r"<title[^>]*>(.*?)</title>", words, re.IGNORECASE | re.DOTALL):
        words = title[1]
    else:
        words = re.sub(r"<(script|style)\b.*?(</\1>|$)|<[^>]*>", " ", words, flags=re.IGNORECASE | re.DOTALL)
    return _pair(None, words)
