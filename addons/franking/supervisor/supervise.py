"""The supervisor: holds the listening sockets and the home's lock, and keeps a proxy running behind them.

Here everything is had that can be refused (the home's lock, the ports); what runs then is ``watch.py``'s.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from franking import __version__, paths
from franking.settings import Settings, SettingsError
from franking.supervisor import lock
from franking.supervisor.dashboard import Dashboard
from franking.supervisor.sockets import bind_all
from franking.supervisor.state import State, read_state
from franking.supervisor.watch import Watch

__all__ = ["supervise"]

GIT_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
"""Variables that would point every caller's repository at the sidecar's own."""


def supervise(
    settings: Settings, project_dir: Path | None, listening: Callable[[State], None], *, web: bool = True
) -> int:
    """Run the sidecar until told to stop. Returns the exit status: 0, or 1 where the proxy cannot start.

    listening: called once, when the first proxy serves. web: with a dashboard. Raises SettingsError and OSError where
    the home or a port cannot be had, with a text for people.
    """
    home = paths.ensure_home()
    held = lock.acquire(home)
    if held is None:
        running = read_state()
        whose = f"pid {running.pid}, {running.proxy_url}" if running else "still starting"
        raise SettingsError(f"a sidecar already runs on {home} ({whose}); `frank stop` ends it")
    os.umask(0o077)
    bound = bind_all(settings)
    try:
        dashboard = Dashboard.bound(settings, wanted=web)
    except SettingsError:
        bound.close()
        raise
    state = State(
        pid=os.getpid(),
        version=__version__,
        started_at=time.time_ns() // 1000,
        proxy=bound.proxy,
        web=dashboard.address,
        web_fault=dashboard.fault,
        reverse=bound.reverse,
        project_dir=str(project_dir) if project_dir else None,
    )
    import franking.proxy.master  # noqa: F401 - before the first fork: every child has it from the start
    from franking.attribution import git_folders

    for name in GIT_OWN:
        os.environ.pop(name, None)
    git_folders.prepare()
    return Watch(settings, project_dir, bound, dashboard, state, listening).run()
