"""``frank ca``: where the certificate authority is, what it may sign for, and a new one.

``path`` imports no more than it prints with: scripts call it.
"""

import json
from typing import Annotated, Any

import typer

from franking import paths
from franking.cli.errors import Failure
from franking.trust import Files

__all__ = ["app"]

app = typer.Typer(help="The certificate authority: where it is, what it may sign for, a new one.", no_args_is_help=True)

_NONE_YET = "there is no certificate authority yet: `frank start` makes it"
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command()
def path(
    bundle: Annotated[bool, typer.Option("--bundle", help="The public roots and ours, in one file.")] = False,
    as_json: Json = False,
) -> None:
    """Print the root certificate's path."""
    files = Files(paths.ca_folder())
    file = files.bundle if bundle else files.root
    if not file.exists():
        raise Failure(_NONE_YET)
    everything = {"root": files.root, "bundle": files.bundle, "java_truststore": files.java}
    typer.echo(json.dumps({name: str(at) for name, at in everything.items()}, indent=2) if as_json else str(file))


@app.command()
def show(as_json: Json = False) -> None:
    """Print the roots in force: subject, fingerprint, validity, and the hosts that they are held to."""
    from franking.proxy import authority

    held = authority.load(paths.ca_folder(), ())
    if held is None:
        raise Failure(_NONE_YET)
    found = [_described(entry) for entry in reversed(held.issuers)]
    if as_json:
        typer.echo(json.dumps({"path": str(held.files.root), "authorities": found}, indent=2))
        return
    typer.echo(f"file         {held.files.root}")
    for entry in found:
        typer.echo(f"\nsubject      {entry['subject']}")
        typer.echo(f"fingerprint  SHA-256 {entry['fingerprint_sha256']}")
        typer.echo(f"valid        {entry['not_before'][:10]} to {entry['not_after'][:10]}")
        typer.echo(f"signs for    {entry['hosts'][0]}")
        for host in entry["hosts"][1:]:
            typer.echo(f"             {host}")


@app.command()
def rotate() -> None:
    """Make a new authority in place of the one in force."""
    from franking import settings
    from franking.proxy import authority

    paths.ensure_home()
    read = settings.load()
    hosts = [host for gateway in read.gateway for host in gateway.hosts]
    made = authority.rotate(paths.ca_folder(), hosts, read.upstream.ca_file)
    typer.echo(f"new root     {made.files.root}")
    typer.echo(f"fingerprint  SHA-256 {_described(made.newest)['fingerprint_sha256']}")
    typer.echo("Tools that were started before trust the old one: start them again.")


def _described(entry: Any) -> dict[str, Any]:
    """A generation in words. Hosts: each stands for itself and the names under it, as certificates say it."""
    from cryptography.hazmat.primitives import hashes

    return {
        "subject": entry.root.subject.rfc4514_string(),
        "fingerprint_sha256": entry.root.fingerprint(hashes.SHA256()).hex(":").upper(),
        "not_before": entry.not_before.isoformat().replace("+00:00", "Z"),
        "not_after": entry.not_after.isoformat().replace("+00:00", "Z"),
        "hosts": sorted(entry.names),
    }
