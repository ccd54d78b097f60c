"""A ledger as a busy team leaves it, made quickly: by statements over whole tables, not row by row.

A year of working days; 25 users, 40 projects (four to a user), 30 models, 3 clients. A user works in sessions of an
hour or two: one project, one model, and now and then a small model beside it. What repeats in life repeats here:
provenance, repository, branch and process are a session's; token counts, costs, times and ids are a request's own.
"""

import json
import random
from contextlib import closing
from pathlib import Path

import msgspec

from franking.ledger import rollups
from franking.ledger.connection import connect, transaction
from franking.ledger.record import Record
from franking.ledger.sides import Sides

__all__ = ["END", "START", "generated", "sessions"]

START = 1_762_819_200_000_000  # 2025-11-11, a Tuesday
_DAY = 86_400_000_000
_DAYS = 365
END = START + _DAYS * _DAY
_SLOTS = (8, 10, 12, 14, 16, 20)


def sessions(seed: int = 5) -> list[tuple[int, Record]]:
    """(share of the requests, what they have in common and when the first begins), about 50,000 of them."""
    chance = random.Random(seed)
    users = [f"user{number}@example.com" for number in range(25)]
    found: list[tuple[int, Record]] = []
    for day in range(_DAYS):
        if day % 7 in (4, 5):
            continue
        for number, user in enumerate(users):
            for hour in _SLOTS:
                if hour == 20 and chance.random() < 0.9:
                    continue
                begin = START + day * _DAY + hour * 3_600_000_000 + chance.randrange(1_800_000_000)
                main = _session(chance, number, user, begin)
                found.append((chance.randrange(60, 140), main))
                if chance.random() < 0.4:
                    small = f"vendor/model-{25 + number % 5}"
                    found.append((20, msgspec.structs.replace(main, requested_model=small, model=small)))
    return found


def _session(chance: random.Random, number: int, user: str, begin: int) -> Record:
    project = f"project-{(number * 3 + chance.choice((0, 0, 0, 1, 1, 2, 3))) % 40}"
    client, feature = chance.choice((("kilo", "cli"), ("kilo", "cli"), ("vscode", "vscode-extension"), ("curl", None)))
    model = f"vendor/model-{(number + chance.choice((0, 0, 0, 1, 2))) % 25}"
    pid = chance.randrange(1000, 60000)
    candidates = [
        {"field": field, "source": source, "value": value, "where": f"/home/dev/src/{project}", "outcome": outcome}
        for field, source, value, outcome in (
            ("project", "client-header", None, "said nothing"),
            ("project", "proxy-userinfo", None, "said nothing"),
            ("project", "process-env", None, "said nothing"),
            ("project", "git-remote", project, "won"),
            ("feature", "command", feature, "won"),
            ("session", "client-header", f"ses_{pid:x}{begin:x}", "won"),
        )
    ]
    told = {"candidates": candidates, "stamped": [["x-kilocode-projectid", project]], "metering": {"complete": True}}
    return Record(
        id="", started_at=begin, status="ok", http_status=200, gateway="kilo", host="api.kilo.ai", method="POST",
        path="/api/openrouter/chat/completions", wire_format="openai-chat", streamed=True, requested_model=model,
        model=model, inference_provider="vendor", cost_source="gateway", project_id=project,
        project_source="git-remote", feature=feature, feature_source="command", organization_id="example-co",
        user=user, session_id=f"ses_{pid:x}{begin:x}", client=client, client_version="7.1.0",
        repository=f"git@github.com:example-co/{project}.git", branch=f"branch-{chance.randrange(5)}", pid=pid,
        command="kilo run", finish_reason="stop",
        provenance=json.dumps(told, separators=(",", ":")),
    )  # fmt: skip


_ROWS = """
INSERT INTO entries (id, started_at, first_token_at, ended_at, status, scope, caller, kind, input_tokens,
    output_tokens, cache_read_tokens, reasoning_tokens, cost, reported_cost, estimated_cost, message_id,
    request_bytes, response_bytes)
SELECT printf('%08x-%04x-7%03x-8%03x-%012x', at / 1000 >> 16, at / 1000 & 65535, chance & 4095, chance >> 12 & 4095,
        number),
    at, at + 300000 + chance % 900000, at + 2000000 + chance % 9000000, 'ok', scope, caller, kind, chance % 90000,
    chance % 3000, chance % 70000, NULL, chance * 9, chance * 9, chance * 9 + 17,
    printf('gen-%d-%020x', at / 1000000, chance * 31), chance % 90000, chance % 40000
FROM (
    SELECT began + step * 5400000000 / many AS at, abs(random()) % 100000000 AS chance, scope, caller, kind,
        row_number() OVER () AS number
    FROM work JOIN steps ON step < many
)
ORDER BY at
"""


def generated(file: Path, rows: int) -> int:
    """Make the ledger; how many rows it has (about as many as asked for).

    Without triggers and without a journal; what triggers would have kept is made at the end.
    """
    work = sessions()
    share = rows / sum(weight for weight, _ in work)
    with closing(connect(file)) as ledger:
        listed = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'entries'"
        triggers = dict(ledger.execute(listed).fetchall())
        for name in triggers:
            ledger.execute(f"DROP TRIGGER {name}")
        for said in ("journal_mode = OFF", "synchronous = OFF"):
            ledger.execute(f"PRAGMA {said}").fetchall()
        ledger.execute("CREATE TEMP TABLE work (began, many, scope, caller, kind)")
        ledger.execute("CREATE TEMP TABLE steps (step INTEGER PRIMARY KEY)")
        ledger.execute("PRAGMA cache_size = -500000")
        with transaction(ledger):
            sides, left = Sides(), 0.0
            for weight, record in work:
                left += weight * share
                if many := int(left):
                    left -= many
                    place = sides.places(ledger, record)[:3]
                    ledger.execute("INSERT INTO work VALUES (?, ?, ?, ?, ?)", (record.started_at, many, *place))
            ledger.execute(
                "WITH RECURSIVE n (step) AS (SELECT 0 UNION ALL SELECT step + 1 FROM n"
                " WHERE step < (SELECT MAX(many) FROM work)) INSERT INTO steps SELECT step FROM n"
            )
            ledger.execute(_ROWS)
            rollups.rebuild(ledger)
            for said in triggers.values():
                ledger.execute(said)
        ledger.execute("PRAGMA journal_mode = WAL").fetchall()
        return int(ledger.execute("SELECT COUNT(*) FROM entries").fetchone()[0])
