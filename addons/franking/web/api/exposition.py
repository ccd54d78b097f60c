"""Metrics as text for Prometheus: the text format 0.0.4, and OpenMetrics 1.0 for whoever asks for it. Pure.

A label's value is hostile text: backslash, quote and line feed are escaped, and nothing else has a meaning in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["OPEN", "PLAIN", "Family", "Sample", "text"]

PLAIN = "text/plain; version=0.0.4; charset=utf-8"
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """value: a number as decimal text, exact."""

    labels: Mapping[str, str]
    value: str


@dataclass(frozen=True, slots=True)
class Family:
    """name: of a counter without ``_total``, which is put behind it."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    samples: Sequence[Sample]


def text(families: Sequence[Family], *, openmetrics: bool) -> str:
    """All of them."""
    lines = [line for family in families for line in _lines(family, openmetrics)]
    return "\n".join([*lines, *(["# EOF"] if openmetrics else [])]) + "\n"


def _lines(family: Family, openmetrics: bool) -> Iterator[str]:
    sampled = f"{family.name}_total" if family.kind == "counter" else family.name
    # The older format knows a counter by the name of its samples.
    named = family.name if openmetrics else sampled
    yield f"# HELP {named} {_escaped(family.meaning, quote=openmetrics)}"
    yield f"# TYPE {named} {family.kind}"
    for sample in family.samples:
        labels = ",".join(f'{name}="{_escaped(value, quote=True)}"' for name, value in sample.labels.items())
        yield f"{sampled}{{{labels}}} {sample.value}" if labels else f"{sampled} {sample.value}"


def _escaped(value: str, *, quote: bool) -> str:
    value = value.replace("\\", "\\\\").replace("\n", "\\n")
    return value.replace('"', '\\"') if quote else value
