"""The project of a directory, for whoever cannot wait for all of attribution: neither GitPython nor pydantic is loaded.

The same sources in the same order as for a request that a tool sends from there (``sources.PROJECT``), as far as they
can speak without a request: the caller's variable, the project file, git, and the sidecar's own.
"""

from typing import NamedTuple

from franking.attribution import git_head, project_file, reading, repository
from franking.attribution.place_values import Repository
from franking.attribution.project_id import named, of_remote, stored

__all__ = ["Sidecar", "look"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    Style = Literal["repo", "owner/repo"]


class Sidecar(NamedTuple):
    """What the configuration and a running sidecar say: the style of ids, the default project, ``--project-dir``."""

    style: "Style" = "repo"
    project: str | None = None
    directory: str | None = None


def look(
    directory: str, environment: "Mapping[str, str]", sidecar: Sidecar, watch: reading.Watch
) -> tuple[str | None, str | None]:
    """The project that a request from a directory would be stamped with, and its repository; None where there is none.

    watch: is told every file that the answer rests on. Never raises.
    """
    found = repository.look(directory, environment, watch, git_head.branch).repository
    remote = found.remote if found else None
    said = environment.get("FRANKING_PROJECT")
    if said and (value := named(said, sidecar.style)):
        return value, remote
    has_say, value = _of_place(directory, found, sidecar.style, watch)
    if has_say:
        return value, remote
    if sidecar.directory is not None:
        beside = repository.look(sidecar.directory, {}, watch, git_head.branch).repository
        has_say, value = _of_place(sidecar.directory, beside, sidecar.style, watch)
        if has_say:
            return value, beside.remote if beside else None
    return (named(sidecar.project, sidecar.style) if sidecar.project else None), remote


def _of_place(
    directory: str, found: Repository | None, style: "Style", watch: reading.Watch
) -> tuple[bool, str | None]:
    """Whether a directory has a say, and what it says: None opts out."""
    file = project_file.look(directory, found.toplevel if found else None, watch)
    if file is not None and file.project_id is not None:
        return True, named(file.project_id, style)
    if found is None:
        return False, None
    value = of_remote(found.remote, style) if found.remote else stored(found.name)
    return value is not None, value
