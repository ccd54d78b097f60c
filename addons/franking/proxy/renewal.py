"""The certificate authority renewed while the proxy runs, off the event loop. ``Leaves`` sees the change by itself."""

import asyncio
import contextlib
import logging
from collections.abc import Collection
from pathlib import Path

from franking.proxy import authority
from franking.proxy.authority import AuthorityError

__all__ = ["EVERY", "keep"]

log = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds between two looks."""


async def keep(
    folder: Path, hosts: Collection[str], extra_roots: Path | None, stop: asyncio.Event, every: float = EVERY
) -> None:
    """Renew the authority before its end, and restore files of it that are lost, until ``stop`` is set.

    A fault is logged and tried again at the next look: what is in force has weeks left.
    """
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every)
            return
        try:
            await asyncio.to_thread(authority.ensure, folder, hosts, extra_roots, environment=None)
        except AuthorityError as fault:
            log.warning("the certificate authority could not be renewed: %s", fault)
