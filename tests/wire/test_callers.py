"""Callers that are hard to tell: many at once, gone at once, moving about, forking, or serving several projects."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from franking.demo.gateway import FakeGateway
from support.clients import CHAT, chat, curl
from support.repositories import make
from support.sidecar import Sidecar, Watch, clean_environment

URL = f"https://api.kilo.ai{CHAT}"
AT_ONCE = 50

PRELUDE = """
import http.client, json, os, ssl, subprocess, sys
port, ca, path, body = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4].encode()
connection = http.client.HTTPSConnection("127.0.0.1", port, context=ssl.create_default_context(cafile=ca), timeout=60)
connection.set_tunnel("api.kilo.ai", 443)
def ask(**headers):
    connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
    assert connection.getresponse().read()
"""


def run(sidecar: Sidecar, script: str, cwd: Path, *arguments: str) -> None:
    """A Python program that makes requests on one kept connection, in a directory."""
    words = [str(sidecar.port), str(sidecar.ca_file), CHAT, chat().decode(), *arguments]
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script, *words],
        env=clean_environment(),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_fifty_callers_at_once_are_each_their_own(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    places = [make(tmp_path / f"place-{n}", origin=f"git@github.com:example-co/repo-{n}.git") for n in range(AT_ONCE)]

    def call(number: int) -> int:
        marked = ("--header", f"X-KILOCODE-TASKID: repo-{number}", "--data-binary", chat().decode())
        return curl(sidecar, URL, *marked, cwd=places[number]).returncode

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(call, range(AT_ONCE))) == {0}
    rows = ledger.rows(AT_ONCE)
    late = [row for row in rows if row["project_id"] is None]  # past the bound, on a machine that is this busy
    assert [row["task_id"] for row in rows if row not in late] == [row["project_id"] for row in rows if row not in late]
    assert all("could not be read within" in row["provenance"] for row in late)
    assert len(late) < AT_ONCE // 2
    again = sidecar.watch()
    for row in late:
        assert call(int(row["task_id"].removeprefix("repo-"))) == 0
    assert all(row["project_id"] == row["task_id"] for row in again.rows(len(late)))


def test_the_directory_is_read_again_for_each_request(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    first = make(tmp_path / "one", origin="git@github.com:example-co/first.git")
    second = make(tmp_path / "two", origin="git@github.com:example-co/second.git")
    run(sidecar, "ask(); os.chdir(sys.argv[5]); ask(); os.chdir(sys.argv[6]); ask()", first, str(second), str(first))
    assert [row["project_id"] for row in ledger.rows(3)] == ["first", "second", "first"]


def test_a_remote_that_changes_counts_from_the_next_request(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    place = make(tmp_path / "one", origin="git@github.com:example-co/before.git")
    change = 'subprocess.run(["git", "remote", "set-url", "origin", "git@github.com:example-co/after.git"], check=True)'
    a_moment = '[subprocess.run(["git", "status"], check=True, capture_output=True) for _ in range(8)]'
    run(sidecar, f"ask(); {change}; {a_moment}; ask()", place)
    assert [row["project_id"] for row in ledger.rows(2)] == ["before", "after"]


def test_a_child_that_inherited_the_socket_is_not_the_caller(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    place = make(tmp_path / "one", origin="git@github.com:example-co/parent.git")
    elsewhere = make(tmp_path / "two", origin="git@github.com:example-co/child.git")
    script = """
connection.connect()
connection.sock.set_inheritable(True)
child = subprocess.Popen(["sleep", "30"], cwd=sys.argv[5], close_fds=False)
try:
    ask()
    print(os.getpid())
finally:
    child.kill(); child.wait()
"""
    run(sidecar, script, place, str(elsewhere))
    assert ledger.row()["project_id"] == "parent"


def test_a_caller_that_exits_at_once_is_still_its_own(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    place = make(tmp_path / "one", origin="git@github.com:example-co/brief.git")
    script = """
connection.request("POST", path, body, {"Content-Type": "application/json"})
os._exit(0)
"""
    run(sidecar, script, place)
    row = ledger.row()
    assert row["project_id"] == "brief"
    assert row["status"] in {"client_aborted", "ok"}


def test_one_daemon_serves_two_projects_over_one_connection(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    """``kilo serve``: its directory and its FRANKING_PROJECT are no evidence, headers are."""
    place = make(tmp_path / "daemon", origin="git@github.com:example-co/neither.git")
    script = """
ask(**{"X-KILOCODE-PROJECTID": "client-a"})
ask(**{"X-KILOCODE-PROJECTID": "https://github.com/example-co/client-b.git"})
ask()
"""
    kilo = tmp_path / "bin" / "kilo"
    kilo.parent.mkdir()
    kilo.write_text(f"#!{sys.executable}\n{PRELUDE.replace('sys.argv[', 'sys.argv[1 + ')}{script}")
    kilo.chmod(0o755)
    words = ["serve", str(sidecar.port), str(sidecar.ca_file), CHAT, chat().decode()]
    environment = clean_environment(FRANKING_PROJECT="of-the-environment")
    done = subprocess.run([kilo, *words], cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = ledger.rows(3)
    assert [row["project_id"] for row in rows] == ["client-a", "client-b", None]
    assert {row["feature"] for row in rows} == {"unknown"}
    sent = [request.header("x-kilocode-projectid") for request in gateway.requests]
    assert sent == ["client-a", "https://github.com/example-co/client-b.git", None]
    told = json.loads(rows[2]["provenance"])
    lost = [candidate["source"] for candidate in told["candidates"] if candidate["field"] == "project"]
    assert "git-remote" in lost


def test_a_sandbox_speaks_for_callers_that_cannot_be_found(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, tmp_path: Path
) -> None:
    """Userinfo says it from anywhere; nothing of it goes on."""
    done = curl(
        sidecar, URL, "--proxy", f"http://their%20project:cloud-agent@127.0.0.1:{sidecar.port}",
        "--data-binary", chat().decode(), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (received,) = gateway.requests
    assert received.header("x-kilocode-projectid") == "their project"
    assert received.header("x-kilocode-feature") == "cloud-agent"
    assert received.header("proxy-authorization") is None
    assert ledger.row()["project_source"] == "proxy-userinfo"
