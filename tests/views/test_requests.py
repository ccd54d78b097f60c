"""A row for programs."""

import pytest

from franking.ledger.schema import COLUMNS
from franking.views.requests import public, stamped

ROW = dict.fromkeys((*COLUMNS, "bucket")) | {"started_at": 1_790_000_000_000_001, "cost": 1_500_000_000, "is_byok": 0}


def test_times_money_and_flags_are_for_programs_and_the_bucket_is_ours() -> None:
    told = public(ROW)
    assert [*told] == [*COLUMNS]
    assert (told["started_at"], told["ended_at"]) == ("2026-09-21T14:13:20.000001Z", None)
    assert (told["cost"], told["reported_cost"]) == ("1.500000000", None)
    assert (told["is_byok"], told["streamed"]) == (False, None)


@pytest.mark.parametrize(
    ("text", "told", "headers"),
    [
        (None, {}, []),
        ("no json", {}, []),
        ("[1]", {}, []),
        ('{"stamped":[["X-A","b"]]}', {"stamped": [["X-A", "b"]]}, [("X-A", "b")]),
    ],
)
def test_provenance_is_json_or_empty(text: str | None, told: object, headers: list[tuple[str, str]]) -> None:
    row = ROW | {"provenance": text}
    assert public(row)["provenance"] == told
    assert stamped(row) == headers
