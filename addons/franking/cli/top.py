"""``frank top``: what is spent now, live."""

import sys
from typing import Annotated

import typer

__all__ = ["top"]


def top(
    by: Annotated[
        str, typer.Option(metavar="project|model|client|feature|user", help="What to group by at first.")
    ] = "project",
) -> None:
    """Live: today's spend by project or model or client, rates of the past five minutes, requests in flight.

    Tab switches what it is grouped by, typing filters, Esc clears, Ctrl+C ends. It only reads, and may stay open beside
    a sidecar. It needs the extra `top`.
    """
    from franking.cli.errors import Failure
    from franking.cli.top_figures import DIMENSIONS

    if by not in DIMENSIONS:
        raise typer.BadParameter(f"{by!r} is none of {', '.join(DIMENSIONS)}", param_hint="--by")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Failure("frank top draws on a terminal, and this is none; `frank costs` and `frank tail -f` print")
    try:
        import textual  # noqa: F401
    except ImportError:
        raise Failure("frank top needs the extra `top`: pip install 'franking[top]'") from None

    from franking.cli.top_app import Top
    from franking.cli.top_feed import Feed

    Top(Feed, by).run()
