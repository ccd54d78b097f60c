"""What a budget is for, told from its dimensions and their values. Pure, of plain values: a prompt waits for it."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from franking.ledger.filters import Value
    from franking.projects.names import Names

    Include = Mapping[str, tuple[Value, ...]]

__all__ = ["concerns", "named_now"]


def named_now(names: "Names", include: "Include") -> "Include":
    """The same with projects by their names of now: they may have been renamed or merged since."""
    if "project" not in include:
        return include
    named = (None if value is None else names.resolved(value) for value in include["project"])
    return {**include, "project": tuple(dict.fromkeys(named))}


def concerns(include: "Include", project: str, organization: str | None) -> bool:
    """Is it for this project: does it name the project or its organization, or is it for everything?"""
    asked = {"project": project, "organization": organization}
    named = [dimension for dimension in include if dimension in asked]
    return (not include or bool(named)) and all(asked[dimension] in include[dimension] for dimension in named)
