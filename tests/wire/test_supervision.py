"""It stays up: a killed proxy is replaced, no connection is refused, no ended answer is lost; signals, homes, ports."""

import json
import os
import random
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from franking.demo import scripts
from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from franking.demo.values import Gate
from franking.supervisor.watch import STEADY
from support.clients import ask, chat, opened
from support.sidecar import Sidecar, child_of, frank, replaced
from support.sidecar import upstream as configured
from support.waiting import until

KILLS = 100 if os.environ.get("FRANKING_LONG") else 8

Start = Callable[..., Sidecar]


@pytest.fixture
def start(tmp_path: Path, certificates: Certificates, upstream: FakeGateway) -> Iterator[Start]:
    """Sidecars of this test's own, all on one home."""
    running: list[Sidecar] = []

    def begin(*arguments: str) -> Sidecar:
        config = configured(certificates.ca_file, {"api.kilo.ai": upstream.port})
        running.append(Sidecar(tmp_path, config, arguments))
        return running[-1]

    yield begin
    for sidecar in running:
        sidecar.stop()


def rows(sidecar: Sidecar) -> list[dict[str, Any]]:
    return sidecar.all_rows()


def test_a_killed_proxy_is_replaced_and_no_connection_is_refused(start: Start) -> None:
    sidecar = start()
    refused: list[OSError] = []
    stop = threading.Event()

    def knock() -> None:
        while not stop.is_set():
            try:
                socket.create_connection(("127.0.0.1", sidecar.port), 5).close()
            except OSError as fault:
                refused.append(fault)
            stop.wait(0.005)

    knocking = threading.Thread(target=knock)
    knocking.start()
    for _ in range(3):
        old = child_of(sidecar)
        os.kill(old, signal.SIGKILL)
        until(lambda old=old: replaced(sidecar, old), "another proxy")  # type: ignore[misc]
        assert ask(sidecar).status == 200
    stop.set()
    knocking.join()
    assert refused == []
    status = json.loads(sidecar.run("status", "--json").stdout)
    assert status["restarts"] == 3
    assert "signal 9" in status["last_error"]


