"""How many files a process may have open: a shell allows 1,024, which a proxy's two ends of 500 connections use up.

The system lets a process have more of its own accord, up to its hard limit.
"""

import contextlib

__all__ = ["MOST", "allow_connections"]

MOST = 65_536
"""Open files that are asked for at most."""


def allow_connections() -> None:
    """Let this process have as many files open as it may, up to MOST; never fewer than before."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    bounds = [bound for bound in (hard, MOST) if bound != resource.RLIM_INFINITY]
    if soft != resource.RLIM_INFINITY and (wanted := min(bounds)) > soft:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
