"""Reads metrics as Prometheus does (text format 0.0.4, OpenMetrics 1.0): strictly, so that a fault is no sample."""

import re
from dataclasses import dataclass, field

__all__ = ["Read", "parsed"]

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? (-?[0-9]+(?:\.[0-9]+)?)")
_UNESCAPED = {"\\\\": "\\", "\\n": "\n", '\\"': '"'}


@dataclass(slots=True)
class Read:
    """A family. samples: labels → value as text."""

    kind: str = ""
    meaning: str = ""
    samples: dict[tuple[tuple[str, str], ...], str] = field(default_factory=dict)


def parsed(text: str, *, openmetrics: bool) -> dict[str, Read]:
    """Families by name, a counter's without ``_total``. Raises AssertionError for what is no such text."""
    found: dict[str, Read] = {}
    lines = text.split("\n")
    assert lines.pop() == "", "the last line does not end"
    if openmetrics:
        assert lines.pop() == "# EOF"
    current = ""
    for line in lines:
        if line.startswith("# HELP "):
            current, _, meaning = line.removeprefix("# HELP ").partition(" ")
            assert current not in found, f"{current} stands there twice"
            found[current] = Read(meaning=_plain(meaning))
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2] == current
            found[current].kind = line.split(" ")[3]
        else:
            match = _SAMPLE.fullmatch(line)
            assert match, f"no sample: {line!r}"
            family = found[current]
            suffix = "_total" if openmetrics and family.kind == "counter" else ""
            assert match[1] == current + suffix, f"{match[1]} among {current}"
            labels = tuple((name, _plain(value)) for name, value in re.findall(_LABEL, match[2] or ""))
            assert labels not in family.samples, f"{labels} twice"
            family.samples[labels] = match[7]
    return {name.removesuffix("_total"): family for name, family in found.items()}


def _plain(text: str) -> str:
    return re.sub(r'\\[\\n"]', lambda match: _UNESCAPED[match[0]], text)
