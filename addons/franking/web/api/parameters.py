"""What may be asked in an address, declared once: each Parameter says how it is written (a JSON schema, for the OpenAPI
document) and reads it by the same rule. Pure.

``read`` takes an address's question apart: every word must be known and well-formed, or it raises WrongError, which
names the word and says what is expected.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["Parameter", "WrongError", "choice", "read", "text", "whole"]

How = Literal["once", "repeated", "commas"]


_MANY = "one that openapi.json lists"


class WrongError(Exception):
    """A word of the address cannot be used. parameter: its name, None for the address as a whole."""

    def __init__(self, parameter: str | None, expected: str) -> None:
        super().__init__(expected)
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class Parameter:
    """schema: of one value.  take: one value's text → what it means; it raises ValueError, told as ``expected``.

    how: once, repeated (``a=1&a=2``) or commas (``a=1,2``); the latter two give a tuple, empty where it is not there.
    most: values at most, of those two.  default: where it is not there, of the first.  needed: it must be there.
    """

    name: str
    meaning: str
    schema: Mapping[str, Any]
    expected: str
    take: Callable[[str], Any] = str
    how: How = "once"
    most: int = 20
    default: Any = None
    needed: bool = False

    def value(self, given: Sequence[str]) -> Any:
        """What the address says. Raises WrongError."""
        if self.needed and not given:
            raise WrongError(self.name, f"it is missing; expected {self.expected}")
        if self.how == "once":
            if not given:
                return self.default
            if len(given) > 1:
                raise WrongError(self.name, "expected once")
            return self._one(given[0])
        parts = [part for each in given for part in each.split(",")] if self.how == "commas" else given
        if len(parts) > self.most:
            raise WrongError(self.name, f"expected at most {self.most} values")
        if self.how == "commas" and (len(given) > 1 or len(set(parts)) != len(parts)):
            raise WrongError(self.name, "expected once, different values with commas between them")
        return tuple(self._one(part) for part in parts)

    def _one(self, text: str) -> Any:
        try:
            return self.take(text)
        except ValueError:
            raise WrongError(self.name, f"expected {self.expected}") from None


def text(
    name: str, meaning: str, pattern: str | None = None, *, least: int = 0, longest: int = 1024,
    expected: str = "", then: Callable[[str], Any] = str, how: How = "once",
) -> Parameter:  # fmt: skip
    """A text, whole within the pattern (alike in Python and ECMAScript). then: what it means; may raise ValueError."""
    schema: dict[str, Any] = {"type": "string", "maxLength": longest}
    if least:
        schema["minLength"] = least
    if pattern is not None:
        schema["pattern"] = f"^(?:{pattern})$"

    def take(given: str) -> Any:
        if not least <= len(given) <= longest or (pattern is not None and not re.fullmatch(pattern, given)):
            raise ValueError
        return then(given)

    return Parameter(name, meaning, schema, expected or f"{least} to {longest} characters", take, how)


def choice(
    name: str,
    meaning: str,
    values: Iterable[str],
    *,
    how: How = "once",
    default: str | None = None,
    most: int = 20,
    needed: bool = False,
) -> Parameter:
    """One of some words."""
    listed = list(values)

    def take(given: str) -> str:
        if given not in listed:
            raise ValueError
        return given

    few = f"one of {', '.join(listed)}" if len(listed) <= 40 else f"such as {', '.join(listed[:3])}"
    return Parameter(name, meaning, {"type": "string", "enum": listed}, few, take, how, most, default, needed)


def whole(name: str, meaning: str, least: int, most: int, default: int | None = None) -> Parameter:
    """A whole number."""

    def take(given: str) -> int:
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", given) or not least <= int(given) <= most:
            raise ValueError
        return int(given)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, meaning, schema, f"a whole number from {least} to {most}", take, default=default)


def read(parameters: Iterable[Parameter], given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Name → value, of every parameter. Raises WrongError."""
    said: dict[str, list[str]] = {}
    for name, value in given:
        said.setdefault(name, []).append(value)
    known = {parameter.name: parameter for parameter in parameters}
    for name in said:
        if name not in known:
            expected = ", ".join(known) or "none"
            raise WrongError(name[:100], f"no such parameter; expected {expected if len(known) < 12 else _MANY}")
    return {name: parameter.value(said.get(name, ())) for name, parameter in known.items()}
