"""``frank backup``: a copy of the ledger."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["backup"]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not be there yet.")],
) -> None:
    """Copies the ledger as it is at this moment, checked; a sidecar may run meanwhile.

    The copy is a whole ledger. To go back to it: frank stop, and put it in the place of ledger.db.
    """
    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.ledger import backups, reader

    try:
        with Progress(doing="Copying the ledger"), reader.opened() as ledger:
            requests = ledger.execute("SELECT COUNT(*) FROM entries").fetchone()[0]
            backups.backup(ledger, file)
    except reader.LedgerMissingError as fault:
        raise Failure(f"there is nothing to copy: {fault}") from None
    except FileExistsError:
        raise Failure(f"{file} is there already; name another file, or remove it") from None
    typer.echo(f"{file}: {requests:,} requests, {file.stat().st_size / 1e6:,.1f} MB")
