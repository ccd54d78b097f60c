"""Templates: everything printed is escaped, and what could hide or steer is written out."""

from typing import Any

import jinja2
import pytest

from franking.web.charts import Chart, Series, drawn
from franking.web.rendering import templates
from franking.web.tables import Column, Row, Table, arranged
from support.dashboard import question


def shown(text: str, **values: Any) -> str:
    return templates().from_string('{% import "ui.html" as ui %}' + text).render(values)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("<b>", "&lt;b&gt;"),
        ('"', "&#34;"),
        ("\u202eevil", "\\u202eevil"),
        ("a\x00b", "a\\x00b"),
        ("{{7*7}}", "{{7*7}}"),
        (7, "7"),
    ],
)
def test_values(value: object, said: str) -> None:
    assert shown("{{ value }}", value=value) == said


def test_data_for_scripts_is_escaped() -> None:
    assert (
        shown('<i data-x="{{ value|json }}">', value=["\"'<>&"]) == '<i data-x="[&#34;\\&#34;&#39;&lt;&gt;&amp;&#34;]">'
    )


def test_what_is_missing_is_a_fault() -> None:
    with pytest.raises(jinja2.UndefinedError):
        shown("{{ nothing }}")


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("money", 42_000, "$0.000042"),
        ("money", 1_234_560_000_000, "$1,234.56"),
        ("money", None, "not known"),
        ("count", 1_234_567, "1,234,567"),
        ("short", 1_234_567, '<span class="tip" tabindex="0">1.2M<span class="full" role="tooltip">1,234,567</span>'),
        ("short", 999, "999"),
        ("text", None, "(nobody)"),
        ("day", "2026-11-22", "Sun 22 Nov 2026"),
        ("time", 0, '<time datetime="1970-01-01T00:00:00.000000Z">'),
        ("duration", 3_200_000, "3.2s"),
        ("share", 1, "25%"),
    ],
)
def test_cells(kind: Any, value: object, said: str) -> None:
    column = Column("x", "X", kind, nobody="(nobody)", whole=4)
    assert said in shown("{{ ui.cell(column, value) }}", column=column, value=value)


def test_a_table_says_how_it_is_sorted_and_opened() -> None:
    table = Table("things", "Things", (Column("name", "Name"), Column("n", "N", "count")), (Row(("a", 1), key="a"),))
    text = shown(
        "{{ ui.table(table) }}",
        table=arranged(table, question("/?sort.things=-n&open.things=a"), inner=lambda _: arranged(table, question())),
    )
    assert 'aria-sort="descending"' in text
    assert 'aria-expanded="true"' in text
    assert 'href="/?sort.things=-n&amp;open.things=a&amp;csv=things"' in text


def test_a_chart_without_a_browser_is_a_table() -> None:
    chart = Chart("cost", "Cost by day", ("2026-11-22",), (Series("<a>", (10**9,), "1"),))
    table = arranged(chart.table(), question())
    text = shown("{{ ui.chart(chart, figures, table) }}", chart=chart, figures=drawn(chart, ["Sun"]), table=table)
    assert "<a>" not in text
    assert "$1.00" in text
