"""Costs for programs: what is not known is null or empty and never 0, money is exact, and no cell is a formula."""

import csv
import io
import json

from franking.cli.costs_text import as_csv, as_json
from franking.ledger.queries import Costs, Group
from franking.periods import Period

_PERIOD = Period(1_700_000_000_000_000, None, "since then")
_KNOWN = Group(("=1+1", "m"), requests=3, cost=1_000_000_001, unpriced=1, errors=1, input_tokens=0, users=2)
_UNKNOWN = Group((None, "m"), requests=1, unpriced=1)
_COSTS = Costs(("project", "model"), (_KNOWN, _UNKNOWN), _KNOWN._replace(key=(), requests=4, unpriced=2))


def test_json() -> None:
    told = json.loads(as_json(_COSTS, _PERIOD))
    assert told["period"] == {"since": "2023-11-14T22:13:20.000000Z", "until": None}
    assert told["by"] == ["project", "model"]
    known, unknown = told["rows"]
    assert (known["project"], known["cost"], known["average_cost"]) == ("=1+1", "1.000000001", "0.500000001")
    assert (known["input_tokens"], known["output_tokens"]) == (0, None)
    assert (unknown["project"], unknown["cost"], unknown["average_cost"], unknown["unpriced"]) == (None, None, None, 1)
    assert (told["total"]["requests"], told["total"]["cost"]) == (4, "1.000000001")
    assert "project" not in told["total"]


def test_csv() -> None:
    known, unknown = csv.DictReader(io.StringIO(as_csv(_COSTS)))
    assert (known["project"], known["cost"], known["input_tokens"], known["output_tokens"]) == (
        "'=1+1", "1.000000001", "0", "",
    )  # fmt: skip
    assert (unknown["project"], unknown["model"], unknown["cost"], unknown["errors"]) == ("", "m", "", "0")
