"""Runtimes are really started: they trust our authority with frank's variables, and refuse without."""

import os
import shutil
from pathlib import Path

import pytest

from franking import trust
from franking.cli import environment
from franking.health import probe, runtimes
from franking.health.values import Finding
from franking.proxy import authority
from franking.proxy.authority import Authority
from support import sidecar

HOST = "api.openai.com"
QUICK = [runtime for runtime in runtimes.RUNTIMES if runtime.name in {"curl", "Python", "Node"}]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority.ensure(tmp_path_factory.mktemp("home") / "ca", [HOST], environment={})


def attempt(runtime: runtimes.Runtime, held: Authority, folder: Path, variables: dict[str, str]) -> Finding:
    program = next(filter(None, map(shutil.which, runtime.programs)), None)
    if program is None:
        pytest.skip(f"no {runtime.name} on this machine")
    with probe.served(held.newest, HOST) as (address, port):
        url = f"http://{address}:{port}"
        base = sidecar.clean_environment()
        told = base | environment.variables(url, held.files, base) | variables
        return runtimes.attempt(runtime, program, HOST, told, folder)


@pytest.mark.parametrize("runtime", runtimes.RUNTIMES, ids=lambda runtime: runtime.name)
def test_with_the_variables_each_trusts(runtime: runtimes.Runtime, held: Authority, tmp_path: Path) -> None:
    finding = attempt(runtime, held, tmp_path, {})
    assert finding.verdict == "ok", finding.says


@pytest.mark.parametrize("runtime", QUICK, ids=lambda runtime: runtime.name)
def test_without_the_roots_each_refuses(runtime: runtimes.Runtime, held: Authority, tmp_path: Path) -> None:
    finding = attempt(runtime, held, tmp_path, {name: str(held.files.upstream) for name in trust.VARIABLES})
    assert finding.verdict == "fail"
    assert finding.todo is not None
    assert "CERT" in finding.says.upper() or "ISSUER" in finding.says.upper()


def test_one_that_hangs_or_is_none_is_a_warning(tmp_path: Path) -> None:
    hanging = runtimes.Runtime("slow", ("sh",), ("-c", "exec sleep 60"), seconds=0)
    assert runtimes.attempt(hanging, "/bin/sh", HOST, os.environ, tmp_path).verdict == "warn"
    assert runtimes.attempt(hanging, str(tmp_path / "nothing"), HOST, os.environ, tmp_path).verdict == "warn"


def test_what_is_not_on_path_is_left_out(held: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert runtimes.check(held.newest, HOST, lambda url: {}) == []
