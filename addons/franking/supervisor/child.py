"""The proxy's process: a fork of the supervisor, which has everything imported, so that it is up in a moment.

It is told to stop by SIGTERM, SIGINT or SIGHUP, or by the supervisor's death (its end of a pipe closes); a second
signal ends it at once. It says that it serves, or why it cannot, on another pipe.
"""

import asyncio
import logging
import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from franking.settings import Settings
from franking.supervisor import limits
from franking.supervisor.sockets import Bound

if TYPE_CHECKING:
    from franking.proxy.scout import Seekers
    from franking.proxy.stages import Stages

__all__ = ["READY", "Pipes", "run"]

log = logging.getLogger(__name__)

READY = b"\0ready"
"""What the child says once it serves; anything else is why it cannot."""

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Pipes:
    """The child's ends: ``say`` to write its word, ``alive`` to read the supervisor's death from."""

    say: int
    alive: int


def run(settings: Settings, bound: Bound, pipes: Pipes, project_dir: Path | None, *, again: bool) -> int:
    """Serve until told to stop. Returns the process's exit status; never raises. again: in place of one that died."""
    limits.allow_connections()
    os.setpgid(0, 0)  # a terminal's Ctrl-C reaches the supervisor alone, which passes it on once
    try:
        from franking.proxy.stages import Stages

        stages = Stages(settings, project_dir)
        asyncio.run(_serve(stages, stages.seekers(), bound, pipes, again))
    except Exception as fault:
        ours = isinstance(fault, (OSError, ValueError)) or type(fault).__module__.startswith("franking.")
        text = str(fault) if ours else f"{type(fault).__name__}: {fault}"
        log.debug("the proxy ends", exc_info=fault)
        os.write(pipes.say, text.encode()[:4000])
        return 1
    return 0


async def _serve(stages: "Stages", seekers: "Seekers", bound: Bound, pipes: Pipes, again: bool) -> None:
    from franking.proxy.master import serve

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def told() -> None:
        if stop.is_set():
            os._exit(1)  # the second signal
        stop.set()

    def orphaned() -> None:
        loop.remove_reader(pipes.alive)
        stop.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, told)
    loop.add_reader(pipes.alive, orphaned)
    await serve(stages, seekers, bound.modes, stop, lambda: _say_ready(pipes.say), again=again)


def _say_ready(descriptor: int) -> None:
    os.write(descriptor, READY)
