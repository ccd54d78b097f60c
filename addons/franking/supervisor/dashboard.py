"""The dashboard beside the proxy, on a socket that the supervisor holds.

A port that is taken is told (``fault``, kept in ``state.json``) and stops nothing, as a dashboard that dies
(``kept.py``).
"""

import socket
from collections.abc import Sequence

from franking.settings import Settings, SettingsError, check_token, split_address
from franking.supervisor.kept import Kept
from franking.supervisor.sockets import bind

__all__ = ["Dashboard"]


class Dashboard(Kept):
    """listener: what it serves, None where there is no dashboard. fault: why there is none, or why it died."""

    NAME = "the dashboard"

    def __init__(self, listener: socket.socket | None = None, fault: str | None = None) -> None:
        super().__init__(fault)
        self.listener = listener

    @classmethod
    def bound(cls, settings: Settings, *, wanted: bool) -> "Dashboard":
        """Listening where the settings say, not started yet. Raises SettingsError off loopback without a token; a
        port that cannot be had is told and stops nothing.
        """
        if not wanted:
            return cls()
        host, port = split_address(settings.listen.web)
        check_token("listen.web", host, settings.listen.token)
        try:
            return cls(bind("listen.web", host, port))
        except SettingsError as fault:
            return cls(fault=f"no dashboard: {fault}, or --no-web")

    @property
    def address(self) -> tuple[str, int] | None:
        """Where it listens."""
        if self.listener is None:
            return None
        host, port, *_ = self.listener.getsockname()
        return host, port

    def command(self, alive: int) -> tuple[Sequence[str], Sequence[int]] | None:
        """The dashboard, on the socket."""
        if self.listener is None:
            return None
        number = self.listener.fileno()
        return ("-m", "franking.web", str(number), str(alive)), (number,)

    def forget(self) -> None:
        """In a fork that is not the supervisor any more: let go of everything, touch nobody."""
        if self.listener is not None:
            self.listener.close()
        super().forget()

    def close(self) -> None:
        """No further visitors, and tell it to end. Quick enough for a signal's handler."""
        if self.listener is not None:
            self.listener.close()
        super().close()
