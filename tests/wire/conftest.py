"""One real sidecar and one fake gateway for all wire tests of a worker; canaries are looked for when all is done."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates, issue
from franking.demo.gateway import FakeGateway
from support.clients import ask, refusing_port, silent_port
from support.leaks import leaks, shown
from support.repositories import make
from support.sidecar import HOSTS, Sidecar, Watch
from support.sidecar import upstream as configured

UNREACHABLE = """
[[gateway]]
name = "unreachable"
hosts = ["refusing.example.com", "silent.example.com", "unknown.invalid", "untrusted.example.com"]
"""


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """The fake gateway's, which the sidecar trusts."""
    return issue(tmp_path_factory.mktemp("certificates"), HOSTS)


@pytest.fixture(scope="session")
def stranger_certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Of another authority, which the sidecar does not trust."""
    return issue(tmp_path_factory.mktemp("stranger"), ("localhost", "untrusted.example.com"), "a stranger's CA")


@pytest.fixture(scope="session")
def upstream(certificates: Certificates) -> Iterator[FakeGateway]:
    with FakeGateway(certificates) as running:
        yield running


@pytest.fixture(scope="session")
def upstream_stranger(stranger_certificates: Certificates) -> Iterator[FakeGateway]:
    with FakeGateway(stranger_certificates) as running:
        yield running


@pytest.fixture(scope="session")
def sidecar(
    tmp_path_factory: pytest.TempPathFactory,
    certificates: Certificates,
    upstream: FakeGateway,
    upstream_stranger: FakeGateway,
) -> Iterator[Sidecar]:
    with ExitStack() as held:
        ports = dict.fromkeys(HOSTS, upstream.port) | {
            "untrusted.example.com": upstream_stranger.port,
            "refusing.example.com": held.enter_context(refusing_port()),
            "silent.example.com": held.enter_context(silent_port()),
        }
        folder = tmp_path_factory.mktemp("sidecar")
        config = configured(certificates.ca_file, ports) + UNREACHABLE
        reverse = ("--reverse", "https://api.kilo.ai@0", "--reverse", "https://openrouter.ai@0")
        running = Sidecar(folder, config, reverse)
        try:
            first = running.watch()
            ask(running)  # the first request of all finds everything cold
            first.row()
            yield running
        finally:
            status = running.stop()
        assert status == 0, running.output.read_text(encoding="utf-8")
        assert shown(running.home) == []
        assert leaks(folder) == []


@pytest.fixture
def gateway(upstream: FakeGateway) -> FakeGateway:
    """The fake gateway, with nothing received yet."""
    upstream.forget()
    return upstream


@pytest.fixture
def stranger(upstream_stranger: FakeGateway) -> FakeGateway:
    """A server of the world outside: TLS with a certificate that is not ours."""
    upstream_stranger.forget()
    return upstream_stranger


@pytest.fixture
def ledger(sidecar: Sidecar) -> Watch:
    """The rows that this test makes."""
    return sidecar.watch()


@pytest.fixture
def plain() -> Iterator[FakeGateway]:
    """A server that speaks plain HTTP."""
    with FakeGateway() as running:
        yield running


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository named ``workshop`` whose origin is ``example-repo``."""
    return make(tmp_path / "workshop", origin="git@github.com:example-co/example-repo.git")


@pytest.fixture
def read_only() -> Iterator[Callable[[Path], Callable[[], None]]]:
    """Makes a path read-only, for root as well; what it returns undoes that. Needs the right to mount."""
    held: list[Path] = []

    def make(path: Path) -> Callable[[], None]:
        mount = shutil.which("mount")
        if not mount or subprocess.run([mount, "--bind", path, path], capture_output=True, check=False).returncode:
            pytest.skip("may not mount")
        held.append(path)
        subprocess.run([mount, "-o", "remount,bind,ro", path], check=True)
        return undo

    def undo() -> None:
        while held:
            subprocess.run(["umount", "-l", held.pop()], check=True)

    yield make
    undo()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, 24 MB; needs the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = [mount or "", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if not mount or subprocess.run(made, capture_output=True, check=False).returncode:
        pytest.skip("may not mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
