"""Candidates in words that a newcomer understands: what every source said, which one won, and why the others did not.

``rows(candidates)`` gives one row a word, in the order of the sources, with a row for each source that said nothing;
``found_without_help`` tells whether a project or feature was found with nobody having set anything. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from franking.attribution.resolve import ORDER, WON
from franking.attribution.values import Candidate

__all__ = ["SOURCES", "Row", "found_without_help", "rows"]

SOURCES = {
    "client-header": ("the tool's own header", "the tool sent none"),
    "context-header": ("X-Apantli headers and tags", "the tool sent none that names a project"),
    "route": ("the kind of request", "this kind of request tells nothing"),
    "proxy-userinfo": ("the proxy's URL", "the proxy's URL holds none"),
    "process-env": ("the calling process's environment", "the variable is not set there, or cannot be read"),
    "command": ("the calling command", "the command is not known, or tells nothing"),
    "editor": ("the editor", "no editor of the old extension is named"),
    "user-agent": ("the user agent", "no user agent that tells"),
    "library": ("the library's user agent", "no user agent of a library"),
    "program": ("the calling program", "it is a known command, or cannot be read"),
    "project-file": ("project.id in .kilocode/config.json", "there is no such file above the caller's directory"),
    "git-remote": ("the git remote origin", "the caller's directory is in no repository with an origin"),
    "git-toplevel": ("the git repository's folder", "no repository without an origin was found"),
    "git-config": ("git's user.email", "git names no user there"),
    "sidecar": ("the sidecar's own configuration", "nothing is configured, nor does --project-dir tell"),
    "gateway-route": ("the gateway's path", "the path is not one of direct use"),
}
"""Source → (what it is, what to say when it said nothing)."""

UNAIDED = frozenset(
    {"route", "command", "editor", "gateway-route", "git-remote", "git-toplevel", "git-config", "user-agent"}
)
"""The sources that need nobody to set anything."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an explanation.

    what: the source in plain words.  value: None where it said nothing or said that there is none.
    where: where it was found, empty where nothing was.  outcome: ``won``, why it lost, or why it said nothing.
    """

    field: str
    source: str
    what: str
    value: str | None
    where: str
    outcome: str

    @property
    def won(self) -> bool:
        """Did this one decide the field?"""
        return self.outcome == WON


def rows(candidates: Iterable[Candidate], fields: Sequence[str] = tuple(ORDER)) -> tuple[Row, ...]:
    """Every source of the fields, in order; a source with several words has a row for each."""
    said: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in candidates:
        said.setdefault((candidate.field, candidate.source), []).append(candidate)
    found: list[Row] = []
    for name in fields:
        for source, _ in ORDER.get(name, ()):
            what, silence = SOURCES[source]
            words = said.get((name, source))
            if not words:
                found.append(Row(name, source, what, None, "", silence))
                continue
            found += [Row(name, source, what, word.value, word.where, word.outcome) for word in words]
    return tuple(found)


def found_without_help(source: str | None) -> bool:
    """Was a value found from what is there anyway, with nothing set for franking or the gateway?"""
    return source in UNAIDED
