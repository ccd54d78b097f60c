"""franking inside a stock mitmproxy: ``mitmdump -s addons/sidecar.py``.

The same addons as in franking's own proxy, in a host that has its own gate, authority and start: its options are
set so that only gateways are opened, and clients' handshakes are taken over with franking's leaves. A configuration
or a ledger that cannot be used is logged as an error, on which mitmdump does not start.
"""

import logging
from typing import Any

from mitmproxy import ctx, tls

from franking import paths, settings
from franking.attribution import git_folders
from franking.budgets.guard import Guard
from franking.budgets.watching import Watching
from franking.ledger.schema import LedgerError
from franking.ledger.writer import Writer
from franking.proxy import authority
from franking.proxy.addon import Franking
from franking.proxy.callers import Callers
from franking.proxy.certificates import Certificates
from franking.proxy.entrance import Entrance
from franking.proxy.leaves import Leaves
from franking.proxy.quiet import LONGEST
from franking.proxy.refusals import Refusals
from franking.proxy.stages import Stages
from franking.proxy.upstream import Upstream

__all__ = ["Guest"]

log = logging.getLogger(__name__)


class _Handshakes:
    """Clients' handshakes with franking's leaves: the host's own TlsConfig, next in line, leaves a begun one alone."""

    name = "franking-handshakes"

    def __init__(self, certificates: Certificates) -> None:
        self._certificates = certificates

    def tls_start_client(self, data: tls.TlsData) -> None:
        """Show the client our leaf."""
        self._certificates.tls_start_client(data)


class Guest:
    """One addon that holds the others."""

    name = "franking-guest"

    def __init__(self) -> None:
        self.addons: list[Any] = []
        self._settings: settings.Settings | None = None

    def load(self, loader: Any) -> None:
        """Read the configuration, and put the addons in place. Nothing is opened without it."""
        try:
            paths.ensure_home()
            self._settings = settings.load()
            git_folders.prepare()
            self._stages = Stages(self._settings)
            self._authority = authority.ensure(
                paths.ca_folder(), self._stages.gateways.hosts, self._settings.upstream.ca_file
            )
        except (settings.SettingsError, OSError) as fault:
            log.error("franking: %s", fault)
            return
        self._writer = Writer(paths.ledger_file(), paths.home() / "journal")
        self._seekers = self._stages.seekers()
        self._callers = Callers(self._seekers)
        self._refusals = Refusals(paths.home() / "refused.json")
        self._watching = Watching(paths.ledger_file(), Guard())
        self._franking = Franking(self._stages, self._callers, self._writer, self._watching.guard)
        self.addons = [
            _Handshakes(Certificates(Leaves(self._authority))),
            Entrance(self._callers, self._stages.gateways, self._refusals, self._settings.listen.demanded_token),
            Upstream(self._settings.upstream),
            self._franking,
        ]
        ctx.options.update(
            allow_hosts=self._stages.gateways.pattern(),
            upstream_cert=False,
            ssl_verify_upstream_trusted_ca=str(self._authority.upstream),
            tcp_timeout=LONGEST,
        )

    async def running(self) -> None:
        """Open the ledger."""
        if not self.addons:
            return
        try:
            self._seekers.attach()  # first: mitmproxy listens already, and requests come
            await self._writer.start()
            await self._watching.start()
        except (LedgerError, OSError) as fault:
            log.error("franking: %s", fault)
            return
        self._stages.warm()

    async def done(self) -> None:
        """Settle what is under way, and close the ledger."""
        if not self.addons:
            return
        self._franking.settle()
        self._seekers.close()
        await self._writer.close()
        await self._watching.close()
        self._refusals.close()
