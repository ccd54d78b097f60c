"""``frank demo``."""

from typing import Annotated

import typer

__all__ = ["demo"]


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the throw-away folder, and say where it is.")] = False,
) -> None:
    """Show it all in a throw-away home, with a fake gateway and no network.

    Real clients (curl, Python) in real git repositories send streamed and plain requests through a real sidecar; then
    the cost view by project and by feature.
    """
    from franking.demo.show import show

    show(typer.echo, keep=keep)
