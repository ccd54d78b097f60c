"""``frank start``, ``frank stop``, ``frank status``."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from franking.cli.errors import Failure

if TYPE_CHECKING:
    from franking.supervisor.state import State

__all__ = ["start", "status", "stop", "tell_of_the_way_out"]


def start(
    listen: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where the proxy listens.")] = None,
    web: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Where the dashboard listens.")] = None,
    no_web: Annotated[bool, typer.Option("--no-web", help="No dashboard.")] = False,
    reverse: Annotated[
        list[str] | None, typer.Option(metavar="URL[@PORT]", help="Serve a gateway at a port of its own; repeatable.")
    ] = None,
    project_dir: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The context of requests whose caller cannot be found.")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Run in the background.")] = False,
) -> None:
    """Start the sidecar and keep it up until it is told to stop."""
    if project_dir is not None and not project_dir.is_dir():
        raise Failure(f"--project-dir: {project_dir} is no directory")
    ports = [url if "@" in url.rpartition("/")[2] else f"{url}@0" for url in reverse or ()]
    if detach:
        _start_in_background(listen, web, no_web, ports, project_dir)
    else:
        _start_here(listen, None if no_web else web, ports, project_dir, no_web=no_web)


def _start_in_background(
    listen: str | None, web: str | None, no_web: bool, reverse: list[str], project_dir: Path | None
) -> None:
    from franking.supervisor import launch
    from franking.supervisor.state import read_state

    if running := read_state():
        raise Failure(f"a sidecar already runs (pid {running.pid}, {running.proxy_url}); `frank stop` ends it")
    arguments = [
        *(["--listen", listen] if listen else []),
        *(["--web", web] if web else []),
        *(["--no-web"] if no_web else []),
        *(word for url in reverse for word in ("--reverse", url)),
        *(["--project-dir", str(project_dir.absolute())] if project_dir else []),
    ]
    state = launch.detach(arguments)
    _greet(state)
    tell_of_the_way_out(state)


def _start_here(
    listen: str | None, web: str | None, reverse: list[str], project_dir: Path | None, *, no_web: bool
) -> None:
    import logging

    from franking import settings as configuration
    from franking.supervisor.supervise import supervise

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s franking: %(message)s", stream=sys.stderr)
    named = {"proxy": listen, "web": web, "reverse": reverse or None}
    changes: dict[str, Any] = {key: value for key, value in named.items() if value is not None}
    settings = configuration.listening(configuration.load(), **changes)

    def serves(state: "State") -> None:
        _greet(state)
        tell_of_the_way_out(state)

    raise typer.Exit(supervise(settings, project_dir.absolute() if project_dir else None, serves, web=not no_web))


def tell_of_the_way_out(state: "State") -> None:
    """A line on stderr where the environment names a company's proxy, through which franking does not go by itself."""
    import os

    from franking import settings
    from franking.health.way_out import way_out

    finding = way_out(settings.load(), os.environ, state.proxy)
    if finding.todo:
        typer.echo(f"frank: {finding.says}; {finding.todo}", err=True)


def stop() -> None:
    """End the sidecar that runs in the background; running streams get up to 10 seconds."""
    from franking.supervisor import launch

    ended = launch.stop()
    typer.echo(f"stopped (pid {ended.pid})" if ended else "no sidecar was running")


def status(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Say whether the sidecar runs: ports, pid, uptime, requests, rows waiting, last error. Exit 1 when none runs."""
    import json
    import time

    from franking.supervisor.state import read_health, read_state

    state = read_state()
    if state is None:
        if as_json:
            typer.echo(json.dumps({"running": False}))
        else:
            typer.echo("no sidecar runs on this home; `frank start` starts one")
        raise typer.Exit(1)
    health = read_health()
    uptime = time.time_ns() // 1000 - state.started_at
    facts: dict[str, Any] = {
        "running": True,
        "pid": state.pid,
        "proxy_pid": health.get("pid"),
        "version": state.version,
        "proxy": list(state.proxy),
        "proxy_url": state.proxy_url,
        "web": list(state.web) if state.web else None,
        "web_url": state.web_url,
        "web_fault": state.web_fault,
        "reverse": state.reverse,
        "project_dir": state.project_dir,
        "started_at": _iso(state.started_at),
        "uptime_seconds": uptime // 1_000_000,
        "requests": health.get("requests"),
        "in_flight": health.get("in_flight"),
        "rows_waiting": health.get("waiting"),
        "rows_lost": health.get("lost"),
        "restarts": state.restarts,
        "last_error": _unwritable()
        or health.get("last_error")
        or (state.last_death and f"the proxy died: {state.last_death}"),
    }
    if as_json:
        typer.echo(json.dumps(facts))
        return
    _greet(state)
    typer.echo(
        f"up {_span(uptime // 1_000_000)}, {facts['requests'] or 0} requests, {facts['in_flight'] or 0} under way"
    )
    typer.echo(f"rows waiting for the ledger: {facts['rows_waiting'] or 0}; restarts: {state.restarts}")
    if facts["rows_lost"]:
        typer.echo(f"rows LOST in the past 30 days: {facts['rows_lost']}; `frank doctor` says more")
    if facts["last_error"]:
        typer.echo(f"last error: {facts['last_error']}")


def _unwritable() -> str | None:
    """Why what the sidecar last wrote of itself says nothing of now."""
    import os

    from franking import paths

    home = paths.home()
    if os.access(home, os.W_OK):
        return None
    return f"{home} cannot be written: rows wait in memory, and these numbers are older"


def _greet(state: "State") -> None:
    typer.echo(f"franking {state.version} listens on {state.proxy_url} (pid {state.pid})")
    if state.web_url:
        typer.echo(f"  dashboard: {state.web_url}/")
    if state.web_fault:
        typer.echo(f"  {state.web_fault}")
    for url, port in state.reverse.items():
        typer.echo(f"  {url} is served at http://127.0.0.1:{port}")
    sys.stdout.flush()


def _iso(microseconds: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(microseconds // 1_000_000, UTC).isoformat().replace("+00:00", "Z")


def _span(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"
