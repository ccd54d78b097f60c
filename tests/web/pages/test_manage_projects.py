"""Projects managed by forms: defined, changed, renamed, merged, split, archived; and all of it with any name."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import changes, store
from franking.projects.values import Member, Project
from franking.web.pages.manage_projects import managed
from support.dashboard import HOSTILE, NOW, client, question
from support.forms import sent_by
from support.ledgers import made, record

EDIT = "/projects/docs/edit"


@pytest.fixture
def visitor(ledger: Path) -> Iterator[TestClient]:
    with client(ledger) as visitor:
        yield visitor


def project(ledger: Path, name: str) -> Project | None:
    with reader.opened(ledger) as opened:
        return store.project(opened, name)


def test_all_are_listed_with_their_state(ledger: Path) -> None:
    with closing(patient(ledger)) as opened:
        changes.create(opened, Project("defined", members=(Member("x"), Member(repository="a/b"))), NOW)
        changes.archive(opened, "docs", NOW)
    with reader.opened(ledger) as opened:
        rows = managed(opened, question("/manage/projects")).table.rows
    assert [(row.cells[0], row.cells[5], row.cells[6]) for row in rows] == [
        ("defined", "1 id, 1 remote", "defined"),
        ("docs", None, "archived"),
        ("example-repo", None, "seen only"),
        ("infra", None, "seen only"),
    ]
    assert rows[1].href == EDIT


def test_defining_one(ledger: Path, visitor: TestClient) -> None:
    fields = {
        "name": "shop", "display_name": "The shop", "description": "one\r\ntwo", "colour": "#2F6F4F", "icon": "S",
        "organization": "ClientB", "billable": "yes", "client_name": "ClientB Ltd",
        "client_address": "1 High St\r\nLondon",
        "billing_rate": "1.20", "cost_center": "", "github_repo": "clientb/shop", "key": ["vat_note", ""],
        "value": ["GB 1", ""], "ids": "old-shop\r\n\r\ndocs", "remotes": "clientb/shop", "patterns": "shop-*",
    }  # fmt: skip
    told = visitor.post("/manage/projects/new", data=fields)
    assert (told.status_code, told.headers["location"]) == (303, "/projects/shop/edit?done=made")
    made_ = project(ledger, "shop")
    assert made_ is not None
    assert (made_.display_name, made_.description, made_.colour) == ("The shop", "one\ntwo", "#2f6f4f")
    assert (made_.organization, made_.icon) == ("ClientB", "S")
    assert made_.metadata == {
        "billable": True, "client_name": "ClientB Ltd", "client_address": "1 High St\nLondon", "billing_rate": "1.20",
        "github_repo": "clientb/shop", "vat_note": "GB 1",
    }  # fmt: skip
    assert made_.members == (
        Member("old-shop"), Member("docs"), Member(repository="*/clientb/shop"), Member("shop-*", pattern=True),
    )  # fmt: skip
    page = visitor.get("/projects/shop/edit?done=made").text
    assert "The project was defined" in page
    visitor.post("/projects/shop/edit", data=sent_by(page))
    again = project(ledger, "shop")
    assert again is not None
    assert (again.metadata, again.members, again.description) == (made_.metadata, made_.members, made_.description)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "", "empty"),
        ("name", "a\u202eb", "cannot be printed"),
        ("display_name", "x" * 121, "at most 120"),
        ("icon", "a\u200bb", "cannot be printed"),
        ("colour", "green", "no colour"),
        ("billing_rate", "1,20", "decimal number"),
        ("github_repo", "shop", "OWNER/REPOSITORY"),
        ("remotes", "///", "no remote"),
        ("patterns", "*", "takes every project"),
        ("ids", "a\u202eb", "cannot be printed"),
        ("organization", "a\u202eb", "cannot be printed"),
    ],
)
def test_what_is_wrong_stands_by_its_field_and_the_rest_stays(
    ledger: Path, visitor: TestClient, field: str, text: str, said: str
) -> None:
    fields = {"name": "shop", "display_name": "The shop", "description": "one\ntwo", "ids": "old\nolder",
              "key": ["vat_note"], "value": ["GB\n1"]}  # fmt: skip
    told = visitor.post("/manage/projects/new", data=fields | {field: text})
    assert told.status_code == 422
    assert project(ledger, "shop") is None
    assert re.search(f'id="wrong-{field}">[^<]*{said}', told.text)
    assert told.text.count(" autofocus") == 1
    kept = sent_by(told.text)
    for name, value in fields.items():
        if name != field:
            assert kept[name] == [each.replace("\n", "\r\n") for each in ([value] if isinstance(value, str) else value)]


def test_keys_of_metadata(visitor: TestClient) -> None:
    told = visitor.post(
        "/manage/projects/new",
        data={"name": "shop", "client_name": "x", "key": ["client_name", "", "Tax"], "value": ["y", "z", "1"]},
    ).text
    assert "is there already" in told
    assert "Give this value a key" in told
    assert "is no metadata key" in told
    assert "3 fields need another look" in told


def test_what_belongs_to_another_project(ledger: Path, visitor: TestClient) -> None:
    visitor.post("/manage/projects/new", data={"name": "shop", "ids": "shared"})
    told = visitor.post(EDIT, data={"do": "save", "ids": "shared"})
    assert told.status_code == 422
    assert re.search('id="wrong-ids">[^<]*belongs to project', told.text)
    assert ">\nshared</textarea>" in told.text


def test_members_that_are_not_kept_go(ledger: Path, visitor: TestClient) -> None:
    visitor.post("/manage/projects/new", data={"name": "shop", "ids": "one\ntwo", "billable": "yes"})
    sent = sent_by(visitor.get("/projects/shop/edit").text)
    assert len(sent["stays"]) == 2
    visitor.post("/projects/shop/edit", data=sent | {"stays": sent["stays"][1:], "billable": []})
    edited = project(ledger, "shop")
    assert edited is not None
    assert (edited.members, edited.metadata) == ((Member("two"),), {"billable": False})


def test_a_change_made_elsewhere_is_not_lost_unseen(ledger: Path, visitor: TestClient) -> None:
    visitor.post("/manage/projects/new", data={"name": "shop"})
    sent = sent_by(visitor.get("/projects/shop/edit").text)
    with closing(patient(ledger)) as opened:
        changes.edit(opened, "shop", NOW + 9, icon="!")
    told = visitor.post("/projects/shop/edit", data=sent | {"display_name": "mine"})
    assert (told.status_code, "changed elsewhere" in told.text) == (422, True)
    again = sent_by(told.text)
    assert again["display_name"] == ["mine"]
    assert visitor.post("/projects/shop/edit", data=again).status_code == 303


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path: Path, name: str) -> None:
    row = record(NOW, project_id=name, organization_id=name, repository=name, cost=1)
    ledger = made(tmp_path / "hostile.db", [row])
    with client(ledger) as visitor:
        edit = f"/projects/{quote(name, safe='')}/edit"
        pages = [visitor.get(place) for place in ("/manage/projects", edit, "/manage/organizations",
                 f"/manage/organizations/{quote(name, safe='')}/edit", "/manage/projects/new")]  # fmt: skip
        for told in pages:
            assert told.status_code == 200
            for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
                assert bad not in told.text
        assert visitor.post(edit, data=sent_by(pages[1].text)).status_code == 303
    held = project(ledger, name)
    assert held is not None
    assert (held.name, held.members) == (name, ())
