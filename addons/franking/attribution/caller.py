"""The caller: the process that owns the client's end of a connection. All that differs by system is behind this.

``find()`` blocks for about a millisecond: call it off the event loop, once a connection. ``directory()`` is cheap
enough for each request. Neither raises; what could not be found out is told as a Fault. Tried on Linux only: on macOS
and Windows psutil does the same, untested there.
"""

import os
import sys

from franking.attribution.values import Fault, Peer
from franking.attribution.variables import WANTED

if sys.platform == "linux":
    from franking.attribution import caller_linux as system
else:
    from franking.attribution import caller_portable as system

__all__ = ["WANTED", "directory", "find", "glance"]

Address = tuple[str, int] | tuple[str, int, int, int]


def find(client: Address, proxy: Address) -> Peer:
    """The process at the client's end. client: the peer's name of the accepted socket; proxy: its own name.

    A Peer without pid says by its fault why: gone, elsewhere, or which user's processes may not be read.
    """
    try:
        interface = client[3] if len(client) > 3 else 0
        return system.find(client[:2], proxy[:2], interface)
    except Exception as fault:  # a fault here must never stop a request
        return Peer(fault=Fault("the caller", f"it could not be looked up: {type(fault).__name__}"))


def directory(peer: Peer) -> str | None:
    """The caller's working directory now, for each request of a long connection; None where that is not known.

    A process that ended has none, and a pid that is another process by now is not asked.
    """
    return system.directory(peer)


def glance(peer: Peer) -> str | None:
    """The kernel's word on where the caller is, only to be compared with an earlier one; None where there is none.

    3 µs, and it cannot block: a link of /proc is read from the kernel's memory, no file system is asked. So it alone
    is fit for the event loop.
    """
    if sys.platform != "linux" or peer.pid is None:
        return None
    try:
        return os.readlink(f"/proc/{peer.pid}/cwd")  # noqa: PTH115 - a third of the time
    except OSError:
        return None
