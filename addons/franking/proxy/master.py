"""The proxy: mitmproxy's core with the short chain of addons, from the first connection to the last row.

Enough of mitmproxy to speak HTTP/1.1, HTTP/2 and WebSocket through TLS, and nothing else: no flow store, no scripts,
no views. ``serve`` runs until it is told to stop; then no new connection is taken, what is under way gets its time,
every row is settled, and the ledger is closed.
"""

import franking.proxy.lean  # noqa: F401, I001 - before anything of mitmproxy

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from mitmproxy import master, options
from mitmproxy.addons import disable_h2c, update_alt_svc
from mitmproxy.utils import asyncio_utils

from franking import paths
from franking.budgets.guard import Guard
from franking.budgets.watching import Watching
from franking.ledger.writer import Writer
from franking.proxy import authority, renewal, trims
from franking.proxy.addon import Franking
from franking.proxy.callers import Callers
from franking.proxy.certificates import Certificates
from franking.proxy.entrance import Entrance
from franking.proxy.gate import Gate
from franking.proxy.handler import Handler
from franking.proxy.health import Health
from franking.proxy.hooks import QuickAddons
from franking.proxy.leaves import Leaves
from franking.proxy.listeners import Listeners
from franking.proxy.names import remember_names
from franking.proxy.refusals import Refusals
from franking.proxy.scout import Seekers
from franking.proxy.stages import Stages
from franking.proxy.upstream import Upstream

__all__ = ["DRAIN", "serve"]

log = logging.getLogger(__name__)

DRAIN = 10.0
"""Seconds that running streams get when the proxy stops."""


SWITCH = 0.0005
"""Seconds after which a thread must let another run. Python's 5 ms would let a look-up hold up every stream."""


GATHER = 0.1
"""Seconds that ended rows gather for a commit. They are safe in the journal; nobody waits for it."""


class Sidecar(master.Master):
    """mitmproxy's master without its legacy logging, and with hooks found once."""

    def __init__(self, opts: options.Options) -> None:
        super().__init__(opts)
        self._legacy_log_events.uninstall()
        self.addons = QuickAddons(self)


async def serve(
    stages: Stages,
    seekers: Seekers,
    sockets: Sequence[tuple[str, socket.socket]],
    stop: asyncio.Event,
    ready: Callable[[], None],
    *,
    again: bool = False,
) -> None:
    """Run the proxy on bound sockets until ``stop`` is set. Raises LedgerError, AuthorityError, OSError at start.

    stages, seekers: made before the loop. sockets: pairs of a mitmproxy mode (``regular``, ``reverse:URL``,
    ``upstream:URL``) and its listening socket. again: in place of one that died: a home that cannot be written then
    stops it no more than it would have stopped that one.
    """
    trims.apply()
    remember_names(asyncio.get_running_loop())
    sys.setswitchinterval(SWITCH)
    settings = stages.settings
    Handler.patience = settings.upstream.connect_timeout
    authorized = (authority.resume if again else authority.ensure)(
        paths.ca_folder(), stages.gateways.hosts, settings.upstream.ca_file
    )
    writer = Writer(
        paths.ledger_file(), paths.home() / "journal", gather=GATHER, retention_days=settings.ledger.retention_days
    )
    await writer.start(at_any_rate=again)
    seekers.attach()
    callers = Callers(seekers)
    refusals = Refusals(paths.home() / "refused.json")
    watching = Watching(paths.ledger_file(), Guard())
    franking = Franking(stages, callers, writer, watching.guard)
    listeners = Listeners(sockets)
    health = Health(paths.home() / "health.json", franking, writer, watching, again=again)
    sidecar = Sidecar(_options(authorized.upstream))
    sidecar.addons.add(
        listeners,
        Certificates(Leaves(authorized)),
        Gate(stages.gateways),
        disable_h2c.DisableH2C(),
        *([update_alt_svc.UpdateAltSvc()] if settings.listen.reverse else []),
        Entrance(callers, stages.gateways, refusals, settings.listen.demanded_token),
        Upstream(settings.upstream),
        franking,
    )
    with (
        asyncio_utils.install_exception_handler(sidecar._asyncio_exception_handler),
        asyncio_utils.set_eager_task_factory(),
    ):
        try:
            await watching.start()
            await listeners.setup_servers()
            await sidecar.running()
            trims.settle(sidecar.options)
            trims.stay_collector()
            ready()
            stages.warm(then=trims.calm_collector)
            renewing = asyncio.create_task(
                renewal.keep(paths.ca_folder(), stages.gateways.hosts, settings.upstream.ca_file, stop)
            )
            await health.watch(stop)
            await renewing
            listeners.stop_accepting()
            await _drain(franking)
        finally:
            franking.settle()
            seekers.close()
            await writer.close()
            await watching.close()
            refusals.close()
            health.write()


def _options(upstream_roots: Path) -> options.Options:
    opts = options.Options()
    opts.update_defer(
        upstream_cert=False,  # leaves carry the host that was asked for: the constraint allows no other name
        ssl_verify_upstream_trusted_ca=str(upstream_roots),
        connection_strategy="eager",  # mirrors the gateway's protocol; lazy throttles HTTP/2
        validate_inbound_headers=True,
    )
    return opts


async def _drain(franking: Franking) -> None:
    """Wait for what is under way, at most DRAIN seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(DRAIN):
            await franking.idle.wait()
