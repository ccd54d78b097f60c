"""What a shell offers at Tab: ``frank __complete [--raw] -- WORD… CURRENT``, which ``frank completion``'s scripts ask.

--raw: the words are as they were typed, with quotes and backslashes, of which the last may be open.

The first line is ``words`` or ``files`` (the shell's own completion of paths is wanted beside what is listed); each
further one a candidate, and after a tab what it is. Values that came over the wire are offered only if all of their
characters can be shown. Never fails: what cannot be told is no candidate.
"""

import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

__all__ = ["found", "tell"]

Candidate = tuple[str, str]
"""A word, and what it is."""

_LEDGERS = ("project", "model", "feature", "user", "client", "organization", "gateway")
_BRIEF = 70
_HIDDEN = "--n"
"""How the options begin that help tells of in one sentence, and that are offered to who has typed so far."""

_TIMES = ("today", "yesterday", "7d", "30d")
_CHOICE = re.compile(r"[a-z][a-z0-9-]*(\|[a-z][a-z0-9-]*)+")


def tell(words: Sequence[str]) -> None:
    """Print the candidates for the last word, after the words before it."""
    try:
        options = words.index("--")
        given = words[options + 1 :]
        files, listed = found([_unquoted(word) for word in given] if "--raw" in words[:options] else given)
    except Exception:
        if os.environ.get("FRANKING_DEBUG"):
            raise
        files, listed = True, []
    sys.stdout.write("files\n" if files else "words\n")
    for word, what in listed:
        sys.stdout.write(f"{word}\t{_brief(what)}\n")


def _unquoted(word: str) -> str:
    """A word as the shell would read it; nothing in it is run."""
    for end in ("", "'", '"', "\\"):
        try:
            return "".join(shlex.split(word + end))
        except ValueError:
            continue
    return word


def _brief(what: str) -> str:
    first = " ".join(what.split()).partition(". ")[0].removesuffix(".")
    return first if len(first) <= _BRIEF else f"{first[: _BRIEF - 1]}…"


def found(words: Sequence[str]) -> tuple[bool, list[Candidate]]:
    """Whether paths are wanted, and the candidates that begin with the last word."""
    from typer.main import get_command

    from franking.cli import COMMANDS, program

    *before, current = words or [""]
    named = next((word for word in before if not word.startswith("-")), None)
    command: Any = get_command(program.application([named] if named in COMMANDS else tuple(COMMANDS)))
    option: Any = None
    for place, word in enumerate(before):
        if option is not None:
            option = None
        elif word == "--":
            return True, []
        elif word.startswith("-"):
            option = _valued(command, word)
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
        elif not (command.context_settings or {}).get("allow_interspersed_args", True):
            return True, []
        elif place == 0:
            return False, []
    if option is not None:
        return _begin(_values(option, current), current, "")
    name, equals, value = current.partition("=")
    if equals and name.startswith("--") and (option := _valued(command, name)) is not None:
        return _begin(_values(option, value), value, f"{name}=")
    if current.startswith("-"):
        hidden = current.startswith(_HIDDEN)
        return False, [pair for pair in _options(command, before, hidden=hidden) if pair[0].startswith(current)]
    if hasattr(command, "commands"):
        each = [(name, sub.get_short_help_str(60)) for name, sub in command.commands.items()]
        return False, [pair for pair in each if pair[0].startswith(current)]
    positional = next((each for each in command.params if each.param_type_name == "argument"), None)
    return (False, []) if positional is None else _begin(_values(positional, current), current, "")


def _valued(command: Any, word: str) -> Any:
    """The option that takes the next word as its value."""
    for each in command.params:
        if word in each.opts and not getattr(each, "is_flag", False):
            return each
    return None


def _options(command: Any, before: Sequence[str], *, hidden: bool) -> Iterator[Candidate]:
    for each in (*command.params, *([command.get_help_option(_context(command))])):
        if each is None or each.param_type_name != "option" or (each.hidden and not hidden):
            continue
        if each.multiple or not any(name in before for name in each.opts):
            yield max(each.opts, key=len), each.help or ""


def _context(command: Any) -> Any:
    return command.context_class(command, **(command.context_settings or {}))


def _values(parameter: Any, current: str) -> tuple[bool, Iterable[Candidate]]:
    """Whether a parameter's value is a path, and the values that are known."""
    name = re.sub(r"\A(not|no|exclude|without)_", "", parameter.name)
    metavar = parameter.metavar or ""
    if name in _LEDGERS and metavar != "PATH":
        return False, ((value, "") for value in _seen(name, current))
    if name == "by":
        from franking.ledger.filters import DIMENSIONS, TIMES

        head = current[: current.rfind(",") + 1]
        return False, ((head + word, "") for word in (*TIMES, *DIMENSIONS) if word not in head.split(","))
    if name in ("since", "until"):
        return False, ((word, "") for word in _TIMES)
    if _CHOICE.fullmatch(metavar):
        return False, ((word, "") for word in metavar.split("|"))
    if choices := getattr(parameter.type, "choices", None):
        return False, ((str(word), "") for word in choices)
    if name == "request":
        return False, [("last", "the newest request")]
    return True, ()


def _begin(values: tuple[bool, Iterable[Candidate]], current: str, head: str) -> tuple[bool, list[Candidate]]:
    files, listed = values
    return files, [(head + word, what) for word, what in listed if word.startswith(current)]


def _seen(dimension: str, current: str) -> list[str]:
    """Values of the ledger, quick at any size; none where it cannot be read."""
    import sqlite3
    from contextlib import closing
    from urllib.parse import quote

    from franking import paths
    from franking.ledger.filters import SCOPED

    column = SCOPED[dimension]
    try:
        address = f"file:{quote(str(paths.ledger_file()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=0.1)) as ledger:
            rows = ledger.execute(
                f"SELECT DISTINCT {column} FROM scopes AS s WHERE {column} >= ? AND {column} < ?"  # noqa: S608
                f" ORDER BY {column} LIMIT 200",
                (current, current + "\U0010ffff"),
            ).fetchall()
    except sqlite3.Error:
        return []
    return [row[0] for row in rows if row[0] and row[0].isprintable()]
