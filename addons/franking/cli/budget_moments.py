"""``frank budgets check``, ``raise``, ``pause`` and ``resume``: what is asked and done at one moment."""

from typing import Annotated

import typer

from franking.cli import budget_options as options

__all__ = ["OVER", "WARNING", "check", "pause", "raise_", "resume"]

OVER = 3
WARNING = 4


def check(
    project: Annotated[
        str | None,
        typer.Argument(metavar="[PROJECT]", help="Its name, an earlier one, or an id; without, all budgets."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 4 where a warning is reached.")] = False,
    as_json: options.Json = False,
) -> None:
    """For scripts: is there anything left?

    It ends with 0 if so, with 3 where a budget is over. Looked at are the budgets that name the project or its
    organization, and those for everything. With --strict it ends with 4 where a warning is reached and nothing is
    over. 1 is, as everywhere, that it could not be told.
    """
    from franking.budgets import matching, questions, store
    from franking.cli import budgets_text, budgets_view, selection
    from franking.ledger import reader
    from franking.projects import questions as of_projects

    at = selection.now()
    try:
        with reader.opened() as ledger:
            names = of_projects.names(ledger)
            found = [questions.named_now(names, budget) for budget in store.budgets(ledger)]
            if project is not None:
                named = names.resolved(project)
                found = [each for each in found if matching.concerns(each, named, names.organization(named))]
            states, paused = questions.states(ledger, at, names, found), store.paused_until(ledger, at)
    except reader.LedgerMissingError:
        states, paused = [], None
    if as_json:
        typer.echo(budgets_text.as_json(states, paused, at))
    else:
        budgets_view.check(states, paused, project)
    reached = {state.status for state in states}
    if "over" in reached:
        raise typer.Exit(OVER)
    if strict and "warning" in reached:
        raise typer.Exit(WARNING)


def raise_(
    name: options.Name,
    by: Annotated[str | None, typer.Option(metavar="AMOUNT", help="So many US dollars more.")] = None,
    to: Annotated[str | None, typer.Option(metavar="AMOUNT", help="To so many, raises in force included.")] = None,
    for_: Annotated[str | None, typer.Option("--for", metavar="LENGTH", help="For 30m, 12h, 2d, 1w.")] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="Until then, the day itself included.")] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Why.")] = None,
) -> None:
    """Raise a budget for a while.

    Without --for or --until it is to the end of its period.
    """
    if (by is None) == (to is None):
        raise typer.BadParameter("give one of --by and --to")
    if for_ is not None and until is not None:
        raise typer.BadParameter("choose one of --for and --until")

    from franking.budgets import changes, periods, state, store
    from franking.budgets.values import BudgetError
    from franking.cli import selection
    from franking.cli.amounts import micros, nano
    from franking.cli.project_options import writing
    from franking.words import local, money

    at = selection.now()
    with writing() as ledger:
        held = store.budget(ledger, name)
        if held is None:
            raise BudgetError(f"there is no budget {name!r}; `frank budgets` lists those that there are")
        zone = periods.zone(held.zone)
        if until is not None:
            end = options.moment(until, zone, 1, "--until") or at
        else:
            end = at + micros(for_, "--for") if for_ else periods.window(held.period, zone, at).end
        now = state.amount(held, store.raises(ledger, at), at)
        more = nano(by, "--by") if by is not None else nano(to or "", "--to") - now
        if to is not None and more <= 0:
            raise BudgetError(f"{name!r} is at {money(now)} already; to lower it: frank budgets edit --amount")
        changes.raise_(ledger, name, more, at, end, note)
    typer.echo(f"budget {held.name}: {money(now + more)} until {local(end, zone, '%Y-%m-%d %H:%M')} ({held.zone})")


def pause(
    length: Annotated[str, typer.Argument(metavar="LENGTH", help="30m, 1h, 2d.")],
) -> None:
    """Let everything pass for a while.

    Whatever hard budgets say; spending is counted all the same.
    """
    from franking.budgets import changes
    from franking.cli import selection
    from franking.cli.amounts import micros
    from franking.cli.project_options import writing
    from franking.words import local

    at = selection.now()
    end = at + micros(length, "LENGTH")
    with writing() as ledger:
        changes.pause(ledger, at, end)
    typer.echo(f"no budget refuses anything until {local(end, form='%Y-%m-%d %H:%M')}; to end it: frank budgets resume")


def resume() -> None:
    """End the pause."""
    from franking.budgets import changes
    from franking.cli import selection
    from franking.cli.project_options import writing

    with writing() as ledger:
        ended = changes.resume(ledger, selection.now())
    typer.echo("budgets are in force again" if ended else "budgets are in force: nothing was paused")
