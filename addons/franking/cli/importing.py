"""``frank import``: another ledger's requests."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["import_ledger"]


def import_ledger(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Another ledger.db, or a backup of one.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how many there are, and add nothing.")] = False,
) -> None:
    """Adds the requests of another ledger, such as another machine's, to this one.

    Each request comes in once: what is here already stays as it is, and the import may be repeated. A sidecar may run
    meanwhile.
    """
    from contextlib import closing

    from franking import paths
    from franking.cli.errors import Failure
    from franking.ledger import importing, reader
    from franking.ledger.connection import patient

    if not file.is_file():
        raise Failure(f"{file}: there is no such file")
    own = paths.ledger_file()
    if own.exists() and own.samefile(file):
        raise Failure(f"{file} is this home's own ledger")
    try:
        with reader.opened(file) as source, closing(patient(own)) as ledger:
            found = importing.import_rows(source, ledger, dry_run=dry_run)
    except reader.LedgerMissingError:
        found = importing.Outcome()
    added = "would be added" if dry_run else "added"
    typer.echo(f"{found.added:,} requests {added}; {found.known:,} were here already")
