"""What is measured, set up: the upstream, stock mitmdump or franking, and the load as a caller in a repository."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from franking.demo.certificates import issue

__all__ = ["Proxy", "Stage", "franking", "load", "relay", "stage", "stock", "used"]

HERE = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
EVERYTHING = """
stamp = { feature = "X-KILOCODE-FEATURE", project = "X-KILOCODE-PROJECTID" }
routes = { "/**/chat/completions" = "openai-chat" }
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """An upstream, its root certificate, and a folder for everything."""

    folder: Path
    root: Path
    port: int
    repository: Path


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running proxy: its port, and the process that carries the traffic."""

    port: int
    pid: int


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """The upstream, and a git repository for the caller to stand in."""
    with tempfile.TemporaryDirectory(prefix="franking-bench-") as name:
        folder = Path(name)
        certificates = issue(folder, ["localhost"])
        repository = folder / "example-repo"
        subprocess.run(["git", "init", "-q", str(repository)], check=True)
        subprocess.run(
            ["git", "-C", str(repository), "remote", "add", "origin", "git@github.com:example-co/example-repo.git"],
            check=True,
        )
        command = [sys.executable, "-m", "benchmarks.upstream", str(certificates.leaf_file)]
        with _process(command, stdout=subprocess.PIPE) as upstream:
            assert upstream.stdout is not None
            yield Stage(folder, certificates.ca_file, int(upstream.stdout.readline()), repository)


@contextlib.contextmanager
def stock(at: Stage) -> Iterator[Proxy]:
    """mitmdump as it comes, quiet."""
    port = _free_port()
    command = [
        str(BIN / "mitmdump"),
        "-q",
        *("--listen-host", "127.0.0.1", "--listen-port", str(port)),
        *("--set", f"confdir={at.folder / 'mitmproxy'}"),
        *("--set", f"ssl_verify_upstream_trusted_ca={at.root}"),
    ]
    with _process(command) as process:
        _wait_for(port)
        yield Proxy(port, process.pid)


@contextlib.contextmanager
def relay(at: Stage) -> Iterator[Proxy]:
    """A proxy that hands bytes on and does nothing else."""
    command = [sys.executable, "-m", "benchmarks.relay"]
    with _process(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(HERE)}) as process:
        assert process.stdout is not None
        yield Proxy(int(process.stdout.readline()), process.pid)


@contextlib.contextmanager
def franking(
    at: Stage,
    tag: str = "home",
    gateway: str = EVERYTHING,
    command: Sequence[str] = (str(BIN / "frank"),),
    web: Sequence[str] = ("--no-web",),
) -> Iterator[Proxy]:
    """franking; as the upstream's gateway entry says, with everything on. command: what runs ``frank``; web: its
    options for the dashboard.
    """
    home = at.folder / tag
    config = at.folder / f"{tag}.toml"
    config.write_text(
        f"""
[upstream]
ca_file = "{at.root}"
[[gateway]]
name = "bench"
hosts = ["localhost"]
{gateway}
"""
    )
    environment = os.environ | {"FRANKING_HOME": str(home), "FRANKING_CONFIG": str(config)}
    environment["PYTHONPATH"] = str(HERE)
    started = [*command, "start", "--listen", "127.0.0.1:0", *web]
    with _process(started, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        state = json.loads((home / "state.json").read_text())
        deadline = time.monotonic() + 10
        while not (home / "health.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        yield Proxy(state["proxy"][1], json.loads((home / "health.json").read_text())["pid"])


def load(at: Stage, proxy: Proxy, kind: str, connections: int, seconds: float) -> dict[str, Any]:
    """Run the load from inside the repository; its report."""
    environment = os.environ | {"PYTHONPATH": str(HERE), "KILOCODE_FEATURE": "cli"}
    words = (str(proxy.port), f"localhost:{at.port}", kind, str(connections), str(seconds))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *words],
        cwd=at.repository,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def used(pid: int) -> float:
    """Seconds of processor time that a process has had, threads that have ended included (clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


@contextlib.contextmanager
def _process(command: list[str], **how: Any) -> Iterator["subprocess.Popen[Any]"]:
    process = subprocess.Popen(command, **how)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on {port}")
