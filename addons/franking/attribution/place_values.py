"""What a directory tells, as frozen values: ``values.py`` has these and all the others.

On their own, and as NamedTuples, for whoever cannot wait for more, such as a shell's prompt: to import ``dataclasses``
takes 12 ms, and each of them half a millisecond more.
"""

from typing import NamedTuple

__all__ = ["Fault", "ProjectFile", "Repository"]


class Fault(NamedTuple):
    """Something that could not be read. It never stops a request; the row and ``frank explain`` tell it.

    where: a file (``/repo/.kilocode/config.json:3:7``), a process (``pid 123``), a header's name.
    what: one sentence on what is wrong. Never holds a secret.
    """

    where: str
    what: str


class ProjectFile(NamedTuple):
    """What the nearest ``.kilocode/config.json`` says.

    path, line: where ``project.id`` stands (line 0: the file has none).
    project_id: None says nothing; ``""`` opts out.
    """

    path: str
    line: int = 0
    project_id: str | None = None
    fault: Fault | None = None


class Repository(NamedTuple):
    """The git repository around a directory.

    toplevel: the working tree's top (of a linked worktree: the main repository's name is in ``name``).
    name: the folder name that ``git-toplevel`` reports: the main repository's.
    remote: ``origin`` with credentials removed, insteadOf applied; None without ``origin``.
    branch: None when detached. worktree: the linked worktree's name, else None.
    user: ``user.email`` as this repository sees it.
    """

    toplevel: str
    name: str
    remote: str | None = None
    branch: str | None = None
    worktree: str | None = None
    user: str | None = None
    fault: Fault | None = None
