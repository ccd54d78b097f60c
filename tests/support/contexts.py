"""Contexts for attribution's tests, made from a few words."""

from collections.abc import Mapping

from franking.attribution.values import Context, Peer, Place, ProjectFile, Repository

__all__ = ["REMOTE", "context", "place"]

REMOTE = "git@github.com:example-co/example-repo.git"


def place(
    project_id: str | None = None,
    remote: str | None = None,
    name: str = "",
    user: str | None = None,
    branch: str | None = None,
) -> Place:
    """A directory with a project file (project_id), a repository (remote or name), both or neither."""
    file = None if project_id is None else ProjectFile("/repo/.kilocode/config.json", 3, project_id)
    repository = None
    if remote or name:
        repository = Repository("/repo", name or "repo", remote=remote, user=user, branch=branch)
    return Place("/repo", file, repository)


def context(
    headers: Mapping[str, str] | tuple[tuple[str, str], ...] = (),
    *,
    path: str = "/api/openrouter/chat/completions",
    route: str | None = "chat",
    userinfo: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    argv: tuple[str, ...] = (),
    here: Place | None = None,
    sidecar_place: Place | None = None,
    sidecar: Mapping[str, str] | None = None,
    stamp: Mapping[str, str] | None = None,
) -> Context:
    """A request's context; header names are made lower-case, as the proxy does."""
    pairs = tuple(headers.items()) if isinstance(headers, Mapping) else tuple(headers)
    return Context(
        method="POST",
        host="api.kilo.ai",
        path=path,
        headers=tuple((name.lower(), value) for name, value in pairs),
        route=route,
        userinfo=userinfo or {},
        peer=Peer(123, "/repo", argv, environment or {}),
        place=here,
        sidecar_place=sidecar_place,
        sidecar=sidecar or {},
        stamp=stamp or {},
    )
