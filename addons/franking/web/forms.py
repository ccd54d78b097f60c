"""Forms that change something: what was typed, what is wrong with it, and the writing.

A form is posted as a plain one and answered by 303 to the page that shows what came of it. Where something is wrong it
is shown again (422) with what was typed, each fault beside its field, the first one under the cursor; nothing of this
needs a script. ``Guard`` has seen to it that the form is one of ours.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import anyio
import anyio.to_thread
from starlette.requests import Request

from franking.budgets.values import BudgetError
from franking.ledger.connection import patient
from franking.ledger.faults import say
from franking.ledger.reader import LedgerMissingError
from franking.ledger.schema import LedgerError
from franking.projects.values import ProjectsError
from franking.web.site import site
from franking.words import clean

__all__ = ["WHOLE", "Form", "NotWrittenError", "Typed", "checked", "meant", "typed", "write"]

_MOST_FIELDS = 1000
_LONGEST = 20_000
"""Characters of a field."""
_PATIENCE = 5.0
"""Seconds in which the ledger's other writers are waited for."""
_AT_ONCE = anyio.CapacityLimiter(2)

WHOLE = ""
"""The name of what is wrong with no single field."""


class NotWrittenError(Exception):
    """The ledger could not be written. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form's fields: name → values, in their order."""

    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str, default: str = "") -> str:
        """A field's text."""
        return next(iter(self.words.get(name, ())), default)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that stands there more than once."""
        return self.words.get(name, ())


@dataclass(frozen=True, slots=True)
class Form:
    """A form as it is shown. wrong: field → what is wrong with it; "" for what is wrong with the whole."""

    typed: Typed = field(default_factory=Typed)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """The field that is under the cursor: the first that is wrong."""
        return next((name for name in self.wrong if name != WHOLE), WHOLE)

    @property
    def count(self) -> int:
        """How many fields are wrong."""
        return sum(name != WHOLE for name in self.wrong)

    def one(self, name: str, default: str = "") -> str:
        """A field's text."""
        return self.typed.one(name, default)

    def all(self, name: str) -> tuple[str, ...]:
        """A field's values."""
        return self.typed.all(name)


async def typed(request: Request) -> Typed:
    """What was posted, with line breaks as everywhere else. Raises HTTPException where no form of ours is that long."""
    words: dict[str, tuple[str, ...]] = {}
    async with request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=_LONGEST) as form:
        for name, value in form.multi_items():
            # A lone surrogate is no text; it would stop at the ledger's door.
            text = str(value).replace("\r\n", "\n").encode("utf-8", "replace").decode()
            words[name] = (*words.get(name, ()), text)
    return Typed(words)


def checked[Value](wrong: dict[str, str], name: str, check: Callable[[], Value], default: Value) -> Value:
    """A field's value; where it cannot be taken the default, and ``wrong`` says why."""
    try:
        return check()
    except (ValueError, OverflowError, BudgetError, ProjectsError) as fault:
        wrong.setdefault(name, str(fault))
        return default


def meant(text: str, values: Iterable[str]) -> str:
    """The value that a text stands for: pages show names from the wire with escapes, and so they may be typed back."""
    text = text.strip()
    return next((value for value in values if value != text and clean(value).strip() == text), text)


async def write[Answer](request: Request, change: Callable[[sqlite3.Connection], Answer]) -> Answer:
    """Change the dashboard's ledger, in a thread. The change makes its own short transactions, and may raise.

    Raises NotWrittenError, and LedgerMissingError where there is no ledger yet.
    """
    file = site(request).ledger

    def changed() -> Answer:
        if not file.exists():
            raise LedgerMissingError(f"{file}: there is no ledger yet; `frank start` makes it")
        with closing(patient(file, _PATIENCE)) as ledger:
            return change(ledger)

    try:
        return await anyio.to_thread.run_sync(changed, limiter=_AT_ONCE)
    except (sqlite3.Error, LedgerError, OSError) as fault:
        raise NotWrittenError(f"Nothing was saved. {say(fault, file)}.") from None
