"""``frank budgets``: what may be spent, how much of it is, and whether to go on."""

from typing import TYPE_CHECKING, Annotated

import typer

from franking.cli import budget_moments
from franking.cli import budget_options as options
from franking.cli.taking import taking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from franking.ledger.filters import Value

__all__ = ["app"]

app = typer.Typer()


@app.callback(invoke_without_command=True)
def budgets(context: typer.Context, as_json: options.Json = False) -> None:
    """Budgets: list with their states, create, edit, raise, check, pause.

    Without a command: every budget, what is spent of it, and what it will come to by the days passed.
    """
    if context.invoked_subcommand is None:
        list_(as_json)


@app.command("list")
def list_(as_json: options.Json = False) -> None:
    """All budgets and how they stand.

    Each is ok, at a warning, or over; with what is spent, what is left, and what it will come to by the days passed.
    """
    from franking.budgets import questions, store
    from franking.cli import budgets_text, budgets_view, selection
    from franking.ledger import reader

    at = selection.now()
    try:
        with reader.opened() as ledger:
            found, paused = questions.states(ledger, at), store.paused_until(ledger, at)
    except reader.LedgerMissingError:
        found, paused = [], None
    if as_json:
        typer.echo(budgets_text.as_json(found, paused, at))
    else:
        budgets_view.show(found, paused)


@app.command()
def show(name: options.Name, as_json: options.Json = False) -> None:
    """One budget in full, with its raises."""
    from franking.budgets import questions, store
    from franking.budgets.values import BudgetError
    from franking.cli import budgets_text, budgets_view, selection
    from franking.ledger import reader

    at = selection.now()
    with reader.opened() as ledger:
        held = store.budget(ledger, name)
        if held is None:
            raise BudgetError(f"there is no budget {name!r}; `frank budgets` lists those that there are")
        [state] = questions.states(ledger, at, only=[held])
        raises = [each for each in store.raises(ledger, at) if each.budget == held.number]
    if as_json:
        typer.echo(budgets_text.one_as_json(state, raises))
    else:
        budgets_view.show_one(state, raises)


@app.command()
@taking(options.said)
def create(
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="US dollars for each period, such as 50 or 12.50.")],
    name: Annotated[str | None, typer.Option(metavar="NAME", help="Its name; by default what it is for.")] = None,
    *,
    said: options.Said,
) -> None:
    """Make a budget.

    For a project, a user, a model …, for several of these together, or for everything. It only tells and warns. With
    --hard the sidecar refuses requests when it is over.
    """
    from franking.budgets import changes, periods
    from franking.budgets.values import Budget
    from franking.cli import selection
    from franking.cli.amounts import nano
    from franking.cli.project_options import writing

    calendar = said.zone or periods.local_zone_name()
    fields = {"zone": calendar} | said.changes(calendar)
    named = name or _name(said.include, said.period or "month")
    wanted = Budget(named, nano(amount, "AMOUNT"), include=said.include, **fields)
    with writing() as ledger:
        made = changes.create(ledger, wanted, selection.now())
    typer.echo(f"budget {made.name}: made, a {made.period} in {made.zone}, {'hard' if made.hard else 'soft'}")


@app.command()
@taking(options.said)
def edit(
    name: options.Name,
    amount: Annotated[str | None, typer.Option(metavar="AMOUNT", help="US dollars for each period.")] = None,
    new_name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Another name.")] = None,
    everything: Annotated[bool, typer.Option("--everything", help="For every request.")] = False,
    *,
    said: options.Said,
) -> None:
    """Change a budget. What is given for one dimension takes the place of what it had; what is not given stays."""
    from franking.budgets import changes, store
    from franking.cli import selection
    from franking.cli.amounts import nano
    from franking.cli.project_options import writing

    with writing() as ledger:
        held = store.budget(ledger, name)
        fields = said.changes(held.zone if held else "UTC")
        if amount is not None:
            fields["amount"] = nano(amount, "--amount")
        if new_name is not None:
            fields["name"] = new_name
        if everything or said.include:
            fields["include"] = ({} if everything or held is None else dict(held.include)) | dict(said.include)
        edited = changes.edit(ledger, name, selection.now(), **fields)
    typer.echo(f"budget {edited.name}: changed")


@app.command()
def delete(name: options.Name) -> None:
    """Forget a budget.

    Its raises and alerts go along; what was spent stays in every other view.
    """
    from franking.budgets import changes
    from franking.cli.project_options import writing

    with writing() as ledger:
        typer.echo(f"budget {changes.delete(ledger, name).name}: deleted")


def _name(include: "Mapping[str, tuple[Value, ...]]", period: str) -> str:
    """What it is for and how long: ``acme-api-month``."""
    parts = [value or "unattributed" for values in include.values() for value in values]
    return "-".join([*parts, period] if parts else ["all", period])


for command in (budget_moments.check, budget_moments.pause, budget_moments.resume):
    app.command()(command)
app.command("raise")(budget_moments.raise_)
