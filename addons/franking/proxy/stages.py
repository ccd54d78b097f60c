"""The rooms, put together once from the settings: what each request passes through."""

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from franking import paths
from franking.attribution import caller, provenance, resolve
from franking.attribution.places import Places
from franking.attribution.rules import Rules
from franking.attribution.values import NOBODY, Attribution, Context, Peer, Place, Repository
from franking.budgets.estimates import Assumed, Estimator
from franking.gateways.registry import Gateways
from franking.gateways.routes import Route, Routes
from franking.metering.pricing import Pricer
from franking.proxy.scout import Seekers
from franking.proxy.whereabouts import Whereabouts
from franking.settings import Gateway, Settings
from franking.stamping import stamps

__all__ = ["Request", "Stages", "Verdict"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request's head, as far as attribution needs it. Header names lower-case, values as they came."""

    gateway: Gateway
    route: Route | None
    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    userinfo: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose a request is, the headers to add for it, and the provenance to keep (JSON).

    peer, where: what it rests on beside the request.
    """

    attribution: Attribution
    stamps: tuple[tuple[str, str], ...]
    provenance: str
    peer: Peer
    where: Whereabouts


class Stages:
    """Every room, ready for use. Raises SettingsError where the configuration's files cannot be used."""

    def __init__(self, settings: Settings, project_dir: Path | None = None) -> None:
        self.settings = settings
        self.gateways = Gateways(settings.gateway)
        self.routes = Routes(settings.gateway)
        self.rules = Rules.load(settings)
        self._places = Places()
        self.pricer = Pricer(settings.prices.file, paths.prices_file())
        self.estimator = Estimator(self.pricer, Assumed(**settings.budgets.assumed))
        self._project_dir = str(project_dir) if project_dir else None
        self._sidecar = _own_word(settings)
        self.relevant_headers = self.rules.relevant_headers | _stamped(settings.gateway)

    def warm(self, then: Callable[[], None] = lambda: None) -> None:
        """Load what is slow to load in a thread of its own, before a request needs it. then: called at its end."""

        def load() -> None:
            try:
                self.pricer.warm()
                self._rehearse()
            finally:
                then()

        threading.Thread(target=load, name="warm", daemon=True).start()

    def _rehearse(self) -> None:
        """Judge a request that nobody made: the first one compiles patterns, and would hold the loop for them."""
        where = Whereabouts(
            Place("/", repository=Repository("/", "nobodys", remote="git@localhost:nobody/nobodys.git")),
            Place("/", repository=Repository("/", "nobodys", remote="https://localhost/nobody/nobodys.git")),
        )
        for gateway in self.settings.gateway[:1]:
            self.judge(Request(gateway, None, "POST", "localhost", "/", ()), NOBODY, where)

    def locate(self, peer: Peer) -> Whereabouts:
        """What the caller's directory says now, and ``--project-dir``. Blocks.

        A caller that is gone by now was in its directory when it connected.
        """
        directory = (caller.directory(peer) or peer.directory) if peer.pid is not None else None
        return Whereabouts(
            self._places.at(directory, peer.environment) if directory else None,
            self._places.at(self._project_dir, {}) if self._project_dir else None,
        )

    def seekers(self) -> Seekers:
        """Whoever looks callers and places up. Forks: call it before there is a loop or a thread."""
        return Seekers(caller.find, self.locate)

    def judge(self, request: Request, peer: Peer, where: Whereabouts) -> Verdict:
        """Attribution, then stamping. Pure."""
        context = Context(
            method=request.method,
            host=request.host,
            path=request.path,
            headers=request.headers,
            route=request.route.operation if request.route else None,
            userinfo=request.userinfo,
            peer=peer,
            place=where.caller,
            sidecar_place=where.sidecar,
            sidecar=self._sidecar,
            stamp=request.gateway.stamp,
        )
        attribution = resolve.resolve(context, self.rules)
        added = stamps(attribution, request.gateway.stamp, request.headers)
        return Verdict(attribution, added, provenance.encode(attribution, added), peer, where)


def _own_word(settings: Settings) -> Mapping[str, str]:
    """The sidecar's own environment, then its configuration."""
    defaults = settings.attribution
    named = {
        "feature": os.environ.get("KILOCODE_FEATURE") or defaults.feature,
        "project": defaults.project,
        "organization": defaults.organization,
        "user": defaults.user,
    }
    return {key: value for key, value in named.items() if value}


def _stamped(gateways: tuple[Gateway, ...]) -> frozenset[str]:
    return frozenset(header.lower() for gateway in gateways for header in gateway.stamp.values())
