"""git's ``wildmatch`` for paths: ``*`` and ``?`` do not match ``/``; ``**/`` and ``/**`` match any depth. Pure."""

import re
from functools import lru_cache

__all__ = ["wildmatch"]

TOKEN = re.compile(
    r"(?P<deep>(?:(?<=/)|\A)\*\*/)|(?P<rest>(?:(?<=/)|\A)\*\*\Z)|(?P<any>\*+)|(?P<one>\?)|\\(?P<literal>.)", re.DOTALL
)
CLASS = re.compile(r"\[(?P<no>[!^]?)(?P<body>\]?[^\]]*)\]", re.DOTALL)


def wildmatch(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """Whether the whole text matches. A pattern that makes no sense matches nothing."""
    compiled = _compiled(pattern, ignore_case)
    return compiled is not None and compiled.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str] | None:
    parts = []
    at = 0
    while at < len(pattern):
        if token := TOKEN.match(pattern, at):
            parts.append(_translated(token))
        elif token := CLASS.match(pattern, at):
            body = re.sub(r"[\[&~|^]", r"\\\g<0>", token["body"])
            parts.append(f"(?!/)[{'^' if token['no'] else ''}{body}]")
        else:
            parts.append(re.escape(pattern[at]))
            at += 1
            continue
        at = token.end()
    try:
        return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))
    except re.error:
        return None


def _translated(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "deep":
            return "(?:.*/)?"
        case "rest":
            return ".*"
        case "any":
            return "[^/]*"
        case "one":
            return "[^/]"
        case _:
            return re.escape(token["literal"])
