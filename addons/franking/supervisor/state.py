"""What a running sidecar tells of itself: ``state.json`` in the home, believed only while the home's lock is held.

The supervisor writes it once it listens, and again when its child died; the proxy's own numbers are in
``health.json`` beside it. Both are for reading: nothing is steered through them.
"""

import os
from pathlib import Path
from typing import Any

import msgspec

from franking import paths
from franking.settings_addresses import url_of
from franking.supervisor import lock

__all__ = ["State", "read_health", "read_state", "write_state"]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A running sidecar.

    pid: the supervisor's, which signals go to. proxy, web: (host, port) as bound; web None without a dashboard,
    web_fault why it has none, or last died.
    reverse: URL → port. started_at: microseconds UTC. restarts: how often the proxy was started anew, and
    last_death: why it was.
    """

    pid: int
    version: str
    started_at: int
    proxy: tuple[str, int]
    web: tuple[str, int] | None = None
    web_fault: str | None = None
    reverse: dict[str, int] = {}
    project_dir: str | None = None
    restarts: int = 0
    last_death: str | None = None

    @property
    def proxy_url(self) -> str:
        """The proxy as an URL; a wildcard address is reached by loopback."""
        return url_of(self.proxy)

    @property
    def web_url(self) -> str | None:
        """The dashboard likewise."""
        return url_of(self.web) if self.web else None


def _file() -> Path:
    return paths.home() / "state.json"


def write_state(state: State) -> None:
    """Replace the file in one step. Raises OSError."""
    scratch = _file().with_suffix(".new")
    scratch.write_bytes(msgspec.json.encode(state))
    os.replace(scratch, _file())  # noqa: PTH105


def read_state() -> State | None:
    """The sidecar that runs on this home; None when none does."""
    try:
        state = msgspec.json.decode(_file().read_bytes(), type=State)
    except (OSError, msgspec.DecodeError):
        return None
    return state if lock.is_held(paths.home()) else None


def read_health() -> dict[str, Any]:
    """The proxy's last numbers; empty where there are none."""
    try:
        numbers: dict[str, Any] = msgspec.json.decode((paths.home() / "health.json").read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError):
        return {}
    return numbers
