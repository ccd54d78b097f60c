"""How an exchange broke off, in the ledger's words. Pure."""

import re

from franking.ledger.record import Status

__all__ = ["FAULT", "of"]

FAULT = "a fault inside the proxy broke the connection"
"""Its own word, where the layers that read a connection have failed."""

CLIENT = ("Client disconnected", "Client closed", "killed", "stream reset by client", "EOF")
"""How mitmproxy begins its word on a client that went away."""

BODY = "HTTP/1 protocol error"
"""How it begins its word on a body that is cut short, or no body."""


def of(message: str, answered: bool) -> tuple[Status, str, str]:
    """Status, error type and message for mitmproxy's word on a broken exchange.

    answered: the head of an answer had come.

    >>> of("Client disconnected.", True)[0]
    'client_aborted'
    """
    if message.startswith(CLIENT):
        return "client_aborted", "client_closed", "the client closed the connection before the answer's end"
    if not answered and message.startswith(BODY):  # no answer's body is read yet: it was the request's
        return "client_aborted", "client_closed", f"the request's body broke off: {_short(message)}"
    if message == FAULT:
        return "interrupted", "proxy_fault", message
    if answered:
        return "upstream_aborted", "upstream_closed", _short(message)
    if "certificate" in message or "TLS" in message:
        return "upstream_aborted", "upstream_tls", _short(message)
    return "upstream_aborted", "upstream_unreachable", _short(message)


_QUOTED = re.compile(r""":?\s*(?:bytearray\()?b['"].*""", re.DOTALL)


def _short(message: str) -> str:
    """On one line, and without the bytes that it quotes: a head with cookies may be among them, or an answer's text."""
    return " ".join(_QUOTED.sub("", message).split())[:500]
