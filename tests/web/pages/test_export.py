"""The page of exports: it counts what there will be, says what is wrong, and gives the terminal's very files."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from franking.ledger.connection import connect
from franking.projects import changes
from franking.projects.values import Member, Project
from franking.web.pages import export as module
from support.commands import Frank
from support.dashboard import HOSTILE, NOW, client
from support.forms import sent_by
from support.ledgers import add, made, record

NO_COST = "FOCUS has no unknown cost, nor totals without requests"
OVER = "requests, from Tue 10 Nov 2026 to Sun 15 Nov 2026"
DAYS = "since=2026-11-10&until=2026-11-15"


@pytest.fixture
def visitor(ledger: Path) -> TestClient:
    return client(ledger)


def told(answer: Any) -> str:
    """The page's text about what there is to export."""
    [found] = re.findall(r'<p class="counted" role="status">(.*?)</p>', answer.text, re.DOTALL)
    return " ".join(re.sub("<[^>]*>", "", found).split())


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "focus"])
@pytest.mark.parametrize(
    ("query", "arguments"),
    [
        ("period=all", ("--period", "all")),
        (f"{DAYS}&project=shop&not-user=ada@example.com", (
            "--since", "2026-11-10", "--until", "2026-11-15", "--project", "shop", "--not-user", "ada@example.com",
        )),
        ("period=all&branch=main&not-project=&feature=cli", (
            "--period", "all", "--branch", "main", "--not-project", "", "--feature", "cli",
        )),
    ],
)  # fmt: skip
def test_a_file_is_what_the_terminal_writes(
    ledger: Path, visitor: TestClient, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    form: str, query: str, arguments: tuple[str, ...],
) -> None:  # fmt: skip
    add(
        ledger,
        record(NOW, project_id=HOSTILE[3], model="=1+1", feature="cli", branch="main", prompt_preview="@x", cost=1),
    )
    with connect(ledger) as opened:
        changes.create(opened, Project("shop", members=(Member("docs"), Member("infra"))), NOW)
    written = Frank(capsys)("export", "--format", form, *arguments, "-o", str(tmp_path / "out"))
    assert written.status == 0
    for answer in (
        visitor.get(f"/export/file?format={form}&{query}"),
        visitor.get(f"/api/v1/export?format={form}&{query}"),
    ):
        assert answer.status_code == 200
        assert answer.content == (tmp_path / "out").read_bytes()
        assert len(answer.content) > 500
        assert "content-encoding" not in answer.headers


def test_what_a_files_answer_tells_the_browser(visitor: TestClient) -> None:
    for method in ("GET", "HEAD"):
        answer = visitor.request(method, f"/export/file?{DAYS}&format=jsonl")
        assert answer.status_code == 200
        said = {
            name: answer.headers[name]
            for name in ("content-type", "content-disposition", "cache-control", "x-content-type-options")
        }
        assert said == {
            "content-type": "application/x-ndjson",
            "content-disposition": 'attachment; filename="franking-2026-11-10-to-2026-11-15.jsonl"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }  # fmt: skip
        assert bool(answer.content) == (method == "GET")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        (DAYS, f"36 {OVER}."),
        (f"{DAYS}&format=focus", f"24 {OVER}; 12 are left out: {NO_COST}."),
        ("since=2026-11-10&until=2026-11-10&branch=main&model=openai/gpt-5", "6 requests, of Tue 10 Nov 2026."),
        (f"{DAYS}&project=nobody", "Nothing to export: no request that has ended matches. Look in all of the time"),
        ("period=all&project=nobody", "Nothing to export: no request that has ended matches."),
        ("since=x", "Not counted yet."),
    ],
)  # fmt: skip
def test_what_there_will_be_is_counted(visitor: TestClient, query: str, says: str) -> None:
    visitor.cookies.set("zone", "UTC")
    answer = visitor.get(f"/export?{query}")
    assert answer.status_code == (422 if query == "since=x" else 200)
    assert told(answer) == says


def test_what_is_on_its_way_is_left_out(ledger: Path, visitor: TestClient) -> None:
    add(ledger, record(NOW - 86_400_000_000 * 100, status="in_flight"))
    assert "; 1 is left out, still on its way." in told(visitor.get("/export?period=all"))


