"""Saving, renaming and deleting a view by a form: the change in the ledger, or what was typed and why it cannot be."""

import sqlite3
import time
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request

from franking.ledger import saved_views
from franking.ledger.connection import transaction
from franking.ledger.saved_views import ViewsError
from franking.web import forms

__all__ = ["Typed", "changed"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent. do: ``save``, ``rename``, ``delete``. number: of the view. wrong: why it cannot be."""

    do: str = ""
    number: int = 0
    name: str = ""
    wrong: str = ""


async def changed(request: Request, query: str) -> Typed | None:
    """Do what the form asks for; None where it is done. query: what a new view stands for.

    Raises HTTPException for a form that no page of ours has, and LedgerMissingError.
    """
    said = await forms.typed(request)
    do, number = said.one("do"), said.one("number", "0")
    if do not in {"save", "rename", "delete"} or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise HTTPException(400, "That form is not from here")
    typed = Typed(do, int(number), said.one("name"))
    try:
        await forms.write(request, lambda ledger: _change(ledger, typed, query))
    except (ViewsError, forms.NotWrittenError) as fault:
        return replace(typed, wrong=str(fault).rstrip("."))
    return None


def _change(ledger: sqlite3.Connection, typed: Typed, query: str) -> None:
    with transaction(ledger):
        if typed.do == "save":
            saved_views.save(ledger, typed.name, query, time.time_ns() // 1000)
        elif typed.do == "rename":
            saved_views.rename(ledger, typed.number, typed.name)
        else:
            saved_views.delete(ledger, typed.number)
