"""What is slow at the first request is done before there is one."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from franking import settings
from franking.metering.price_table import PriceTable
from franking.proxy.stages import Stages

FIRST = """
import re, sys, threading
from pathlib import Path
from franking import settings
from franking.attribution.values import Peer, Place, Repository
from franking.proxy.stages import Request, Stages
from franking.proxy.whereabouts import Whereabouts

def never(*what):
    raise AssertionError(what)

stages, warm = Stages(settings.load(Path(sys.argv[1]))), threading.Event()
stages.warm(then=warm.set)
assert warm.wait(60)
peer = Peer(pid=1, argv=("node", "/usr/bin/codex", "exec"))
kept, re._compiler.compile = re._compiler.compile, never
for remote in ("git@github.com:example-co/alpha.git", "https://github.com/example-co/alpha.git"):
    request = Request(stages.settings.gateway[0], None, "POST", "api.kilo.ai", "/x", (("user-agent", "codex/1.0"),))
    place = Place("/w", repository=Repository("/w", "w", remote=remote, branch="main", user="dev@example.com"))
    assert stages.judge(request, peer, Whereabouts(place)).attribution.project.value == "alpha"
re._compiler.compile = kept
"""


def test_the_first_request_compiles_no_pattern(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FIRST, tmp_path / "none.toml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_comes_after_warming_comes_though_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stages, then = Stages(settings.load(tmp_path / "none.toml")), threading.Event()
    monkeypatch.delattr(PriceTable, "warm")
    monkeypatch.setattr(threading, "excepthook", lambda told: None)
    stages.warm(then=then.set)
    assert then.wait(60)
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(60)


def test_the_collector_stays_until_all_is_loaded() -> None:
    said = "import gc; from franking.proxy import trims; trims.stay_collector(); a = gc.isenabled(); "
    said += "trims.calm_collector(); print(a, gc.isenabled(), gc.get_freeze_count() > 1000)"
    assert subprocess.check_output([sys.executable, "-c", said], text=True) == "False True True\n"
