"""The demo's child processes: ``frank`` itself, and the clients, which know only what ``frank env`` sets."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from franking.demo.projects import Ask

__all__ = ["DemoError", "environment", "frank", "send", "sidecar", "variables"]

FRANK = (sys.executable, "-m", "franking")
PATIENCE = 20.0  # seconds for any one child

SCRIPT = """
import sys, urllib.error, urllib.request
url, scenario = sys.argv[1:]
headers = {"Authorization": "Bearer demo", "Content-Type": "application/json", "x-demo-scenario": scenario}
request = urllib.request.Request(url, sys.stdin.buffer.read(), headers)
try:
    with urllib.request.urlopen(request, timeout=15) as answer:
        print(len(answer.read()))
except urllib.error.HTTPError as refused:
    print(refused.code)
"""


class DemoError(Exception):
    """The demo could not be shown. The text says why."""


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what would steer franking, git or a client, and with ``more``."""
    steering = ("FRANKING_", "KILO", "GIT_")
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(steering) and k.lower() not in proxies}
    return kept | more


def frank(own: Mapping[str, str], *arguments: str) -> str:
    """What ``frank ARGUMENTS`` prints. Raises DemoError where it fails."""
    try:
        done = subprocess.run(
            [*FRANK, *arguments], env=own, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise DemoError(f"frank {arguments[0]} did not answer within {PATIENCE:.0f} s") from None
    if done.returncode:
        raise DemoError(f"frank {' '.join(arguments)} failed: {_last_line(done.stderr)}")
    return done.stdout


@contextmanager
def sidecar(own: Mapping[str, str], log: Path) -> Iterator[None]:
    """``frank start`` on a free port, from when it listens to when it has settled every row."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*FRANK, "start", "--listen", "127.0.0.1:0", "--no-web"],
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,  # Ctrl-C is for us; we end it
        )
    deadline = threading.Timer(PATIENCE, process.kill)
    deadline.daemon = True
    deadline.start()
    try:
        assert process.stdout is not None
        listening = process.stdout.readline()  # it says so once it does; nothing, where it ended before
        deadline.cancel()
        if not listening:
            process.wait(PATIENCE)
            raise DemoError(
                f"the sidecar did not start: {_last_line(log.read_text(encoding='utf-8', errors='replace'))}"
            )
        yield
    finally:
        deadline.cancel()
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def send(ask: Ask, place: Path, through: Mapping[str, str]) -> None:
    """Make a request with its client, from its project's folder. Raises DemoError where the client fails."""
    child = environment(**through, **({"KILOCODE_FEATURE": ask.feature} if ask.feature else {}))
    scenario = ask.scenario or ""
    if ask.client == "curl" and shutil.which("curl"):
        command = [
            "curl", "--silent", "--show-error", "--max-time", "15", "--no-buffer", "--data-binary", "@-",
            "--header", "Authorization: Bearer demo", "--header", "Content-Type: application/json",
            "--header", f"x-demo-scenario: {scenario}", "--output", os.devnull, ask.url,
        ]  # fmt: skip
    else:
        command = [sys.executable, "-c", SCRIPT, ask.url, scenario]
    try:
        done = subprocess.run(
            command, input=ask.body, env=child, cwd=place, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise DemoError(f"{command[0]} in {ask.project} had no answer within {PATIENCE:.0f} s") from None
    if done.returncode:
        raise DemoError(
            f"{Path(command[0]).name} in {ask.project} failed: {_last_line(done.stderr.decode(errors='replace'))}"
        )


def variables(own: Mapping[str, str]) -> dict[str, str]:
    """What ``frank env`` sets for a client."""
    told = frank(own, "env", "--shell", "json")
    with contextlib.suppress(ValueError):
        found = json.loads(told)
        if isinstance(found, dict):
            return {str(name): str(value) for name, value in found.items()}
    raise DemoError("frank env --shell json gave no JSON object")


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