def test_what_takes_too_long_is_not_counted(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", -1.0)
    monkeypatch.setattr("franking.web.reading._STEPS", 1)
    assert "that would take as long as the export itself" in told(visitor.get("/export?period=all"))


@pytest.mark.parametrize("path", ["/export", "/export/file"])
def test_wrong_input_shows_the_form_again_with_all_that_was_typed(visitor: TestClient, path: str) -> None:
    typed = {
        "period": "range", "was": "range", "since": "soon", "until": "2026-11-15", "format": "focus", "user": "ada",
        "add": "model", "how": "not", "value": " ", "do": "add", "mine": "1",
    }  # fmt: skip
    answer = visitor.get(path, params=typed)
    assert answer.status_code == 422
    for field, says in (("since", "is no time"), ("filter", "Type a value"), ("mine", "It cannot be combined")):
        assert re.search(f'id="wrong-{field}"[^>]*>[^<]*{says}', answer.text), field
    again = sent_by(answer.text, "Which requests")
    assert {name: again[name] for name in ("since", "until", "user", "add", "how", "value")} == {
        "since": ["soon"], "until": ["2026-11-15"], "user": ["ada"], "add": ["model"], "how": ["not"],
        "value": [" "],
    }  # fmt: skip
    assert answer.text.count("autofocus") == 1
    for checked in ("period-range", "format-focus"):
        assert re.search(f'id="{checked}"[^>]* checked', answer.text)


def test_what_is_sent_by_the_form_leads_to_a_plain_address(visitor: TestClient) -> None:
    answer = visitor.get("/export?period=month&was=month&since=&until=&format=jsonl&add=model&how=is&value=m&do=add")
    assert (answer.status_code, answer.headers["location"]) == (303, "/export?format=jsonl&period=month&model=m")
    again = sent_by(visitor.get(answer.headers["location"]).text, "Which requests")
    assert (again["model"], again["value"]) == (["m"], [""])


def test_where_there_is_nothing_no_file_is_given(visitor: TestClient) -> None:
    answer = visitor.get(f"/export/file?{DAYS}&project=nobody&format=parquet")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing to export: no such request has ended." in answer.text
    assert told(answer).endswith("Look in all of the time")
    assert 'name="project" value="nobody"' in answer.text


def test_without_pyarrow_it_is_said_what_to_do(visitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    answer = visitor.get(f"/export/file?{DAYS}&format=parquet")
    assert answer.status_code == 503
    assert re.search(
        'id="wrong-format">Parquet needs pyarrow: pip install &#39;franking\\[parquet\\]&#39;\\.', answer.text
    )


@pytest.mark.parametrize(
    ("content", "status", "says"), [(None, 200, "frank run"), (b"none" * 999, 503, "frank doctor")]
)
@pytest.mark.parametrize("path", ["/export", "/export/file?period=all"])
def test_without_a_ledger_it_is_said_what_to_do(
    tmp_path: Path, content: bytes | None, status: int, says: str, path: str
) -> None:
    file = tmp_path / "none.db"
    if content is not None:
        file.write_bytes(content)
    answer = client(file).get(path)
    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_link_leads_to_the_form_and_writes_nothing(visitor: TestClient, site: str) -> None:
    said = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    answer = visitor.get("/export/file?period=all&project=a", headers=said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/export?format=csv&period=all&project=a")
    assert visitor.get("/api/v1/export?period=all", headers=said).status_code == 403


def test_requests_and_explore_lead_here(visitor: TestClient) -> None:
    there = 'href="/export?period=all&amp;project=docs"'
    for path in ("/requests", "/explore"):
        assert there in visitor.get(f"{path}?period=all&project=docs").text
    assert "Not carried over: status. " in visitor.get("/export?period=all&status=ok").text


def test_hostile_names_are_escaped(tmp_path: Path) -> None:
    ledger = made(tmp_path / "hostile.db", [record(time.time_ns() // 1000, project_id=name) for name in HOSTILE])
    answer = client(ledger).get("/export", params={"project": HOSTILE, "format": HOSTILE[0]})
    assert answer.status_code == 422
    assert HOSTILE[0] not in answer.text
    assert "\u202e" not in answer.text
