"""Connections on which nothing is said for long: they stay, while there is anybody at the other end.

mitmproxy closes what has been quiet for ten minutes, by the clock on the wall. But a model may think for longer before
its first byte, a tunnel may be a shell that nobody types into, and a laptop may have slept; without a proxy none of
them would be cut off. So the system asks the peer instead (TCP keepalive), and a connection ends when that is gone.
"""

import socket
from typing import Any

__all__ = ["LONGEST", "keep_asking"]

LONGEST = 7 * 86400
"""Seconds of silence after which mitmproxy closes a connection all the same, where the addon is its guest."""

ASK_AFTER, ASK_EVERY, ASKED = 60, 15, 8
"""Seconds of silence, seconds between two questions, questions without an answer: the peer is gone within 3 minutes."""

_OPTIONS = tuple(
    (getattr(socket, name), value)
    for name, value in (
        ("TCP_KEEPIDLE", ASK_AFTER),
        ("TCP_KEEPALIVE", ASK_AFTER),  # what macOS calls it
        ("TCP_KEEPINTVL", ASK_EVERY),
        ("TCP_KEEPCNT", ASKED),
    )
    if hasattr(socket, name)
)


def keep_asking(writer: Any) -> None:
    """Have the system ask this connection's peer whether it is there. On this machine it tells by itself."""
    sock, peer = writer.get_extra_info("socket"), writer.get_extra_info("peername")
    if sock is None or not peer or str(peer[0]).startswith(("127.", "::1")):
        return
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in _OPTIONS:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
    except OSError:  # closed meanwhile
        return
