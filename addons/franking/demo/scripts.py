"""Which answer a request gets: by its path and host as the provider would, bent by the scenario it names.

A scenario is words joined by ``+``, taken from the header ``x-demo-scenario``, else from a model named
``demo/WORDS``: an encoding (``faults.ENCODINGS``), a fault of FAULTS, ``byok``, or nothing. A word that is none of
these is the asker's mistake: 400.
"""

from dataclasses import replace

from franking.demo import faults
from franking.demo.providers import anthropic, gemini, listings, openai, responses
from franking.demo.providers.figures import encode, sse
from franking.demo.values import Answer, Gate, Request

__all__ = ["CHARGING", "FAULTS", "answer"]

CHARGING = ("api.kilo.ai", "openrouter.ai")
"""Hosts that report what they charged."""

STATUSES = {"401": "Invalid API key.", "429": "Rate limit reached.", "500": "Something broke."}
FAULTS = (
    *STATUSES,
    *faults.FAULTS,
    "error-event",  # a 200 stream that tells of an error, and ends as it should
    "reset-first",  # the connection is reset before a byte is answered
    "mute",  # nothing comes at all
)


def answer(request: Request) -> Answer:
    """The answer to a request."""
    named = request.header("x-demo-scenario")
    model = str(request.json().get("model", ""))
    if named is None and model.startswith("demo/"):
        named = model.removeprefix("demo/")
    words = set(named.split("+")) - {""} if named else set()
    if strange := words - {*faults.ENCODINGS, *FAULTS, "byok"}:
        return _plain(400, {"error": {"message": f"no such scenario: {', '.join(sorted(strange))}"}})
    if "mute" in words:
        return Answer(status=None, pieces=(Gate(),))
    if "reset-first" in words:
        return Answer(status=None, ending="reset")
    for status, text in STATUSES.items():
        if status in words:
            return _refusal(request, int(status), text)
    return faults.bend(_body(request, words), words)


def _body(request: Request, words: set[str]) -> Answer:
    """The provider's own answer, before encodings and faults of transport."""
    path, asked, body = request.path.partition("?")[0], request.json(), request.body
    streamed, fails = asked.get("stream") is True, "error-event" in words
    billing = {"charged": request.host in CHARGING, "byok": "byok" in words}
    if (request.header("upgrade") or "").lower() == "websocket":
        return _plain(426, {"error": {"message": "There are no WebSockets here.", "type": "invalid_request_error"}})
    if path.endswith(("/chat/completions", "/fim/completions")):
        if streamed:
            events = openai.chat_stream(body, asked, **billing)
            return _stream(events, fails, sse({"error": {"code": 502, "message": "The model stopped."}}))
        return _plain(200, openai.chat(body, asked, **billing))
    if path.endswith("/completions"):
        return _plain(200, openai.completion(body, asked, **billing))
    if path.endswith("/embeddings"):
        return _plain(200, openai.embeddings(body, asked, **billing))
    if path.endswith("/responses"):
        if streamed:
            return _stream(responses.response_stream(body, asked, fails=fails), fails=False)
        return _plain(200, responses.response(body, asked))
    if path.endswith("/v1/messages"):
        if streamed:
            fault = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            return _stream(anthropic.message_stream(body, asked), fails, sse(fault, "error"))
        return _plain(200, anthropic.message(body, asked))
    name, _, action = path.rpartition("/")[2].partition(":")
    if action == "generateContent":
        return _plain(200, gemini.content(body, name))
    if action == "streamGenerateContent":
        if "alt=sse" in request.path:
            return _stream(gemini.content_stream(body, name), fails, sse({"error": {"code": 503, "message": "Busy"}}))
        return Answer(headers=(("Content-Type", "application/json"),), pieces=tuple(gemini.content_array(body, name)))
    if name == "models":
        return _plain(200, listings.models(request.host))
    if name in ("count_tokens", "input_tokens") or action == "countTokens":
        return _plain(200, listings.counted(body, action))
    return _plain(200, {"path": path, "method": request.method})


def _stream(events: list[bytes], fails: bool, fault: bytes = b"") -> Answer:
    """Events; where it fails, the fault stands in the place of all after the middle."""
    if fails:
        events = [*events[: len(events) // 2], fault]
    return Answer(
        headers=(("Content-Type", "text/event-stream; charset=utf-8"), ("Cache-Control", "no-cache")),
        pieces=tuple(events),
    )


def _plain(status: int, body: bytes | object) -> Answer:
    whole = body if isinstance(body, bytes) else encode(body)
    headers = (("Content-Type", "application/json"), ("Content-Length", str(len(whole))))
    return Answer(status=status, headers=headers, pieces=(whole,))


def _refusal(request: Request, status: int, text: str) -> Answer:
    """An error status with a body in the provider's shape."""
    kind = {401: "authentication_error", 429: "rate_limit_error", 500: "api_error"}[status]
    if request.path.partition("?")[0].endswith("/v1/messages"):
        refused = _plain(status, {"type": "error", "error": {"type": kind, "message": text}})
    else:
        refused = _plain(status, {"error": {"message": text, "type": kind, "code": status}})
    return replace(refused, headers=(*refused.headers, ("Retry-After", "7"))) if status == 429 else refused
