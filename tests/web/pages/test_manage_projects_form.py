"""Projects renamed, merged, split and archived by the buttons of their page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from franking.ledger import reader
from franking.projects import questions, store
from support.dashboard import NOW, client
from support.ledgers import add, record

EDIT = "/projects/docs/edit"


@pytest.fixture
def visitor(ledger: Path) -> Iterator[TestClient]:
    with client(ledger) as visitor:
        yield visitor


def test_renaming_merging_and_taking_out_again(ledger: Path, visitor: TestClient) -> None:
    told = visitor.post(EDIT, data={"do": "rename", "new": "papers"})
    assert told.headers["location"] == "/projects/papers/edit?done=renamed"
    assert "its earlier name still leads here" in visitor.get("/projects/docs/edit?done=renamed").text
    told = visitor.post("/projects/papers/edit", data={"do": "merge", "into": "infra"})
    assert told.headers["location"] == "/projects/papers/edit?done=merged"
    page = visitor.get("/projects/papers/edit").text
    assert "Take it out again" in page
    with reader.opened(ledger) as opened:
        assert questions.names(opened).of("docs") == "infra"
    assert "papers" in visitor.get("/projects/infra/edit").text
    assert visitor.post("/projects/papers/edit", data={"do": "split"}).status_code == 303
    with reader.opened(ledger) as opened:
        assert questions.names(opened).of("docs") == "papers"


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"do": "rename", "new": "infra"}, "new", "requests are stored under"),
        ({"do": "rename", "new": " "}, "new", "empty"),
        ({"do": "merge", "into": "nobody"}, "into", "there is no project"),
        ({"do": "merge", "into": "docs"}, "into", "one project already"),
    ],
)
def test_what_cannot_be_done(visitor: TestClient, sent: dict[str, str], field: str, said: str) -> None:
    told = visitor.post(EDIT, data=sent)
    assert told.status_code == 422
    assert re.search(f'id="wrong-{field}">[^<]*{said}', told.text, re.IGNORECASE)
    assert f'value="{sent[field]}"' in told.text


def test_nothing_to_split_and_nothing_to_do(visitor: TestClient) -> None:
    told = visitor.post(EDIT, data={"do": "split"})
    assert (told.status_code, "there is nothing to split" in told.text) == (422, True)
    assert visitor.post(EDIT, data={"do": "burn"}).status_code == 400
    assert visitor.post("/projects/nobody/edit", data={"do": "archive"}).status_code == 404
    assert visitor.post("/manage/projects/split", data={"name": "docs"}).status_code == 400


def test_archiving(ledger: Path, visitor: TestClient) -> None:
    assert visitor.post(EDIT, data={"do": "archive"}).headers["location"] == f"{EDIT}?done=archived"
    assert "Bring it back" in visitor.get(EDIT).text
    visitor.post(EDIT, data={"do": "unarchive"})
    with reader.opened(ledger) as opened:
        held = store.project(opened, "docs")
    assert held is not None
    assert held.archived_at is None


def test_one_id_for_several_repositories(ledger: Path, visitor: TestClient) -> None:
    add(
        ledger,
        *(record(NOW, project_id="api", repository=f"https://github.com/{owner}/api", cost=1) for owner in "ab"),
    )
    page = visitor.get("/manage/projects").text
    assert "is 2 repositories under one id" in page
    assert "Its id is that of 2 repositories" in visitor.get("/projects/api/edit").text
    told = visitor.post("/manage/projects/split", data={"name": "api"})
    assert told.headers["location"] == "/manage/projects?done=split"
    page = visitor.get("/manage/projects?done=split").text
    assert "are projects of their own now" in page
    assert "a/api" in page
    assert "under one id" not in page
