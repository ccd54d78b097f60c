"""The options that say which requests are meant, for commands about requests. ``selection`` makes Filters of them.

Cheap to import: the command line is read before anything else is.
"""

from typing import Annotated, Any

import typer

__all__ = [
    "Branch", "Client", "Feature", "Gateway", "Mine", "Model", "NotBranch", "NotClient", "NotFeature", "NotGateway",
    "NotModel", "NotOrganization", "NotProject", "NotRepository", "NotSession", "NotUser", "Organization", "Period",
    "Project", "Repository", "Session", "Since", "Until", "User",
]  # fmt: skip

_Values = list[str] | None


def _only(dimension: str) -> Any:
    return typer.Option(metavar=dimension[0].upper(), help=f"Only this {dimension}.")


def _not(dimension: str) -> Any:
    # Told in the text above the options: ten more lines that say the same would hide the others.
    return typer.Option(
        f"--not-{dimension}", metavar=dimension[0].upper(), hidden=True, help=f"All but this {dimension}."
    )


Period = Annotated[
    str | None, typer.Option(metavar="week|month|year|all", help="The past week, month (default), year, or all.")
]
Since = Annotated[
    str | None, typer.Option(metavar="D", help="From: 2026-11-22, 2026-11, yesterday, 7d, or with a time.")
]
Until = Annotated[str | None, typer.Option(metavar="D", help="To, the day or month itself included.")]
Mine = Annotated[bool, typer.Option("--mine", help="Only your own requests.")]

Project = Annotated[_Values, _only("project")]
Feature = Annotated[_Values, _only("feature")]
Model = Annotated[_Values, _only("model")]
User = Annotated[_Values, _only("user")]
Client = Annotated[_Values, _only("client")]
Organization = Annotated[_Values, _only("organization")]
Gateway = Annotated[_Values, _only("gateway")]
Branch = Annotated[_Values, _only("branch")]
Session = Annotated[_Values, _only("session")]
Repository = Annotated[_Values, _only("repository")]

NotProject = Annotated[_Values, _not("project")]
NotFeature = Annotated[_Values, _not("feature")]
NotModel = Annotated[_Values, _not("model")]
NotUser = Annotated[_Values, _not("user")]
NotClient = Annotated[_Values, _not("client")]
NotOrganization = Annotated[_Values, _not("organization")]
NotGateway = Annotated[_Values, _not("gateway")]
NotBranch = Annotated[_Values, _not("branch")]
NotSession = Annotated[_Values, _not("session")]
NotRepository = Annotated[_Values, _not("repository")]
