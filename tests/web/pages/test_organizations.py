"""Organizations, defined and changed by a form."""

import re
from contextlib import closing
from pathlib import Path

from franking.ledger import reader
from franking.ledger.connection import patient
from franking.projects import changes, store
from franking.projects.values import Organization, Project
from franking.web.pages.organizations import organizations
from support.dashboard import NOW, client, question
from support.ledgers import add, made, record


def held(ledger: Path, name: str) -> Organization | None:
    with reader.opened(ledger) as opened:
        return store.organization(opened, name)


def test_defined_and_seen_are_listed_with_their_projects(ledger: Path) -> None:
    add(ledger, record(NOW, organization_id="stamped", cost=1))
    with closing(patient(ledger)) as opened:
        changes.create(opened, Project("shop", "The shop", organization="ClientB"), NOW)
    with reader.opened(ledger) as opened:
        rows = organizations(opened, question("/manage/organizations")).table.rows
    assert [(row.cells[0], *row.cells[3:]) for row in rows] == [
        ("ClientB", 1, "The shop", "defined"),
        ("stamped", 0, None, "seen only"),
    ]


def test_defining_and_changing(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.post("/manage/organizations/new", data={"name": "ClientB", "client_name": "ClientB Ltd"})
        assert (told.status_code, told.headers["location"]) == (303, "/manage/organizations?done=made")
        page = visitor.get("/manage/organizations/ClientB/edit").text
        seen = re.search(r'name="seen" value="(\d+)"', page)
        assert seen is not None
        fields = {
            "seen": seen[1],
            "display_name": "Client B",
            "billable": "yes",
            "key": ["vat_note"],
            "value": ["1\r\n2"],
        }
        told = visitor.post("/manage/organizations/ClientB/edit", data=fields)
        assert told.headers["location"] == "/manage/organizations?done=changed"
    found = held(ledger, "ClientB")
    assert found is not None
    assert (found.title, found.metadata) == ("Client B", {"billable": True, "vat_note": "1\n2"})


def test_what_is_wrong(ledger: Path) -> None:
    with client(ledger) as visitor:
        visitor.post("/manage/organizations/new", data={"name": "ClientB"})
        told = visitor.post("/manage/organizations/new", data={"name": "ClientB", "display_name": "kept"})
        assert (told.status_code, "there already" in told.text or "already" in told.text) == (422, True)
        assert 'value="kept"' in told.text
        told = visitor.post("/manage/organizations/ClientB/edit", data={"seen": "1", "colour": "red"})
        assert told.status_code == 422
        assert "changed elsewhere" in told.text
        assert 'id="wrong-colour"' in told.text
        assert visitor.get("/manage/organizations/nobody/edit").status_code == 404


def test_nothing_yet(tmp_path: Path) -> None:
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "No organizations yet" in visitor.get("/manage/organizations").text
        assert "No projects yet" in visitor.get("/manage/projects").text
