"""What an export's file is called."""

from zoneinfo import ZoneInfo

import pytest

from franking.ledger.filters import Filters
from franking.reports import exports
from franking.web.export_formats import FORMATS, named
from support.dashboard import DAY, HOSTILE, NOW


def test_every_format_of_exports_is_there() -> None:
    assert list(FORMATS) == list(exports.FORMATS)


@pytest.mark.parametrize(
    ("form", "filters", "name"),
    [
        ("csv", Filters(), "franking-all.csv"),
        ("jsonl", Filters(NOW - DAY), "franking-2026-11-21-to-2026-11-22.jsonl"),
        ("parquet", Filters(until=NOW), "franking-to-2026-11-22.parquet"),
        ("focus", Filters(NOW - DAY, NOW - DAY // 2), "franking-2026-11-21-to-2026-11-21.focus.csv"),
        ("csv", Filters(include={"project": ("shop",)}), "franking-shop-all.csv"),
        ("csv", Filters(include={"project": ("shop", "docs")}), "franking-all.csv"),
        ("csv", Filters(include={"project": (None,)}), "franking-all.csv"),
    ],
)
def test_it_says_the_project_and_the_days(form: str, filters: Filters, name: str) -> None:
    assert named(form, filters, ZoneInfo("UTC"), NOW) == name


@pytest.mark.parametrize("project", [*HOSTILE, "../../etc/passwd", 'a"; filename="b'])
def test_a_hostile_project_leads_nowhere(project: str) -> None:
    name = named("csv", Filters(include={"project": (project,)}), None, NOW)
    assert name.isascii()
    assert not set(name) - set("abcdefghijklmnopqrstuvwxyz0123456789.-~_")
    assert len(name) < 100
