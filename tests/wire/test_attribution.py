"""Whose it is, by real callers: child processes in real repositories, and callers of which little can be known."""

import codecs
import json
import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

from franking.demo.gateway import FakeGateway
from support.clients import CANARIES, CHAT, chat, curl
from support.repositories import make
from support.sidecar import Sidecar, Watch

URL = f"https://api.kilo.ai{CHAT}"
PLACES = [
    # origin, .kilocode/config.json, project id, source
    ("git@github.com:example-co/example-repo.git", None, "example-repo", "git-remote"),
    ("https://name:{secret}@example.com/group/tool.git", None, "tool", "git-remote"),
    (None, None, "workshop", "git-toplevel"),
    ("git@github.com:example-co/example-repo.git", '{"project": {"id": "client-b"}}', "client-b", "project-file"),
    ("git@github.com:example-co/example-repo.git", '{\n  // mine\n  "project": {"id": ""},}', None, None),
    ("git@github.com:example-co/example-repo.git", '{"project": {"id": ', "example-repo", "git-remote"),
]


@pytest.mark.parametrize(("origin", "project_file", "project", "source"), PLACES)
def test_a_caller_belongs_to_its_repository(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path,
    origin: str | None, project_file: str | None, project: str | None, source: str | None,
) -> None:  # fmt: skip
    place = make(
        tmp_path / "workshop",
        origin=origin and origin.format(secret=CANARIES["proxy-password"]),
        project_file=project_file,
    )
    (place / "deep").mkdir()
    done = curl(sidecar, URL, "--data-binary", chat().decode(), cwd=place / "deep", environment={"PWD": "/"})
    assert done.returncode == 0, done.stderr
    (received,) = gateway.requests
    assert received.header("x-kilocode-projectid") == project
    row = ledger.row()
    assert (row["project_id"], row["project_source"] if project else None) == (project, source)
    assert (row["branch"], row["status"]) == ("main", "ok")


def test_a_malformed_project_file_is_named_in_the_row(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    place = make(tmp_path / "workshop", project_file='{\n  "project": {"id": }\n}')
    curl(sidecar, URL, "--data-binary", chat().decode(), cwd=place)
    assert ".kilocode/config.json:2:" in ledger.row()["provenance"]


@pytest.mark.parametrize("version", ["1.1", "2"])
def test_the_callers_environment_names_the_feature(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, repository: Path, version: str
) -> None:
    feature = {"KILOCODE_FEATURE": "code-review"}
    done = curl(sidecar, URL, f"--http{version}", "--data-binary", chat().decode(), cwd=repository, environment=feature)
    assert done.returncode == 0, done.stderr
    (received,) = gateway.requests
    assert received.header("x-kilocode-feature") == "code-review"
    row = ledger.row()
    assert (row["feature"], row["feature_source"]) == ("code-review", "process-env")
    assert row["project_id"] == "example-repo"


def test_a_caller_that_is_gone_is_served(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path) -> None:
    """Its directory is gone too: the request goes on without a project."""
    place = make(tmp_path / "workshop")
    context = ssl.create_default_context(cafile=str(sidecar.ca_file))
    here = Path.cwd()
    codecs.lookup("idna")  # which ssl wants below, and which cannot be imported from a directory that is gone
    os.chdir(place)
    try:
        shutil.rmtree(place)
        with socket.create_connection(("127.0.0.1", sidecar.port), timeout=60) as raw:
            raw.sendall(b"CONNECT api.kilo.ai:443 HTTP/1.1\r\n\r\n")
            assert b" 200 " in raw.recv(4096)
            with context.wrap_socket(raw, server_hostname="api.kilo.ai") as secured:
                body = chat()
                head = f"POST {CHAT} HTTP/1.1\r\nHost: api.kilo.ai\r\nContent-Length: {len(body)}\r\n\r\n"
                secured.sendall(head.encode() + body)
                assert secured.recv(4096).startswith(b"HTTP/1.1 200")
    finally:
        os.chdir(here)
    (received,) = gateway.requests
    assert received.header("x-kilocode-projectid") is None
    assert ledger.row()["project_id"] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a caller of another user")
def test_a_caller_of_another_user_is_served(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, repository: Path
) -> None:
    done = subprocess.run(
        ["curl", "-sS", "--insecure", "--proxy", sidecar.proxy_url, "--data-binary", chat().decode(), URL],
        cwd="/", user="nobody", group="nogroup", capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ledger.row()["status"] == "ok"


def test_provenance_is_json(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, repository: Path) -> None:
    curl(sidecar, URL, "--data-binary", chat().decode(), cwd=repository)
    assert isinstance(json.loads(ledger.row()["provenance"]), dict)
