"""What several pages are made of: links to projects, sessions and requests; tables made shorter."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from urllib.parse import quote

from starlette.convertors import Convertor, register_url_convertor

from franking.ledger.filters import Value
from franking.ledger.queries import Group
from franking.web.asked import Asked, WrongError
from franking.web.tables import Table
from franking.words import NOBODY, percent

__all__ = ["few", "key_of", "only", "place", "place_word", "project_page", "requests_page", "session_page", "shares"]


class _AnyText(Convertor[str]):
    """The rest of an address, whatever it is: a name may hold slashes, and even line breaks."""

    regex = "(?s:.+)"

    def convert(self, value: str) -> str:
        """As it is."""
        return value

    def to_string(self, value: str) -> str:
        """As it is."""
        return value


register_url_convertor("any", _AnyText())


def project_page(asked: Asked, name: str) -> str:
    """Where a project is shown, in the same time."""
    return asked.page(f"/projects/{quote(name, safe='')}")


def session_page(asked: Asked, session: str) -> str:
    """Where a session is shown."""
    return asked.page(f"/sessions/{quote(session, safe='')}")


def requests_page(asked: Asked, dimension: str, value: Value) -> str:
    """The requests of the same time that have this value; None is unattributed."""
    return asked.page("/requests", **{dimension: value or ""})


def place(asked: Asked) -> tuple[int, str] | None:
    """Where a list's page begins, as ``place_word`` wrote it: a moment, and what stands there. Raises WrongError."""
    word = asked.word("before")
    if not word:
        return None
    moment, mark, name = word.partition("_")
    if not mark or not moment.isascii() or not moment.isdecimal() or len(moment) > 18:
        raise WrongError(f"before: {word!r} is no place in the list")
    return int(moment), name


def place_word(moment: int, name: str) -> str:
    """The same for an address."""
    return f"{moment}_{name}"


def key_of(*values: Value) -> str:
    """A short name for what may be any text: the same for the same values, of letters and digits alone."""
    return hashlib.blake2s(repr(values).encode("utf-8", "backslashreplace"), digest_size=6).hexdigest()


def only(table: Table, keys: Collection[str]) -> Table:
    """The table with these of its columns alone."""
    places = [place for place, column in enumerate(table.columns) if column.key in keys]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in table.rows),
        total=table.total and tuple(table.total[place] for place in places),
    )


def few(values: Sequence[str]) -> str | None:
    """Up to two names, or the first and how many more there are; None of none."""
    return f"{values[0]} and {len(values) - 1} more" if len(values) > 2 else ", ".join(values) or None


def shares(groups: Collection[Group], dimension: str) -> str | None:
    """The two dearest values with their parts of the cost (of the requests, where nothing is priced); None of nothing.

    groups: the dearest first, whose key ends in the dimension's value.
    """
    whole, of_all = sum(group.cost or 0 for group in groups), sum(group.requests for group in groups)
    said = [
        f"{NOBODY[dimension] if group.key[-1] is None else group.key[-1]} "
        + (percent(group.cost or 0, whole) if whole else percent(group.requests, of_all))
        for group in list(groups)[:2]
    ]
    return ", ".join(said) or None
