"""Links for people and for programs. An address is told only where one link was asked for."""

import json
from typing import Any
from urllib.parse import urlsplit

import typer

from franking.cli import tables
from franking.cli.tables import Column
from franking.projects.link_values import Listed
from franking.settings import is_loopback
from franking.words import clean, iso, local

__all__ = ["as_json", "show", "tell"]

_STYLES = {"open": "green", "expired": "dim", "revoked": "dim", "void": "dim"}


def show(listed: list[Listed]) -> None:
    """A table."""
    out = tables.console()
    if not listed:
        out.print("No links yet. Make one: frank links create PROJECT")
        return
    each = [shown.link for shown in listed]
    columns = [
        Column("Id", [link.id for link in each]),
        Column("Project", [clean(_project(shown) or "-") for shown in listed], least=12),
        Column("State", [shown.status for shown in listed], styles=[_STYLES[shown.status] for shown in listed]),
        Column("Until", [_time(link.expires_at) for link in each], keep=9),
        Column("Last seen", [_time(link.used_at) for link in each], keep=8),
        Column("For", [clean(link.note or "-") for link in each], keep=6, least=10),
        Column("Users", ["shown" if link.with_users else "-" for link in each], keep=4),
        Column("Reached at", [link.address for link in each], keep=3),
        Column("Made", [_time(link.made_at) for link in each], keep=2),
    ]
    out.print(tables.render(columns, out.width))


def as_json(listed: list[Listed]) -> str:
    """As JSON."""
    return json.dumps({"links": [_facts(shown) for shown in listed]}, indent=2)


def tell(shown: Listed, *, as_json: bool) -> None:
    """One link with its address, on standard output alone; what there is to know of it on stderr."""
    if as_json:
        typer.echo(json.dumps({**_facts(shown), "url": shown.url}, indent=2))
        return
    link = shown.link
    typer.echo(shown.url)
    until = local(link.expires_at, form="%Y-%m-%d %H:%M")
    typer.echo(
        f"shows project {clean(_project(shown) or '-')} until {until}; to end it: frank links revoke {link.id}",
        err=True,
    )
    parts = urlsplit(link.address)
    if is_loopback(parts.hostname or ""):
        typer.echo("only this machine reaches it there; --base URL names where a client does", err=True)
    elif parts.scheme == "http":
        typer.echo("http is not encrypted: whoever is on the way can read the address, and so the page", err=True)


def _project(shown: Listed) -> str | None:
    return shown.project.name if shown.project is not None else None


def _time(micros: int | None) -> str:
    return local(micros, form="%Y-%m-%d %H:%M")


def _facts(shown: Listed) -> dict[str, Any]:
    link = shown.link
    return {
        "id": link.id,
        "project": _project(shown),
        "status": shown.status,
        "address": link.address,
        "note": link.note,
        "period": link.period,
        "with_users": link.with_users,
        "made_at": iso(link.made_at),
        "expires_at": iso(link.expires_at),
        "revoked_at": iso(link.revoked_at),
        "used_at": iso(link.used_at),
    }
