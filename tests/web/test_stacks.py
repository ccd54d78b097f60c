"""Cost over time, stacked: everything adds up, names have looks of their own."""

from pathlib import Path

from franking.ledger import reader
from franking.web.charts import PATTERNS
from franking.web.stacks import TOP, stack
from support.dashboard import DAY, NOW, question
from support.ledgers import made, record


def test_it_adds_up(ledger: Path) -> None:
    with reader.opened(ledger) as opened:
        found = stack(opened, question("/?period=week"), "project")
    assert found.chart.total == 7 * 4 * 10_000_000
    assert {(one.name, one.look) for one in found.chart.series} == {
        ("docs", "1"), ("example-repo", "2"), ("infra", "3"), ("(unattributed)", "none")
    }  # fmt: skip
    assert [row.cells[0] for row in found.parts.rows] == ["(unattributed)", "docs", "example-repo", "infra"]
    assert found.parts.total == ("Total", 7 * 4 * 10_000_000, None, 7 * 6)
    assert len(found.figures["short"]) == len(found.figures["buckets"]) == 7


def test_many_names_become_other(tmp_path: Path) -> None:
    rows = [record(NOW - DAY, project_id=f"p{number:02}", cost=(number + 1) * 10**9) for number in range(20)]
    with reader.opened(made(tmp_path / "many.db", rows)) as opened:
        found = stack(opened, question("/"), "project")
    looks = [one.look for one in found.chart.series]
    assert looks == [*(str(place) for place in range(1, TOP + 1)), "other"]
    assert TOP < PATTERNS
    assert found.chart.total == 210 * 10**9
    assert found.parts.rows[-1].cells[0] == "(other)"
    assert found.parts.rows[-1].href is None


def test_a_name_like_ours_is_not_taken_for_it(tmp_path: Path) -> None:
    rows = [record(NOW - DAY, project_id=name, cost=10**9) for name in ("(other)", "(unattributed)", None)]
    with reader.opened(made(tmp_path / "names.db", rows)) as opened:
        found = stack(opened, question("/"), "project")
    assert sorted(one.look for one in found.chart.series) == ["1", "2", "none"]


def test_where_parts_lead(ledger: Path) -> None:
    with reader.opened(ledger) as opened:
        here = stack(opened, question("/"), "project").parts
        there = stack(opened, question("/"), "project", leads=lambda name: f"/projects/{name}").parts
    assert [row.href for row in here.rows][:2] == ["/?project=", "/?project=docs"]
    assert [row.href for row in there.rows][:2] == ["/?project=", "/projects/docs"]
