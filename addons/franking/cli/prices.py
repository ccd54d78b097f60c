"""``frank prices``: what is charged, where that is from, how old it is; ``frank prices update``."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from franking.cli.prices_view import Line
    from franking.metering.pricing import Pricer
    from franking.settings import Settings

__all__ = ["prices"]

_MONTH = 31 * 86_400 * 1_000_000
_FORMATS = ("openai-chat", "anthropic-messages", "gemini-generate")


def prices(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL|update]", help="Only this model; update: fetch a newer list.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON: {list, own, prices}.")] = False,
) -> None:
    """What models are charged at, for a million tokens, and where each price is from.

    Without a MODEL it is the models of the past month's requests and those of your own prices file. With one, every
    unit of it at each gateway. `frank prices update` fetches the price list that its publisher has by now; nothing
    does so by itself, and a sidecar that runs reads it at its next start.
    """
    from franking import paths, settings
    from franking.cli import prices_view
    from franking.metering.pricing import Pricer

    configured = settings.load()
    if model == "update":
        _update(configured, as_json)
        return
    pricer = Pricer(configured.prices.file, paths.prices_file())
    lines = _of(model, configured, pricer) if model else _all(pricer)
    if as_json:
        typer.echo(prices_view.as_json(lines, pricer.table.about(), configured.prices.file))
    else:
        prices_view.show(lines, pricer.table.about(), configured.prices.file, asked=model)
    if model and not any(line.found for line in lines):
        raise typer.Exit(1)


def _of(model: str, configured: "Settings", pricer: "Pricer") -> "list[Line]":
    """The model at every gateway that has a price for it, each price once."""
    from franking.cli import selection
    from franking.cli.prices_view import Line

    lines: list[Line] = []
    for gateway in configured.gateway:
        for wire_format in _FORMATS:
            found = pricer.find((model,), gateway.name, wire_format, None, selection.now())
            if found and all(line.found is None or line.found.label != found.label for line in lines):
                lines.append(Line(model, gateway.name, found))
    return lines or [Line(model, None, None)]


def _all(pricer: "Pricer") -> "list[Line]":
    """The models of the past month's requests as they are priced now, and those of the user's own file."""
    from franking.cli import selection
    from franking.cli.prices_view import Line
    from franking.ledger import pricing_facts, reader

    now = selection.now()
    lines = []
    try:
        with reader.opened() as ledger:
            for used in pricing_facts.models(ledger, now - _MONTH):
                found = pricer.find((used.model,), used.gateway, used.wire_format, None, now)
                lines.append(Line(used.model, used.gateway, found, used.requests))
    except reader.LedgerMissingError:
        pass
    shown = {line.found.label for line in lines if line.found}
    for name in pricer.own.models:
        own = pricer.find((name,), "", "openai-chat", None, now)
        if own and own.label not in shown:
            lines.append(Line(name, None, own))
    return lines


def _update(configured: "Settings", as_json: bool) -> None:
    import json

    from franking import paths
    from franking.cli.errors import Failure
    from franking.cli.progress import Progress
    from franking.metering import price_update
    from franking.metering.price_table import PriceTable

    paths.ensure_home()
    before = PriceTable(paths.prices_file()).about()
    try:
        with Progress(doing="Fetching the price list"):
            upstream = configured.upstream
            price_update.update(paths.prices_file(), upstream.proxy, ca_file=upstream.ca_file)
    except price_update.PriceUpdateError as fault:
        since = f", fetched {before.fetched}" if before.fetched else ""
        raise Failure(f"{fault}; the price list of genai-prices {before.version}{since} stays in use") from None
    after = PriceTable(paths.prices_file()).about()
    if as_json:
        typer.echo(json.dumps({"fetched": str(after.fetched), "models": after.models, "newest": str(after.newest)}))
    else:
        typer.echo(
            f"{after.models:,} models, the newest price of {after.newest}. "
            "A sidecar that runs reads them at its next start; `frank reprice` uses them now."
        )
