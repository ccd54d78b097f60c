"""What ``frank doctor`` finds, for a page: asked in a process of its own that has a bound, and kept for some minutes.

A look starts real programs and reads the whole ledger, which takes seconds: no page waits for it, none starts a second
one while it runs, and it ends with the dashboard.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from franking.health.values import Finding

__all__ = ["Checked", "Doctor"]

KEPT = 600
"""Seconds after which a page that is looked at has it checked again."""

SECONDS = 120

_COMMAND = (sys.executable, "-m", "franking", "doctor", "--json")


class _Told(msgspec.Struct):
    """What the command says."""

    checks: list[Finding]


@dataclass(frozen=True, slots=True)
class Checked:
    """at: when it was done, microseconds UTC. fault: why nothing was found, None where it was."""

    at: int
    findings: tuple[Finding, ...] = ()
    fault: str | None = None


class Doctor:
    """One of each dashboard; used on its event loop alone."""

    def __init__(self, command: Sequence[str] = _COMMAND, seconds: float = SECONDS) -> None:
        self.checked: Checked | None = None
        self._command = command
        self._seconds = seconds
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Is it looking now?"""
        return self._task is not None and not self._task.done()

    def look(self, *, again: bool = False) -> None:
        """See that what is kept is not old; returns at once. again: however new it is."""
        old = self.checked is None or time.time_ns() // 1000 - self.checked.at > KEPT * 1_000_000
        if (again or old) and not self.running:
            self._task = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        fault, findings = None, tuple[Finding, ...]()
        try:
            findings = tuple(msgspec.json.decode(await self._said(), type=_Told).checks)
        except TimeoutError:
            fault = f"frank doctor did not end within {self._seconds:g} s"
        except OSError as error:
            fault = f"frank doctor could not be started: {error.strerror or error}"
        except msgspec.DecodeError:
            fault = "frank doctor said nothing that can be read; start it in a terminal"
        self.checked = Checked(time.time_ns() // 1000, findings, fault)

    async def _said(self) -> bytes:
        process = await asyncio.create_subprocess_exec(
            *self._command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._seconds):
                said, _ = await process.communicate()
            return said
        finally:
            if process.returncode is None:
                _kill(process)
                await process.wait()


def _kill(process: asyncio.subprocess.Process) -> None:
    """It and the programs that it tries."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
