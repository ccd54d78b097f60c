"""What a project and an organization are. Frozen values; times are microseconds UTC, None is "not said".

Named tuples, which take no dataclasses: a prompt waits for them.
"""

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

__all__ = ["Member", "Organization", "Project", "ProjectsError"]

_NOTHING: "Mapping[str, str | bool]" = {}


class ProjectsError(Exception):
    """It cannot be done so. Its text says in one line why, and what to do."""


class Member(NamedTuple):
    """Requests that belong to a project: those with this id, this repository, or both.

    repository: an address without scheme and user (``github.com/acme/api``); ``*`` in it stands for any part.
    pattern: ``*`` in project_id does so as well; without, it is a letter like others.
    """

    project_id: str | None = None
    repository: str | None = None
    pattern: bool = False

    def __str__(self) -> str:
        """As the command's options say it."""
        ids = None if self.project_id is None else f"{'pattern' if self.pattern else 'id'} {self.project_id}"
        return " at ".join(part for part in (ids, self.repository and f"remote {self.repository}") if part)


class Organization(NamedTuple):
    """What projects belong to. metadata: as a project's."""

    name: str
    display_name: str | None = None
    description: str | None = None
    colour: str | None = None
    icon: str | None = None
    metadata: "Mapping[str, str | bool]" = _NOTHING
    created_at: int | None = None
    changed_at: int | None = None

    @property
    def title(self) -> str:
        """What it is called on a page."""
        return self.display_name or self.name


class Project(NamedTuple):
    """A project: defined, or only seen (then ``number`` is None).

    name: what it is listed as, and an id of its own. members: further requests that are its own.
    colour: ``#rrggbb``. metadata: any keys; ``billable`` is a bool, ``billing_rate`` a decimal string, others text.
    merged_into: the name of the project that it is part of.
    """

    name: str
    display_name: str | None = None
    description: str | None = None
    colour: str | None = None
    icon: str | None = None
    organization: str | None = None
    metadata: "Mapping[str, str | bool]" = _NOTHING
    members: tuple[Member, ...] = ()
    merged_into: str | None = None
    number: int | None = None
    created_at: int | None = None
    changed_at: int | None = None
    archived_at: int | None = None

    @property
    def title(self) -> str:
        """What it is called on a page."""
        return self.display_name or self.name

    @property
    def billable(self) -> bool:
        """May it be invoiced? False where nothing is said."""
        return self.metadata.get("billable") is True

    @property
    def billing_rate(self) -> "Decimal | None":
        """The rate that its metadata tells; what it is a rate of is the invoice's affair."""
        from decimal import Decimal

        said = self.metadata.get("billing_rate")
        return Decimal(said) if isinstance(said, str) else None
