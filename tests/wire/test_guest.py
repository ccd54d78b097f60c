"""The same addons in a stock mitmproxy: ``mitmdump -s addons/sidecar.py``."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import CHAT, chat
from support.sidecar import clean_environment
from support.sidecar import upstream as configured
from support.waiting import until

SIDECAR = Path(__file__).parents[2] / "addons" / "sidecar.py"
MITMDUMP = Path(sys.executable).parent / "mitmdump"


@dataclass
class Host:
    """A running mitmdump."""

    process: "subprocess.Popen[bytes]"
    port: int
    folder: Path
    output: Path

    def curl(self, url: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
        command = ["curl", "-sS", "--max-time", "15", "--proxy", f"http://127.0.0.1:{self.port}", *arguments, url]
        environment = clean_environment(SSL_CERT_FILE=str(self.folder / "home/ca/ca-cert.pem"))
        return subprocess.run(command, env=environment, cwd=cwd or self.folder, capture_output=True, check=False)


def begin(folder: Path, config: str) -> Host:
    (folder / "config.toml").write_text(config)
    output = folder / "output.txt"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [
                *(str(MITMDUMP), "--listen-host", "127.0.0.1", "--listen-port", "0", "-s", str(SIDECAR)),
                *("--set", f"confdir={folder / 'mitmproxy'}"),
            ],
            env=clean_environment(
                FRANKING_HOME=str(folder / "home"),
                FRANKING_CONFIG=str(folder / "config.toml"),
                PYTHONUNBUFFERED="1",
            ),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    return Host(process, 0, folder, output)


def listening(host: Host) -> int | None:
    assert host.process.poll() is None, host.output.read_text()
    _, found, rest = host.output.read_text().partition("listening at 127.0.0.1:")
    return int(rest.split(".")[0]) if found and (host.folder / "home" / "ledger.db").exists() else None


@pytest.fixture
def host(tmp_path: Path, certificates: Certificates, upstream: FakeGateway) -> Iterator[Host]:
    running = begin(tmp_path, configured(certificates.ca_file, {"api.kilo.ai": upstream.port}))
    running.port = until(lambda: listening(running), "mitmdump listens")
    yield running
    running.process.kill()
    running.process.wait()


def test_it_stamps_meters_and_remembers(host: Host, gateway: FakeGateway, repository: Path) -> None:
    done = host.curl(f"https://api.kilo.ai{CHAT}", "--data-binary", chat(stream=True).decode(), cwd=repository)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(b"data: [DONE]\n\n")
    (received,) = gateway.requests
    assert received.header("x-kilocode-projectid") == "example-repo"
    host.process.send_signal(signal.SIGINT)
    assert host.process.wait(60) == 0
    with sqlite3.connect(host.folder / "home" / "ledger.db") as ledger:
        (row,) = ledger.execute("SELECT project_id, status, cost > 0 FROM requests").fetchall()
    assert row == ("example-repo", "ok", 1)


def test_what_is_no_gateway_stays_closed(host: Host, stranger: FakeGateway) -> None:
    done = host.curl(f"https://localhost:{stranger.port}/")
    assert done.returncode == 60, done.stderr  # the stranger's own certificate, which curl does not trust


def test_a_wrong_key_stops_the_start(tmp_path: Path) -> None:
    refused = begin(tmp_path, "[listen]\nproxi = 1\n")
    assert refused.process.wait(60) != 0
    assert "config.toml:2: listen.proxi: unknown key" in refused.output.read_text()
