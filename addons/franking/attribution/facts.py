"""What the sources look at (Facts), and what one of them says (Word); the kinds of source that several fields share.

A source is a pure function of the Facts. It gives its words in their order, none where it has nothing to say. A word
with a reason in ``void`` is recorded, but is no evidence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from franking.attribution import command, request_headers
from franking.attribution.project_id import named, of_remote
from franking.attribution.rules import Rules
from franking.attribution.values import Context

__all__ = ["NOTHING", "Facts", "Reader", "Source", "Word", "client_header", "own_project", "process_env", "userinfo"]


class Word(NamedTuple):
    """What a source says. value None: it says that there is none. where: header, variable, file:line, remote.

    void: why it is no evidence; empty where it has a say.  version: of a client.
    """

    value: str | None
    where: str
    void: str = ""
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A request's context, its relevant headers by name, and the caller's command."""

    context: Context
    rules: Rules
    headers: Mapping[str, tuple[str, ...]]
    command: command.Command

    @classmethod
    def of(cls, context: Context, rules: Rules) -> "Facts":
        """The facts of a request."""
        headers = request_headers.gather(context.headers, rules.relevant_headers)
        for header in context.stamp.values():
            if (name := header.lower()) not in rules.relevant_headers:
                headers |= request_headers.gather(context.headers, frozenset((name,)))
        argv = context.peer.argv
        return cls(context, rules, headers, command.read(argv, rules) if argv else command.NO_COMMAND)

    @property
    def shared(self) -> str:
        """Why the caller's directory and its variables for one project are no evidence; empty where they are."""
        if not self.command.daemon:
            return ""
        return f"{self.command.shown} serves several projects from one process"

    @property
    def inherited(self) -> str:
        """Why the caller's environment, the proxy's URL with it, is no evidence; empty where it is."""
        if not self.command.background:
            return ""
        return f"{self.command.shown} runs in the background with the environment of the session that started it"

    def remote_project(self, remote: str) -> str | None:
        """The project that a remote's address names, in the configured style."""
        return _remote_project(remote, self.rules.project_style)


Source = Callable[[Facts], Sequence[Word]]
Reader = Callable[[str], str | None]
NOTHING: Sequence[Word] = ()


def client_header(field: str, read: Reader, *, empty_counts: bool = False) -> Source:
    """The first of the field's headers that the client sent. empty_counts: an empty one is a word too, for NULL."""

    def source(facts: Facts) -> Sequence[Word]:
        own = facts.context.stamp.get(field)
        names = facts.rules.headers[field]
        for name in (own.lower(), *names) if own else names:
            if (values := facts.headers.get(name)) is None:
                continue
            if len(values) > 1 and any(value != values[0] for value in values):
                return (Word(None, name, "" if empty_counts else "sent several times, with different values"),)
            value = read(values[0])
            if value or empty_counts:
                return (Word(value or None, name),)
        return NOTHING

    return source


def userinfo(field: str, read: Callable[[Facts, str], str | None], *, personal: bool = False) -> Source:
    """The proxy userinfo's field. personal: it tells the user, whichever session it is from."""

    def source(facts: Facts) -> Sequence[Word]:
        if (said := facts.context.userinfo.get(field)) and (value := read(facts, said)):
            return (Word(value, f"the proxy URL's {field}", "" if personal else facts.inherited),)
        return NOTHING

    return source


def process_env(variable: str, read: Callable[[Facts, str], str | None], *, one_project: bool = False) -> Source:
    """A variable of the calling process. one_project: it names one project's, which a daemon's cannot."""

    def source(facts: Facts) -> Sequence[Word]:
        said = facts.context.peer.environment.get(variable)
        if not said or not (value := read(facts, said)):
            return NOTHING
        reason = facts.inherited or (facts.shared if one_project else "")
        void = reason and f"{reason}: {variable} tells nothing"
        return (Word(value, f"{variable} of process {facts.context.peer.pid}", void),)

    return source


def own_project(facts: Facts, said: str) -> str | None:
    """A project that somebody named for franking."""
    return named(said, facts.rules.project_style)


_remote_project = lru_cache(512)(of_remote)
