"""The options that say which requests are meant, for commands about requests. ``selection`` makes Filters of them.

Cheap to import: the command line is read before anything else is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from franking import periods
    from franking.ledger.filters import Filters

__all__ = ["Said", "said"]

_Values = list[str] | None


@dataclass(frozen=True, slots=True)
class Said:
    """Which requests are meant; filters: within the period too."""

    period: "periods.Period"
    filters: "Filters"


def _only(dimension: str) -> Any:
    return typer.Option(metavar=dimension[0].upper(), help=f"Only this {dimension}.")


def _not(dimension: str) -> Any:
    # Told in the text above the options: ten more lines that say the same would hide the others.
    return typer.Option(
        f"--not-{dimension}", metavar=dimension[0].upper(), hidden=True, help=f"All but this {dimension}."
    )


def said(
    period: Annotated[
        str | None, typer.Option(metavar="week|month|year|all", help="The past week, month (default), year, or all.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, yesterday, 7d, or with a time.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only your own requests.")] = False,
    project: Annotated[_Values, _only("project")] = None,
    feature: Annotated[_Values, _only("feature")] = None,
    model: Annotated[_Values, _only("model")] = None,
    user: Annotated[_Values, _only("user")] = None,
    client: Annotated[_Values, _only("client")] = None,
    organization: Annotated[_Values, _only("organization")] = None,
    gateway: Annotated[_Values, _only("gateway")] = None,
    branch: Annotated[_Values, _only("branch")] = None,
    session: Annotated[_Values, _only("session")] = None,
    repository: Annotated[_Values, _only("repository")] = None,
    not_project: Annotated[_Values, _not("project")] = None,
    not_feature: Annotated[_Values, _not("feature")] = None,
    not_model: Annotated[_Values, _not("model")] = None,
    not_user: Annotated[_Values, _not("user")] = None,
    not_client: Annotated[_Values, _not("client")] = None,
    not_organization: Annotated[_Values, _not("organization")] = None,
    not_gateway: Annotated[_Values, _not("gateway")] = None,
    not_branch: Annotated[_Values, _not("branch")] = None,
    not_session: Annotated[_Values, _not("session")] = None,
    not_repository: Annotated[_Values, _not("repository")] = None,
) -> Said:
    """What the options say, for a command that is ``taking`` them."""
    from franking.cli import selection

    meant = selection.period(period, since, until)
    chosen = selection.filters(
        meant, mine=mine, project=project, feature=feature, model=model, user=user, client=client,
        organization=organization, gateway=gateway, branch=branch, session=session, repository=repository,
        without={
            "project": not_project, "feature": not_feature, "model": not_model, "user": not_user, "client": not_client,
            "organization": not_organization, "gateway": not_gateway, "branch": not_branch, "session": not_session,
            "repository": not_repository,
        },
    )  # fmt: skip
    return Said(meant, chosen)
