"""The sources of feature and project, in the contract's order. Data: a name and a pure function each."""

from collections.abc import Sequence

from franking.attribution.facts import NOTHING, Facts, Source, Word, client_header, own_project, process_env, userinfo
from franking.attribution.project_id import stored
from franking.attribution.remotes import without_credentials
from franking.attribution.request_headers import project_of_context, project_of_tags, remotes_told, tags_of
from franking.attribution.text import clean
from franking.attribution.values import Place

__all__ = ["FEATURE", "PROJECT", "evident_place"]


def _plain(_: Facts, said: str) -> str | None:
    return clean(said) or None


# --- feature ---


def _route(facts: Facts) -> Sequence[Word]:
    operation = facts.context.route
    feature = facts.rules.operations.get(operation) if operation else None
    return (Word(feature, f"{operation} route {_path(facts)}"),) if feature else NOTHING


def _command(facts: Facts) -> Sequence[Word]:
    command = facts.command
    return (Word(command.feature, f"command {command.shown}"),) if command.feature else NOTHING


def _editor(facts: Facts) -> Sequence[Word]:
    """An editor's name that is known tells most; the extension's user agent alone leaves its editor open."""
    for name, where in _editor_names(facts):
        for pattern, feature in facts.rules.editors:
            if pattern.search(name):
                return (Word(feature, where),) if feature else NOTHING
    agents = facts.headers.get("user-agent")
    if agents and facts.rules.extension:
        pattern, feature = facts.rules.extension
        if pattern.search(agents[0][:512]):
            return (Word(feature, "user-agent"),)
    return NOTHING


def _editor_names(facts: Facts) -> Sequence[tuple[str, str]]:
    names = [(clean(facts.headers[name][0]), name) for name in facts.rules.headers["editor"] if name in facts.headers]
    if said := facts.context.peer.environment.get("KILOCODE_EDITOR_NAME"):
        names.append((clean(said), f"KILOCODE_EDITOR_NAME of process {facts.context.peer.pid}"))
    return names


def _sidecar_feature(facts: Facts) -> Sequence[Word]:
    said = clean(facts.context.sidecar.get("feature", ""))
    return (Word(said, "the sidecar's KILOCODE_FEATURE or attribution.feature"),) if said else NOTHING


def _gateway_route(facts: Facts) -> Sequence[Word]:
    for pattern, feature in facts.rules.paths:
        if pattern.search(facts.context.path):
            return (Word(feature, f"path {_path(facts)}"),)
    return NOTHING


def _path(facts: Facts) -> str:
    return clean(facts.context.path.partition("?")[0])


FEATURE: tuple[tuple[str, Source], ...] = (
    ("client-header", client_header("feature", clean, empty_counts=True)),
    ("route", _route),
    ("proxy-userinfo", userinfo("feature", _plain)),
    ("process-env", process_env("KILOCODE_FEATURE", _plain)),
    ("command", _command),
    ("editor", _editor),
    ("sidecar", _sidecar_feature),
    ("gateway-route", _gateway_route),
)

# --- project ---


def _context_header(facts: Facts) -> Sequence[Word]:
    headers, names = facts.headers, facts.rules.headers
    if not any(name in headers for kind in ("context_project", "context", "tags") for name in names[kind]):
        return NOTHING
    words = [*client_header("context_project", lambda said: own_project(facts, said))(facts)]
    for name in names["context"]:
        if name in headers and headers[name][0].strip():
            told = project_of_context(headers[name][0])
            project = own_project(facts, told) if told else None
            words.append(Word(project, name, "" if project else "it names no project, only where the user is in it"))
    for name in names["tags"]:
        tagged = project_of_tags(tags_of(headers.get(name, ())))
        if tagged and (project := own_project(facts, tagged)):
            words.append(Word(project, f"{name}, tag project:"))
    return words


def evident_place(facts: Facts) -> Place | None:
    """What the caller's directory says, where that is evidence for this request."""
    return None if facts.command.daemon else facts.context.place


def _project_file(facts: Facts) -> Sequence[Word]:
    return _of_file(facts, facts.context.place, _no_directory(facts))


def _git_remote(facts: Facts) -> Sequence[Word]:
    return [*_of_remote(facts, facts.context.place, _no_directory(facts)), *_told_remotes(facts)]


def _told_remotes(facts: Facts) -> Sequence[Word]:
    """What a tool tells of the repository that it works in; of several, none."""
    for header, keys in facts.rules.workspaces:
        if header in facts.headers and (told := remotes_told(facts.headers[header][0], keys)):
            void = "" if len(told) == 1 else f"{header} tells {len(told)} repositories"
            projects = {remote: facts.remote_project(remote) for remote in told}
            shown = [(project, clean(without_credentials(remote))) for remote, project in projects.items()]
            return [Word(project, f"{remote}, in {header}", void) for project, remote in shown if project]
    return NOTHING


def _git_toplevel(facts: Facts) -> Sequence[Word]:
    return _of_toplevel(facts.context.place, _no_directory(facts))


def _no_directory(facts: Facts) -> str:
    return f"{facts.shared}: its directory tells nothing" if facts.command.daemon else ""


def _of_file(facts: Facts, place: Place | None, void: str) -> Sequence[Word]:
    if place is None or (file := place.project_file) is None:
        return NOTHING
    if file.project_id is None:
        return (
            (Word(None, clean(file.path, 1024), f"it cannot be read: {clean(file.fault.what)}"),)
            if file.fault
            else NOTHING
        )
    return (Word(own_project(facts, file.project_id), f"{clean(file.path, 1024)}:{file.line}", void),)


def _of_remote(facts: Facts, place: Place | None, void: str) -> Sequence[Word]:
    repository = place.repository if place else None
    if repository is None or not repository.remote:
        return NOTHING
    project = facts.remote_project(repository.remote)
    return (
        Word(project, clean(repository.remote), void or ("" if project else "this remote's address names no project")),
    )


def _of_toplevel(place: Place | None, void: str) -> Sequence[Word]:
    repository = place.repository if place else None
    if repository is None or repository.remote:
        return NOTHING
    name = stored(repository.name)
    return (Word(name, clean(repository.toplevel, 1024), void),) if name else NOTHING


def _sidecar_project(facts: Facts) -> Sequence[Word]:
    place = facts.context.sidecar_place
    words = [*_of_file(facts, place, ""), *_of_remote(facts, place, ""), *_of_toplevel(place, "")]
    if (said := facts.context.sidecar.get("project")) and (project := own_project(facts, said)):
        words.append(Word(project, "the sidecar's attribution.project"))
    return words


PROJECT: tuple[tuple[str, Source], ...] = (
    ("client-header", client_header("project", stored, empty_counts=True)),
    ("context-header", _context_header),
    ("proxy-userinfo", userinfo("project", own_project)),
    ("process-env", process_env("FRANKING_PROJECT", own_project, one_project=True)),
    ("project-file", _project_file),
    ("git-remote", _git_remote),
    ("git-toplevel", _git_toplevel),
    ("sidecar", _sidecar_project),
)
