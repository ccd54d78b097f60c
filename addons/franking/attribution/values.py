"""The frozen values of this room: Peer (who calls), Place (where from), Context (what is known), Attribution (whose).

They are made once and never changed, so that they can be cached and passed between threads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from franking.attribution.place_values import Fault, ProjectFile, Repository

__all__ = [
    "INFERRED",
    "NOBODY",
    "Attribution",
    "Candidate",
    "Context",
    "Fault",
    "Peer",
    "Place",
    "ProjectFile",
    "Repository",
    "Sourced",
]


INFERRED = "backfill:"
"""What the source of a value begins with that was filled in later, from rules and neighbours."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The process that owns the client's end of a connection.

    pid: None where the caller could not be found (``fault`` says why).
    directory: its working directory (never ``PWD``), None if not readable.
    argv: its command line, as the kernel keeps it.
    environment: only the variables that franking reads.
    started: when the process started, in the platform's own count; only ever compared, so that a reused pid is noticed.
    """

    pid: int | None = None
    directory: str | None = None
    argv: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    started: int | None = None


NOBODY = Peer()


@dataclass(frozen=True, slots=True)
class Place:
    """What a directory says: its project file and its repository, each None where there is none."""

    directory: str
    project_file: ProjectFile | None = None
    repository: Repository | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """All that attribution may look at for one request. Header names are lower-case; values as they came.

    headers: pairs in their order, so that a header sent twice is seen twice.
    route: the route's operation (``chat``, ``fim``, ``embeddings`` …), None off the LLM routes.
    userinfo: the proxy userinfo's fields: ``project``, ``feature``, ``session``, ``user`` …
    place: of the caller's directory; None when it is unknown.
    sidecar_place: of ``--project-dir``; None without one.
    sidecar: the sidecar's own environment and configuration: ``feature``, ``project``, ``organization``, ``user``.
    stamp: field → the header that this gateway reads for it, as its entry says.
    """

    method: str
    host: str
    path: str
    headers: tuple[tuple[str, str], ...]
    route: str | None = None
    userinfo: Mapping[str, str] = field(default_factory=dict)
    peer: Peer = NOBODY
    place: Place | None = None
    sidecar_place: Place | None = None
    sidecar: Mapping[str, str] = field(default_factory=dict)
    stamp: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One source's word on one field, and what became of it.

    field: ``project``, ``feature``, ``user`` …  source: the contract's name (``git-remote``).
    where: header, file:line, variable, remote.  outcome: ``won``, or why it lost, in plain words.
    """

    field: str
    source: str
    value: str | None
    where: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Sourced:
    """A value and the name of the source it came from; both None when nobody had a say."""

    value: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose request it is. NULL where nothing says; never a guess."""

    project: Sourced = Sourced()
    feature: Sourced = Sourced()
    rejected_feature: str | None = None
    organization: Sourced = Sourced()
    user: Sourced = Sourced()
    session: Sourced = Sourced()
    task: Sourced = Sourced()
    client: Sourced = Sourced()
    client_version: str | None = None
    editor: Sourced = Sourced()
    machine: Sourced = Sourced()
    tags: tuple[str, ...] = ()
    repository: str | None = None
    branch: str | None = None
    worktree: str | None = None
    pid: int | None = None
    command: str | None = None
    candidates: tuple[Candidate, ...] = ()
    faults: tuple[Fault, ...] = ()
