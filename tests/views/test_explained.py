"""Why a request is whose it is: each field's value in words, its sources, and what was filled in later."""

from typing import Any

import msgspec
import pytest

from franking.attribution import provenance
from franking.attribution.values import Attribution, Candidate
from franking.ledger.backfill_told import Later
from franking.views.explained import Field, fields, filled_in, of_row, shown
from support.ledgers import record

WON = Candidate("project", "git-remote", "docs", "https://example.com/docs", "won")
LOST = Candidate("project", "sidecar", "fallback", "config.toml", "git-remote comes first")


def row(*candidates: Candidate, **values: Any) -> dict[str, Any]:
    kept = provenance.encode(Attribution(candidates=candidates), ()) if candidates else None
    return {**msgspec.structs.asdict(record(10_000_000, **values)), "provenance": kept}


def project(*candidates: Candidate, later: tuple[Later, ...] = (), **values: Any) -> Field:
    return next(field for field in fields(of_row(row(*candidates, **values), later)) if field.name == "project")


@pytest.mark.parametrize(
    ("candidates", "values", "head", "known"),
    [
        ((WON, LOST), {"project_id": "docs"}, "docs, by the git remote origin", True),
        ((), {"project_id": "old", "project_source": "git-remote"}, "old, by git-remote (its candidates", True),
        ((), {}, "not known: no source has a say", False),
        ((Candidate("project", "project-file", None, "x.json", "won"),), {}, "none, by project.id in", True),
    ],
)
def test_heads(candidates: tuple[Candidate, ...], values: dict[str, Any], head: str, known: bool) -> None:
    found = project(*candidates, **values)
    assert found.head.startswith(head)
    assert found.known is known


def test_sources_say_where_and_why_they_lost() -> None:
    told = [shown(source) for source in project(WON, LOST).sources if source.where]
    assert told == [
        ("the git remote origin: docs", "found in https://example.com/docs"),
        ("the sidecar's own configuration: fallback", "found in config.toml. Lost: git-remote comes first"),
    ]


def test_only_what_is_stamped_is_told_in_full() -> None:
    user = Candidate("user", "git-config", "ada", "/home/ada/.gitconfig", "won")
    found = {field.name: field for field in fields(of_row(row(user)))}
    assert set(found) == {"project", "feature", "user"}
    assert [source.source for source in found["user"].sources] == ["git-config"]


def test_filled_in_later() -> None:
    later = Later("project", "docs", "backfill:neighbour", "session ses_1", 10_000_000, 3, "0190", 4_000_000)
    assert project(later=(later,)).head == "docs, filled in later by frank backfill"
    lines = filled_in(later, row())
    assert lines[0].endswith(": session ses_1")
    assert lines[1] == "found in request 0190, 6.0s earlier, the nearest of its neighbours"
    assert lines[2].endswith("frank backfill --undo 3 takes it back")


def test_a_rejected_feature_is_noted() -> None:
    assert "'mine' is outside the allow-list" in of_row(row(rejected_feature="mine")).note
