"""The served dashboard: ends orderly by each way, with streams open; tells where it listens."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from support.dashboard import serving
from support.sidecar import FRANK, clean_environment, frank


def opened_stream(port: int) -> socket.socket:
    """A visitor whose stream of events is open."""
    visitor = socket.create_connection(("127.0.0.1", port), 30)
    visitor.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    visitor.settimeout(30)  # a process that is only just started, on a busy machine
    heard = b""
    while b"event: hello" not in heard:
        heard += visitor.recv(4096)
    return visitor


def test_it_serves_and_ends_with_a_stream_open(ledger: Path, tmp_path: Path) -> None:
    with serving(ledger, tmp_path) as address:
        with urllib.request.urlopen(f"{address}/?period=all") as told:
            assert told.status == 200
        visitor = opened_stream(int(address.rpartition(":")[2]))
    # serving() has waited for its end, with status 0.
    with visitor, visitor.makefile("rb") as rest:
        assert rest.read().endswith(b"0\r\n\r\n")  # an orderly end, not a cut


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals(tmp_path: Path, number: int) -> None:
    process = subprocess.Popen(
        [*FRANK, "web", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True,
        env=clean_environment(FRANKING_HOME=str(tmp_path), FRANKING_CONFIG=str(tmp_path / "none.toml")),
    )  # fmt: skip
    assert process.stdout is not None
    assert "dashboard: http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(number)
    assert process.wait(60) == 0
    assert process.stdout.read() == ""


def test_as_the_supervisor_starts_it_it_ends_with_the_supervisor(tmp_path: Path) -> None:
    theirs, ours = os.pipe()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "franking.web", str(listener.fileno()), str(theirs)],
            pass_fds=(listener.fileno(), theirs),
            env=clean_environment(FRANKING_HOME=str(tmp_path), FRANKING_CONFIG=str(tmp_path / "none.toml")),
        )
        os.close(theirs)
        visitor = opened_stream(listener.getsockname()[1])
        assert os.getpriority(os.PRIO_PROCESS, process.pid) >= 5
        os.close(ours)
        assert process.wait(60) == 0
        visitor.close()


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = frank("web", "--listen", f"127.0.0.1:{port}", home=tmp_path, config=tmp_path / "none.toml")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--listen", "0.0.0.0:0"), "listen.token"),
        (("--listen", "nonsense"), "expected HOST:PORT"),
        (("--ledger", "missing.db"), "is no file"),
    ],
)
def test_what_cannot_be_served(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = frank("web", *arguments, home=tmp_path, config=tmp_path / "none.toml", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n"), said in done.stderr) == (1, 1, True)


def test_off_loopback_the_token_is_demanded(ledger: Path, tmp_path: Path) -> None:
    own = {"FRANKING_LISTEN__TOKEN": "s3cret-token"}
    with serving(ledger, tmp_path, "--listen", "0.0.0.0:0", environment=own) as address:
        port = address.rpartition(":")[2]
        request = urllib.request.Request(f"http://127.0.0.1:{port}/?period=all")
        with urllib.request.urlopen(request) as told:
            assert told.url.endswith("/login?next=%2F%3Fperiod%3Dall")
        request.add_header("Authorization", "Bearer s3cret-token")
        with urllib.request.urlopen(request) as told:
            assert "Cost over time" in told.read().decode()
