"""How an exchange broke off, in the ledger's words. Pure."""

from franking.ledger.record import Status

__all__ = ["of"]

CLIENT = ("Client disconnected", "Client closed", "killed", "stream reset by client", "EOF")
"""How mitmproxy begins its word on a client that went away."""


def of(message: str, answered: bool) -> tuple[Status, str, str]:
    """Status, error type and message for mitmproxy's word on a broken exchange.

    answered: the head of an answer had come.

    >>> of("Client disconnected.", True)[0]
    'client_aborted'
    """
    if message.startswith(CLIENT):
        return "client_aborted", "client_closed", "the client closed the connection before the answer's end"
    if answered:
        return "upstream_aborted", "upstream_closed", _short(message)
    if "certificate" in message or "TLS" in message:
        return "upstream_aborted", "upstream_tls", _short(message)
    return "upstream_aborted", "upstream_unreachable", _short(message)


def _short(message: str) -> str:
    return " ".join(message.split())[:500]
