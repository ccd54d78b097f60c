"""``frank web``: the dashboard alone, on any ledger."""

from pathlib import Path
from typing import Annotated

import typer

from franking.cli.errors import Failure

__all__ = ["web"]


def web(
    ledger: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another ledger than this home's: a copy, a colleague's.")
    ] = None,
    listen: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Where it listens; port 0 takes a free one.")
    ] = None,
) -> None:
    """Show the dashboard until Ctrl-C; no sidecar is needed. `frank start` shows it by itself."""
    from franking import paths
    from franking import settings as configuration
    from franking.supervisor.sockets import bind
    from franking.web.server import run

    if ledger is not None and not ledger.is_file():
        raise Failure(f"--ledger: {ledger} is no file")
    settings = configuration.load()
    if listen is not None:
        settings = configuration.listening(settings, web=listen)
    host, port = configuration.split_address(settings.listen.web)
    configuration.check_token("listen.web", host, settings.listen.token)
    listener = bind("--listen" if listen else "listen.web", host, port)
    host, port, *_ = listener.getsockname()
    shown = f"[{host}]" if ":" in host else host
    run(
        ledger or paths.ledger_file(), settings, listener,
        listening=lambda: typer.echo(f"dashboard: http://{shown}:{port}/  (Ctrl-C ends it)"),
    )  # fmt: skip
