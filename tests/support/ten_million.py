"""A ledger's roll-ups of ten million requests over a year, without the requests: made in a second or two.

40 projects, 30 models, 25 users; each day 120 different scopes (project with feature, model, user …) of 1,200. What the
roll-ups say is kept as by triggers: quarter-hours, days, spans and callers' eighths come to the same. Of the requests
themselves a few thousand of the last days are there, and counted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from franking.ledger.connection import connect, transaction
from franking.ledger.schema_2 import ROLL_UPS, SCOPE
from franking.ledger.schema_9_filled import PLACE, SUMS
from franking.ledger.schema_10 import OWNERS_NEW, of_owners
from support.ledgers import add, made, record

__all__ = ["PROJECTS", "REQUESTS", "ten_million"]

REQUESTS = 10_000_000
PROJECTS = 40
MODELS = 30
USERS = 25

_SCOPES = 1_200
_EACH_DAY = 120
_DAYS = 365
_ROWS = 2_000
_CALLERS = 600
_QUARTER, _DAY, _SPAN = (ROLL_UPS[table] for table in ("quarters", "days", "spans"))

_SUMMED = ", ".join(f"SUM({name})" for name in SUMS)
_CALLER = f"1 + ({{scope}} + {{bucket}} / 12) % {_CALLERS}"
"""Of a scope in a quarter-hour."""


def ten_million(file: Path, now: int) -> Path:
    """The ledger as it would be at that moment (microseconds UTC), an hour after its last request."""
    made(file)
    with closing(connect(file)) as ledger, transaction(ledger):
        _sides(ledger)
        _roll_ups(ledger, now // _DAY)
    add(file, *(record(now - 3_600_000_000 - place * 60_000_000, **_live(place)) for place in range(_ROWS)))
    return file


def _scope(number: int) -> dict[str, str | None]:
    """The same project, model and user again and again, unevenly: some are few, one in thirty unattributed."""
    return {
        "project_id": f"project-{number % PROJECTS:02}" if number % 30 else None,
        "feature": ("cli", "vscode-extension", "autocomplete", None)[number % 4],
        "model": f"vendor/model-{number % MODELS}",
        "user": f"user{number * 7 % USERS}@example.com",
        "client": ("kilo", "claude-code", "curl")[number % 3],
        "gateway": "kilo",
        "project_source": "git-remote" if number % 30 else None,
        "feature_source": "process-env" if number % 4 != 3 else None,
    }


def _live(place: int) -> dict[str, object]:
    return {**_scope(place), "session_id": f"session-{place // 20}", "branch": "main", "cost": 2_500_000,
            "input_tokens": 9_000, "output_tokens": 400, "http_status": 200}  # fmt: skip


def _sides(ledger: sqlite3.Connection) -> None:
    columns = ", ".join(f'"{name}"' for name in SCOPE)
    marks = ", ".join(f":{name}" for name in SCOPE)
    scopes = [dict.fromkeys(SCOPE) | _scope(number) for number in range(_SCOPES)]
    ledger.executemany(f"INSERT INTO scopes ({columns}) VALUES ({marks})", scopes)
    callers = [(f"old-session-{number}", f"branch-{number % 9}", "https://github.com/example-co/example-repo")
               for number in range(_CALLERS)]  # fmt: skip
    said = "INSERT INTO callers (session_id, branch, repository, provenance) VALUES (?, ?, ?, '{}')"
    ledger.executemany(said, callers)
    ledger.execute("INSERT INTO places (repository, branch) SELECT DISTINCT repository, branch FROM callers")


def _roll_ups(ledger: sqlite3.Connection, today: int) -> None:
    names = ", ".join(SUMS)
    marks = ", ".join("?" * len(SUMS))
    place = PLACE.format(caller=f"({_CALLER.format(scope='?2', bucket='?1')})")
    said = f"INSERT INTO quarters (bucket, scope, place, {names}) SELECT ?1, ?2, {place}, {marks}"
    ledger.executemany(said, _quarters(today))
    for table, length in (("days", _DAY), ("spans", _SPAN)):
        bucket = f"bucket / {length // _QUARTER}"
        ledger.execute(f"INSERT INTO {table} (bucket, scope, {names}) SELECT {bucket}, scope, {_SUMMED}"
                       " FROM quarters GROUP BY 1, 2")  # fmt: skip
        ledger.execute(f"INSERT INTO placed_{table} (bucket, scope, place, {names}) SELECT {bucket}, scope, place,"
                       f" {_SUMMED} FROM quarters GROUP BY 1, 2, 3")  # fmt: skip
    ledger.execute(OWNERS_NEW)
    caller = _CALLER.format(scope="scope", bucket="bucket")
    ledger.execute(f"INSERT INTO eighths (bucket, scope, place, caller, {names}) SELECT bucket / 12, scope, place,"
                   f" {caller}, {_SUMMED} FROM quarters GROUP BY 1, 2, 3, 4")  # fmt: skip
    for table in ("owned_days", "owned_spans", "owned_eighths"):
        ledger.execute(f"INSERT INTO {table} (bucket, owner, {names}) {of_owners(table)}")


def _quarters(today: int) -> Iterator[tuple[int, ...]]:
    """Of each day, until yesterday, its scopes' sums in one quarter-hour each; all come to the requests that are not
    there as such.
    """
    left, cells = REQUESTS - _ROWS, _DAYS * _EACH_DAY
    for day in range(today - _DAYS, today):
        for place in range(_EACH_DAY):
            scope = (day * 37 + place * 7) % _SCOPES
            requests = left // cells if cells > 1 else left
            requests += (place % 3 - 1) * requests // 2 if cells > 3 else 0
            left, cells = left - requests, cells - 1
            yield day * 96 + 30 + place % 48, scope + 1, *_sums(requests, scope)


def _sums(requests: int, scope: int) -> tuple[int, ...]:
    failed, unpriced = requests // 50, requests // 200
    ok = requests - failed
    tokens = {"input_tokens": 9_000, "output_tokens": 400, "cache_read_tokens": 3_000, "cache_write_tokens": 0,
              "reasoning_tokens": 90}  # fmt: skip
    told = {
        "requests": requests, "cost": (ok - unpriced) * (1 + scope % MODELS) * 3_000_000, "priced": ok - unpriced,
        "ok": ok, "unpriced_ok": unpriced, "errors": failed,
        **{name: each * ok for name, each in tokens.items()}, **{f"{name}_known": ok for name in tokens},
    }  # fmt: skip
    return tuple(told[name] for name in SUMS)
