"""``frank alerts``: which budgets have reached a threshold, who was told, and whether a channel works."""

from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
Number = Annotated[int, typer.Option("-n", "--number", metavar="N", min=1, help="How many, the newest.")]


@app.callback(invoke_without_command=True)
def alerts(context: typer.Context, number: Number = 20, as_json: Json = False) -> None:
    """Alerts of budgets: which threshold was reached when, and which channel took it.

    Without a command: the newest. Channels are configured as [[alerts]].
    """
    if context.invoked_subcommand is not None:
        return
    from franking.budgets import alert_store
    from franking.cli import alerts_view
    from franking.ledger import reader

    try:
        with reader.opened() as ledger:
            found = alert_store.listed(ledger)
    except reader.LedgerMissingError:
        found = []
    shown = alerts_view.together(found)[-number:]
    if as_json:
        typer.echo(alerts_view.as_json(shown))
    else:
        alerts_view.show(shown)


@app.command("test")
def prove(
    channel: Annotated[str | None, typer.Argument(metavar="[CHANNEL]", help="Its name; all without one.")] = None,
    as_json: Json = False,
) -> None:
    """Send a test alert on a channel, or on all, and say whether it was taken. Exit status 1 where one was not."""
    import json
    import time

    from franking import settings
    from franking.budgets.alerts import ALWAYS, Alert
    from franking.budgets.channels import deliver
    from franking.budgets.delivering import message
    from franking.budgets.values import Budget
    from franking.cli import selection
    from franking.cli.errors import Failure

    known = settings.load()
    channels = {one.name: one for one in known.alerts}
    if channel is not None and channel not in (*channels, *ALWAYS):
        names = ", ".join((*ALWAYS, *channels))
        raise Failure(f"there is no channel {channel!r}; there are {names}; others are configured as [[alerts]]")
    at = selection.now()
    budget = Budget("test", 10_000_000_000)
    told = message(Alert(0, "test", at, 80, at, 8_000_000_000, budget.amount), budget, test=True)
    results = []
    for name in (*ALWAYS, *channels):
        if channel is not None and channel != name:
            continue
        begun = time.monotonic()
        fault = None if name in ALWAYS else deliver(channels[name], told, known.upstream.ca_file)
        results.append({"channel": name, "taken": fault is None, "fault": fault})
        if not as_json:
            where = " (always: nothing needs to be delivered)" if name in ALWAYS else ""
            took = f"taken{where or f' ({time.monotonic() - begun:.1f} s)'}"
            typer.echo(f"{name}: {took if fault is None else f'NOT taken: {fault}'}")
    if as_json:
        typer.echo(json.dumps({"channels": results}, indent=2))
    elif not channels:
        typer.echo("no other channel is configured: [[alerts]] of the configuration names them", err=True)
    if not all(result["taken"] for result in results):
        raise typer.Exit(1)
