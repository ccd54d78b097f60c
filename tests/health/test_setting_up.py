"""Checks of the set-up, each on a home that is right and on one that is wrong."""

import os
import socket
from pathlib import Path

import pytest

from franking import paths, settings
from franking.health import setting_up
from franking.proxy import authority
from franking.supervisor import lock
from franking.supervisor.state import State, write_state


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FRANKING_CONFIG", str(tmp_path / "config.toml"))
    return paths.ensure_home()


def hosts() -> list[str]:
    return [host for gateway in settings.load().gateway for host in gateway.hosts]


def test_configuration(home: Path, tmp_path: Path) -> None:
    finding, loaded = setting_up.configuration()
    assert (finding.verdict, loaded is None) == ("ok", False)
    (tmp_path / "config.toml").write_text("[listen]\nnonsense = 1\n")
    finding, loaded = setting_up.configuration()
    assert (finding.verdict, loaded) == ("fail", None)
    assert "config.toml:2: listen.nonsense" in finding.says


def test_a_home_that_is_right_missing_or_a_file(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setting_up.home().verdict == "ok"
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path / "nothing"))
    assert setting_up.home().verdict == "warn"
    (tmp_path / "file").touch()
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path / "file"))
    assert setting_up.home().verdict == "fail"


def test_a_home_that_cannot_be_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, how: Path(path) != home)
    finding = setting_up.home()
    assert (finding.verdict, str(home) in finding.says) == ("fail", True)
    assert "memory alone" in finding.says


@pytest.mark.parametrize(
    ("name", "wrong", "todo"),
    [("", 0o755, "chmod 700"), ("ledger.db", 0o644, "chmod 600"), ("ca", 0o750, "chmod 700"),
     ("ca/issuer-1.pem", 0o640, "chmod 600")],
)  # fmt: skip
def test_what_others_can_read(home: Path, name: str, wrong: int, todo: str) -> None:
    (home / "ca").mkdir(mode=0o700)
    for file in ("ledger.db", "ca/issuer-1.pem"):
        (home / file).touch(0o600)
    assert setting_up.home().verdict == "ok"
    (home / name).chmod(wrong)
    finding = setting_up.home()
    assert finding.verdict == "fail"
    assert finding.todo == f"{todo} {home / name}"


def test_a_sidecar_that_runs_or_does_not_answer(home: Path) -> None:
    assert setting_up.sidecar().verdict == "warn"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        held = lock.acquire(home)
        assert held is not None
        try:
            state = State(pid=os.getpid(), version="1", started_at=0, proxy=("127.0.0.1", port))
            write_state(state)
            assert setting_up.sidecar().verdict == "ok"
            write_state(State(pid=1, version="1", started_at=0, proxy=("127.0.0.1", port), restarts=2, last_death="x"))
            assert setting_up.sidecar().verdict == "warn"
            listener.close()
            write_state(state)
            finding = setting_up.sidecar()
            assert finding.verdict == "fail"
            assert f"127.0.0.1:{port} does not answer" in finding.says
        finally:
            os.close(held)


def test_the_authority(home: Path) -> None:
    assert setting_up.authority(settings.load()).verdict == "warn"
    authority.ensure(paths.ca_folder(), ["api.openai.com"], environment={})
    finding = setting_up.authority(settings.load())
    assert finding.verdict == "warn"
    assert "may not sign for" in finding.says
    authority.rotate(paths.ca_folder(), hosts())
    assert setting_up.authority(settings.load()).verdict == "ok"


def test_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert setting_up.git().verdict == "ok"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setting_up.git().verdict == "warn"
