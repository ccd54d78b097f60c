"""What would be stamped on a request that a tool sends now: from a directory, or from a process that runs.

It goes through the same sources as a request does. What only a request has (headers, path, the proxy's URL) is absent.
"""

from collections.abc import Mapping
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from franking import settings as configuration
from franking.attribution import provenance
from franking.attribution.places import Places
from franking.attribution.resolve import resolve
from franking.attribution.rules import Rules
from franking.attribution.values import Context, Fault, Peer
from franking.attribution.variables import WANTED
from franking.cli.errors import Failure
from franking.settings import Settings
from franking.stamping import stamps
from franking.supervisor.state import State, read_state
from franking.views.explained import Told
from franking.words import clean

__all__ = ["of_directory", "of_process"]


def of_directory(directory: Path, environment: Mapping[str, str]) -> Told:
    """A tool started in a directory, with this environment. Raises Failure where there is no such directory."""
    where = directory.expanduser().absolute()
    if not where.is_dir():
        raise Failure(f"--cwd: {where} is no directory")
    wanted = {name: environment[name] for name in WANTED if name in environment}
    return _told(f"a tool started in {where}", Peer(directory=str(where.resolve()), environment=wanted))


def of_process(pid: int) -> Told:
    """A process that runs. Raises Failure where it does not; what may not be read of it is told as a fault."""
    try:
        process = psutil.Process(pid)
        argv = tuple(process.cmdline())
    except psutil.NoSuchProcess:
        raise Failure(f"--pid: there is no process {pid}") from None
    except psutil.AccessDenied:
        raise Failure(f"--pid: process {pid} is another user's and may not be read") from None
    directory, environment, fault = None, {}, None
    try:
        directory = process.cwd()
        environment = {name: value for name, value in process.environ().items() if name in WANTED}
    except psutil.Error as unreadable:
        fault = Fault(f"pid {pid}", f"its directory or environment cannot be read ({type(unreadable).__name__})")
    return _told(f"process {pid}", Peer(pid, directory, argv, environment, fault))


def _told(subject: str, peer: Peer) -> Told:
    settings, state, places = configuration.load(), read_state(), Places()
    stamping = [gateway for gateway in settings.gateway if gateway.stamp]
    context = Context(
        method="POST",
        host=stamping[0].hosts[0] if stamping and stamping[0].hosts else "",
        path="/",
        headers=(),
        route="chat",
        peer=peer,
        place=places.at(peer.directory, peer.environment) if peer.directory else None,
        sidecar_place=places.at(state.project_dir, {}) if state and state.project_dir else None,
        sidecar=_sidecar_says(settings, state),
    )
    attribution = resolve(context, Rules.load(settings))
    return Told(
        subject=f"What would be stamped on a request of {clean(subject)}",
        stamped={gateway.name: tuple(stamps(attribution, gateway.stamp, ())) for gateway in stamping},
        provenance=provenance.decode(provenance.encode(attribution, ())),
        note="The request's own headers and path, and what the proxy's URL says, come on top of this.",
    )


def _sidecar_says(settings: Settings, state: State | None) -> dict[str, str]:
    """The running sidecar's environment, where it can be read, and then the configuration."""
    said = None
    if state is not None:
        try:
            said = psutil.Process(state.pid).environ().get("KILOCODE_FEATURE")
        except psutil.Error:
            said = None
    defaults = settings.attribution
    named = {
        "feature": said or defaults.feature,
        "project": defaults.project,
        "organization": defaults.organization,
        "user": defaults.user,
    }
    return {field: value for field, value in named.items() if value}