def test_no_ended_answer_is_lost_and_none_is_counted_twice(start: Start) -> None:
    sidecar = start()
    ended: list[str] = []
    stop = threading.Event()

    def load(worker: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            mark = f"{worker}-{number}"
            try:
                reply = ask(sidecar, body=chat(stream=number % 2 == 0), headers={"X-KILOCODE-TASKID": mark})
            except OSError:
                continue  # the kill cut this one
            whole = reply.fault is None and (b"[DONE]" in reply.body or reply.body.endswith(b"}"))
            if reply.status == 200 and whole:
                ended.append(mark)

    workers = [threading.Thread(target=load, args=(worker,)) for worker in range(4)]
    for worker in workers:
        worker.start()
    dice = random.Random(4)
    for number in range(KILLS):
        # Now and then it lives long enough for its deaths not to be a row of many, after which none is started soon.
        lives_until = time.monotonic() + 1.5 * STEADY * (number % 3 == 2)
        enough = len(ended) + dice.randint(3, 12)
        until(
            lambda enough=enough, moment=lives_until: len(ended) >= enough and time.monotonic() >= moment,  # type: ignore[misc]
            "answers",
        )
        old = child_of(sidecar)
        os.kill(old, signal.SIGKILL)
        until(lambda old=old: replaced(sidecar, old), "another proxy")  # type: ignore[misc]
    stop.set()
    for worker in workers:
        worker.join()
    assert sidecar.stop() == 0
    kept = rows(sidecar)
    settled = Counter(row["task_id"] for row in kept if row["status"] == "ok")
    assert [mark for mark in ended if settled[mark] != 1] == []
    assert max(Counter(row["id"] for row in kept).values()) == 1
    assert {row["status"] for row in kept} <= {"ok", "interrupted", "client_aborted", "upstream_aborted"}
    with sqlite3.connect(sidecar.home / "ledger.db") as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_stream_is_let_run_to_its_end(start: Start, gateway: FakeGateway) -> None:
    sidecar = start()
    gate = Gate()
    gateway.script(lambda request: scripts.answer(request).held(gate, after=1))
    with opened(sidecar, body=chat(stream=True)) as response:
        body = response.read1()
        os.kill(sidecar.state["pid"], signal.SIGTERM)
        until(lambda: _refuses(sidecar.port), "no new connections")
        gate.open()
        body += response.read()
    assert body.endswith(b"[DONE]\n\n")
    assert sidecar.ended() == 0
    assert [row["status"] for row in rows(sidecar)] == ["ok"]


def _refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_second_signal_ends_it_at_once(start: Start, gateway: FakeGateway) -> None:
    sidecar = start()
    gate = Gate()
    gateway.script(lambda request: scripts.answer(request).held(gate, after=1))
    with opened(sidecar, body=chat(stream=True)) as response:
        assert response.read1()
        os.kill(sidecar.state["pid"], signal.SIGTERM)
        until(lambda: _refuses(sidecar.port), "no new connections")
        os.kill(sidecar.state["pid"], signal.SIGTERM)
        assert sidecar.ended() == 1
    gate.open()
    again = start()
    assert [row["status"] for row in rows(again)] == ["interrupted"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_every_signal_ends_it_in_order(start: Start, number: signal.Signals) -> None:
    sidecar = start()
    assert ask(sidecar).status == 200
    os.kill(sidecar.state["pid"], number)
    assert sidecar.ended() == 0
    assert [row["status"] for row in rows(sidecar)] == ["ok"]


def test_the_proxy_ends_with_a_killed_supervisor(start: Start) -> None:
    sidecar = start()
    proxy = child_of(sidecar)
    os.kill(sidecar.state["pid"], signal.SIGKILL)
    until(lambda: not Path(f"/proc/{proxy}/cwd").exists(), "the proxy's end")
    assert ask(start()).status == 200


def test_one_sidecar_a_home(start: Start) -> None:
    sidecar = start()
    second = sidecar.run("start", "--listen", "127.0.0.1:0")
    assert second.returncode == 1
    assert "already runs" in second.stderr
    assert len(second.stderr.splitlines()) == 1


def test_a_taken_port(start: Start, tmp_path: Path) -> None:
    sidecar = start()
    sidecar.stop()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for arguments in (["--listen", f"127.0.0.1:{port}"], ["--listen", f"127.0.0.1:{port}", "--detach"]):
            refused = sidecar.run("start", *arguments)
            assert refused.returncode == 1
            assert f"127.0.0.1:{port}" in refused.stderr
            assert "another port" in refused.stderr
            assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--listen", "nonsense"], "expected HOST:PORT"),
        (["--listen", "0.0.0.0:0"], "listen.token"),
        (["--reverse", "https://not-a-gateway.example.com"], "not-a-gateway.example.com"),
        (["--reverse", "nonsense"], "expected URL@PORT"),
        (
            ["--reverse", "https://api.kilo.ai", "--reverse", "https://api.kilo.ai@1"],
            "https://api.kilo.ai stands twice",
        ),
        (["--project-dir", "/nowhere"], "/nowhere"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    refused = frank("start", *arguments, home=tmp_path / "home", config=tmp_path / "none.toml")
    assert refused.returncode == 1
    assert said in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_detached_it_is_there_until_it_is_stopped(start: Start) -> None:
    first = start()
    first.stop()
    begun = first.run("start", "--listen", "127.0.0.1:0", "--detach")
    assert begun.returncode == 0, begun.stderr
    status = json.loads(first.run("status", "--json").stdout)
    assert status["running"]
    assert first.run("stop").stdout == f"stopped (pid {status['pid']})\n"
    assert first.run("status").returncode == 1
    assert first.run("stop").stdout == "no sidecar was running\n"


def test_files_of_the_home_are_its_owner_s(start: Start) -> None:
    sidecar = start()
    assert ask(sidecar).status == 200
    assert sidecar.home.stat().st_mode & 0o777 == 0o700
    open_to_all = [file.name for file in sidecar.home.iterdir() if file.is_file() and file.stat().st_mode & 0o077]
    assert open_to_all == []
