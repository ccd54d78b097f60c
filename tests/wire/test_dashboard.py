"""The dashboard beside the proxy: found, kept up, never in the proxy's way."""

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.sidecar import FRANK, Sidecar, children_of, clean_environment
from support.waiting import until

Start = Callable[..., Sidecar]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Sidecars with a dashboard, on this test's home."""
    running: list[Sidecar] = []

    def begin(web: str = "127.0.0.1:0") -> Sidecar:
        running.append(Sidecar(tmp_path, "", ["--web", web], web=True))
        return running[-1]

    yield begin
    for sidecar in running:
        sidecar.stop()


def status(sidecar: Sidecar) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(sidecar.run("status", "--json").stdout)
    return told


def shows(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/", timeout=60) as told:
        return told.status == 200 and b"franking" in told.read()


def test_it_is_there_and_ends_with_the_sidecar(start: Start) -> None:
    sidecar = start()
    told = status(sidecar)
    assert told["web"][1] != 0
    assert shows(told["web_url"])
    held = children_of(sidecar)
    assert os.getpriority(os.PRIO_PROCESS, held["web"]) >= 5
    assert sidecar.stop() == 0
    assert not Path(f"/proc/{held['web']}").exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(tuple(told["web"]), 1)


def test_one_that_dies_is_started_again_and_the_proxy_stays(start: Start) -> None:
    sidecar = start()
    before = until(lambda: children_of(sidecar) if "web" in children_of(sidecar) else None, "the dashboard runs")
    os.kill(before["web"], signal.SIGKILL)
    after = until(
        lambda: held if (held := children_of(sidecar)).get("web", before["web"]) != before["web"] else None, "another"
    )
    assert after["proxy"] == before["proxy"]
    told = status(sidecar)
    assert told["web_fault"] == "the dashboard died: signal 9"
    assert told["restarts"] == 0
    assert shows(told["web_url"])  # who came meanwhile waited, and was not refused


def test_it_ends_when_the_supervisor_is_killed(start: Start) -> None:
    sidecar = start()
    web = until(lambda: children_of(sidecar).get("web"), "the dashboard runs")
    assert shows(status(sidecar)["web_url"])
    os.kill(sidecar.state["pid"], signal.SIGKILL)
    until(lambda: not Path(f"/proc/{web}").exists(), "the dashboard ends")


def test_a_taken_port_is_one_line_and_the_proxy_runs(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sidecar = start(f"127.0.0.1:{port}")
        told = status(sidecar)
    assert told["running"]
    assert told["web"] is None
    assert told["web_fault"].startswith(f"no dashboard: listen.web: cannot listen on 127.0.0.1:{port}: ")
    assert sidecar.output.read_text().count("no dashboard") == 1


def test_no_web(tmp_path: Path) -> None:
    sidecar = Sidecar(tmp_path, "")
    try:
        assert (status(sidecar)["web"], status(sidecar)["web_fault"]) == (None, None)
        assert "web" not in children_of(sidecar)
    finally:
        sidecar.stop()


def test_off_loopback_without_a_token_nothing_starts(tmp_path: Path) -> None:
    own = {"FRANKING_HOME": str(tmp_path), "FRANKING_CONFIG": str(tmp_path / "none.toml")}
    done = subprocess.run(
        [*FRANK, "start", "--listen", "127.0.0.1:0", "--web", "0.0.0.0:0"],
        env=clean_environment(**own), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "listen.web = 0.0.0.0: off loopback" in done.stderr
