"""``frank doctor`` beside a page: one at a time, kept, bounded, and ended with the dashboard."""

import asyncio
import sys
from pathlib import Path

import pytest

from franking.health.values import Finding
from franking.web.pages import _doctor
from franking.web.pages._doctor import Doctor
from support.waiting import until

TOLD = '{"ok": false, "checks": [{"name": "git", "verdict": "fail", "says": "none", "todo": null}]}'
PYTHON = (sys.executable, "-c")


async def done(doctor: Doctor) -> None:
    task = doctor._task
    assert task is not None
    await task


async def test_what_it_finds_is_kept_until_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = tmp_path / "count"
    doctor = Doctor((*PYTHON, f"open({str(count)!r}, 'a').write('x'); print('''{TOLD}'''); raise SystemExit(1)"))
    doctor.look()
    doctor.look()
    assert doctor.running
    await done(doctor)
    doctor.look()
    assert (doctor.running, count.read_text()) == (False, "x")
    assert doctor.checked is not None
    assert (doctor.checked.findings, doctor.checked.fault) == ((Finding("git", "fail", "none"),), None)
    doctor.look(again=True)
    await done(doctor)
    monkeypatch.setattr(_doctor, "KEPT", -1)
    doctor.look()
    await done(doctor)
    assert count.read_text() == "xxx"


@pytest.mark.parametrize(
    ("command", "seconds", "fault"),
    [
        (("/nowhere/frank",), 30, "could not be started: No such file"),
        ((*PYTHON, "print('Traceback')"), 30, "nothing that can be read"),
        ((*PYTHON, 'print(\'{"checks": [{"name": 1}]}\')'), 30, "nothing that can be read"),
        ((*PYTHON, "import time; time.sleep(60)"), 0.2, "did not end within 0.2 s"),
    ],
)
async def test_why_nothing_was_found(command: tuple[str, ...], seconds: float, fault: str) -> None:
    doctor = Doctor(command, seconds)
    doctor.look()
    await done(doctor)
    assert doctor.checked is not None
    assert doctor.checked.findings == ()
    assert fault in (doctor.checked.fault or "")


def test_it_ends_with_the_dashboard_and_so_do_the_programs_that_it_tries(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(told)!r} + '.new', 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        f"os.rename({str(told)!r} + '.new', {str(told)!r})\n"
        "time.sleep(60)"
    )

    async def dashboard() -> None:
        Doctor((*PYTHON, script)).look()
        await asyncio.to_thread(until, told.exists, "it runs", 20)

    asyncio.run(dashboard())
    ended = [Path(f"/proc/{pid}/stat") for pid in told.read_text().split()]
    until(lambda: not any(_runs(stat) for stat in ended), "they have ended")


def _runs(stat: Path) -> bool:
    """Killed is gone, or not yet fetched by whoever adopted it."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False
