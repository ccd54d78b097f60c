"""What a request's own headers say, beyond a plain value: contexts, tags, clients and their versions. Pure.

The context headers are Apantli's: ``X-Apantli-Project: NAME``, ``X-Apantli-Client: TOOL/VERSION`` and
``X-Apantli-Context: git:NAME/…``, ``workspace:PATH``, ``vault:NAME/FOLDER/…`` or ``file:PATH``.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from franking.attribution.rules import Rules
from franking.attribution.text import clean

__all__ = [
    "MOST_TAGS",
    "client_of",
    "gather",
    "project_of_context",
    "project_of_tags",
    "remotes_told",
    "split_client",
    "tags_of",
]

LONGEST = 2048
LONGEST_JSON = 16_384
MOST_TAGS = 20
LONGEST_TAG = 128
PROJECT_TAG = "project:"


def gather(headers: Iterable[tuple[str, str]], wanted: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """The wanted headers by name, each with its values in the order sent."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        if name in wanted:
            found[name] = (*found[name], value) if name in found else (value,)
    return found


def project_of_context(value: str) -> str | None:
    """The project that an ``X-Apantli-Context`` tells, None where it tells none.

    A file's name is no project, nor is a vault's note that lies in no folder.

    >>> project_of_context("vault:work/example-co/notes/today.md"), project_of_context("file:src/main.py")
    ('example-co', None)
    """
    kind, colon, said = value[:LONGEST].strip().partition(":")
    if not colon:
        return None
    match kind.strip().lower():
        case "git":
            return said.partition("/")[0] or None
        case "workspace":
            folder = said.partition("/file:")[0].replace("\\", "/").rstrip("/")
            return folder.rpartition("/")[2] or None
        case "vault":
            folder, slash, _ = said.partition("/")[2].removeprefix("file:").partition("/")
            return folder if slash and folder else None
        case _:
            return None


def tags_of(values: Iterable[str]) -> tuple[str, ...]:
    """The tags of comma-separated headers: at most ``MOST_TAGS``, each once, in their order."""
    tags: dict[str, None] = {}
    for value in values:
        for part in value[: LONGEST * 4].split(","):
            if (tag := clean(part, LONGEST_TAG)) and len(tags) < MOST_TAGS:
                tags[tag] = None
    return tuple(tags)


def project_of_tags(tags: Iterable[str]) -> str | None:
    """The first ``project:`` tag's project."""
    return next(
        (tag[len(PROJECT_TAG) :].strip() for tag in tags if len(tag) > len(PROJECT_TAG) and _is_project(tag)), None
    )


def _is_project(tag: str) -> bool:
    return tag[: len(PROJECT_TAG)].lower() == PROJECT_TAG


def split_client(value: str) -> tuple[str | None, str | None]:
    """``tool/1.2`` as name and version."""
    name, _, version = clean(value).partition("/")
    return name.strip() or None, version.strip() or None


def remotes_told(value: str, keys: Sequence[str]) -> list[str]:
    """The remotes in a header's JSON, each once; none where it is not JSON, too long, or of another form.

    >>> remotes_told('{"at": {"/a": {"origin": "r1"}, "/b": {"origin": "r1"}}}', ("at", "*", "origin"))
    ['r1']
    """
    if len(value) > LONGEST_JSON:
        return []
    try:
        found: list[Any] = [json.loads(value)]
    except (ValueError, RecursionError):
        return []
    for key in keys:
        tables = [each for each in found if isinstance(each, dict)]
        found = [each for table in tables for each in (table.values() if key == "*" else [table.get(key)])]
    return list(dict.fromkeys(each for each in found if isinstance(each, str) and each.strip()))


def client_of(
    headers: Mapping[str, Sequence[str]], rules: Rules, *, library: bool = False
) -> tuple[str, str | None, str] | None:
    """The client that the headers tell by the first rule that fits: (name, version, which header).

    None where none fits, or where it tells a library and a tool is asked for, or the other way round.
    """
    for header, pattern, name, of_library in rules.clients:
        if header not in headers:
            continue
        if found := pattern.search(headers[header][0][:LONGEST]):
            said = found.groupdict()
            client = said.get("name") or name
            fits = client and of_library == library
            return (clean(client).lower(), said.get("version"), header) if fits else None
    return None
