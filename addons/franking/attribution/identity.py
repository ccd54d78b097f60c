"""The sources of who and what: user, organization, session, task, client, editor, machine. Data, in their order."""

from collections.abc import Mapping, Sequence

from franking.attribution.facts import NOTHING, Facts, Source, Word, client_header, process_env, userinfo
from franking.attribution.request_headers import client_of, split_client
from franking.attribution.sources import evident_place
from franking.attribution.text import clean
from franking.attribution.values import Place

__all__ = ["IDENTITY"]


def _plain(_: Facts, said: str) -> str | None:
    return clean(said) or None


def _git_user(facts: Facts) -> Sequence[Word]:
    return _user_of(evident_place(facts))


def _user_of(place: Place | None) -> Sequence[Word]:
    repository = place.repository if place else None
    user = clean(repository.user) if repository and repository.user else ""
    return (Word(user, f"user.email of {clean(repository.toplevel, 1024)}"),) if repository and user else NOTHING


def _sidecar(field: str) -> Source:
    def source(facts: Facts) -> Sequence[Word]:
        said = clean(facts.context.sidecar.get(field, ""))
        return (Word(said, f"the sidecar's attribution.{field}"),) if said else NOTHING

    return source


def _sidecar_user(facts: Facts) -> Sequence[Word]:
    return [*_user_of(facts.context.sidecar_place), *_sidecar("user")(facts)]


def _organization_path(facts: Facts) -> Sequence[Word]:
    for pattern in facts.rules.organizations:
        if (found := pattern.search(facts.context.path)) and (organization := clean(found["id"])):
            return (Word(organization, f"path {clean(facts.context.path.partition('?')[0])}"),)
    return NOTHING


def _client_header(facts: Facts) -> Sequence[Word]:
    for name in facts.rules.headers["client"]:
        if name in facts.headers:
            client, version = split_client(facts.headers[name][0])
            if client:
                return (Word(client, name, version=version),)
    return NOTHING


def _user_agent(*, library: bool) -> Source:
    def source(facts: Facts) -> Sequence[Word]:
        found = client_of(facts.headers, facts.rules, library=library)
        return (Word(found[0], found[2], version=found[1]),) if found else NOTHING

    return source


def _client_command(*, listed: bool) -> Source:
    def source(facts: Facts) -> Sequence[Word]:
        command = facts.command
        fits = command.client and command.listed == listed
        return (Word(command.client, f"command {command.shown}"),) if fits else NOTHING

    return source


IDENTITY: Mapping[str, tuple[tuple[str, Source], ...]] = {
    "user": (
        ("client-header", client_header("user", clean)),
        ("proxy-userinfo", userinfo("user", _plain, personal=True)),
        ("git-config", _git_user),
        ("sidecar", _sidecar_user),
    ),
    "organization": (
        ("client-header", client_header("organization", clean)),
        ("route", _organization_path),
        ("proxy-userinfo", userinfo("organization", _plain, personal=True)),
        ("sidecar", _sidecar("organization")),
    ),
    "session": (
        ("client-header", client_header("session", clean)),
        ("proxy-userinfo", userinfo("session", _plain)),
        ("process-env", process_env("FRANKING_SESSION", _plain, one_project=True)),
    ),
    "task": (
        ("client-header", client_header("task", clean)),
        ("proxy-userinfo", userinfo("task", _plain)),
    ),
    "client": (
        ("client-header", _client_header),
        ("user-agent", _user_agent(library=False)),
        ("command", _client_command(listed=True)),
        ("library", _user_agent(library=True)),
        ("program", _client_command(listed=False)),
    ),
    "editor": (
        ("client-header", client_header("editor", clean)),
        ("process-env", process_env("KILOCODE_EDITOR_NAME", _plain)),
    ),
    "machine": (("client-header", client_header("machine", clean)),),
}
