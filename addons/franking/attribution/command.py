"""A process's command line → which program it is, its sub-command, and what that means. Pure, never raises.

What counts is the sub-command's position, not any word: ``kilo serve`` is the server, ``kilo run "serve"`` is not.
Interpreters and wrappers before the program are looked through as far as the command line shows it (``node
/usr/bin/kilo``, ``npx kilo``, ``env X=1 kilo``); what a shell gets as code (``sh -c``) is not. Arguments may hold
prompts and keys: of a command line only the program's name and a listed sub-command are ever kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from franking.attribution.rules import Rules
from franking.attribution.rules_file import CommandRule, Wrapper
from franking.attribution.text import redact

__all__ = ["NO_COMMAND", "Command", "read"]

DEEPEST = 8
MOST_WORDS = 64
LONGEST_WORD = 1024

_ENDINGS = re.compile(r"\.(?:exe|cmd|bat|ps1|[cm]?js|[cm]?ts|pyw?|pyc|sh|AppImage)$", re.IGNORECASE)
_PLAIN = re.compile(r"[\w.@+][\w.@+-]{0,63}")


@dataclass(frozen=True, slots=True)
class Command:
    """What a command line says.

    shown: program and sub-command, for people and for the row.  client: the program's name as a client.
    feature: what a listed program's sub-command means.  daemon: it serves several projects from one process.
    background: its environment is that of whoever came first.  listed: a rule knows the program.
    """

    shown: str | None = None
    client: str | None = None
    feature: str | None = None
    daemon: bool = False
    background: bool = False
    listed: bool = False


NO_COMMAND = Command()


def read(argv: Sequence[str], rules: Rules) -> Command:
    """What a command line says; NO_COMMAND where it says nothing."""
    words = [word[:LONGEST_WORD] for word in argv[:MOST_WORDS]]
    if words and " " in words[0] and (len(words) == 1 or "/" not in words[0]):
        words = [*_titled(words[0], rules), *words[1:]]
    at, before = 0, ""
    for _ in range(DEEPEST):
        if at >= len(words):
            break
        name = _name(words[at])
        if rule := _listed(name, words[at], rules):
            return _known(words, at, rule)
        wrapper = rules.wrappers.get(name) or rules.wrappers.get(name.rstrip("0123456789."))
        if wrapper is None:
            return _unlisted(before, name)
        before, module = name, None
        at, module = _after(words, at + 1, wrapper)
        if module:
            found = rules.commands.get(module)
            return _known(words, at, found) if found else _unlisted(before, module)
    return _unlisted("", before)


def _titled(title: str, rules: Rules) -> list[str]:
    """A process that wrote its title over its command line, or over its first word (``npm exec kilo``), in words."""
    first, *_ = split = title.split()[:MOST_WORDS] or [title]
    return split if _name(first) in rules.wrappers or _name(first) in rules.commands else [title]


def _name(word: str) -> str:
    """A program's name: no folders, no ``.exe`` or ``.js``, no ``@version``, no login shell's dash."""
    path = word.replace("\\", "/").rstrip("/")
    scope, slash, package = path.partition("/")
    last = package if path.startswith("@") and slash and "/" not in package else path.rpartition("/")[2]
    plain, at, _ = last.partition("@")
    last = plain if at and plain else last
    last = _ENDINGS.sub("", last).lstrip("-.") or last
    return f"{scope}/{last}" if path.startswith("@") and slash and "/" not in package else last


def _listed(name: str, word: str, rules: Rules) -> CommandRule | None:
    if rule := rules.commands.get(name) or rules.commands.get(name.lower()):
        return rule
    if "/" in word or "\\" in word:
        path = word.replace("\\", "/")
        for part, rule in rules.command_paths:
            if part in path:
                return rule
    return None


def _after(words: Sequence[str], at: int, wrapper: Wrapper) -> tuple[int, str | None]:
    """Where the wrapped command stands, past the end where there is none; and its name, where it is a module."""
    positionals = wrapper.positionals
    while at < len(words):
        word = words[at]
        if word in wrapper.stop:
            return len(words), None
        if wrapper.module and word == wrapper.module:
            return at + 1, words[at + 1].partition(".")[0] if at + 1 < len(words) else None
        if word == "--":
            at += 1
            break
        if word.startswith("-"):
            at += 2 if word in wrapper.values else 1
        elif (wrapper.assignments and "=" in word) or (word in wrapper.verbs and at + 1 < len(words)):
            at += 1
        elif positionals:
            positionals -= 1
            at += 1
        else:
            break
    return at, None


def _known(words: Sequence[str], at: int, rule: CommandRule) -> Command:
    subcommand = _subcommand(words, at + 1, rule)
    name = rule.names[0]
    return Command(
        shown=f"{name} {subcommand}" if subcommand else name,
        client=rule.client or name,
        feature=(rule.features.get(subcommand) if subcommand else None) or rule.feature,
        daemon="*" in rule.daemons or subcommand in rule.daemons,
        background=subcommand in rule.background,
        listed=True,
    )


def _subcommand(words: Sequence[str], at: int, rule: CommandRule) -> str | None:
    """The first word that is no option; None where it is not listed, for then it is an argument."""
    while at < len(words):
        word = words[at]
        if word == "--":
            return None
        if not word.startswith("-"):
            return word if word in rule.subcommands else None
        at += 2 if word in rule.values else 1
    return None


def _unlisted(before: str, name: str) -> Command:
    """A program of no rule. A name that is not plain may be an argument, and is not kept."""
    plain = [word for word in (before, name) if _PLAIN.fullmatch(word) and redact(word) == word]
    return Command(shown=" ".join(plain), client=plain[-1]) if plain else NO_COMMAND
