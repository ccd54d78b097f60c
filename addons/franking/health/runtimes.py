"""Checks of the runtimes on PATH: does each reach a gateway through a proxy, and trust our authority?

Each is really started, with the variables that ``frank env`` prints, and asks for ``https://HOST/`` by its own
standard means, against ``probe.py``. They run side by side, each with its own bound. What is not on PATH is left out.
"""

import concurrent.futures
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from franking.health import probe
from franking.health.values import Finding
from franking.proxy.issuer import Issuer

__all__ = ["RUNTIMES", "Runtime", "attempt", "check"]

_NODE = """
const [host, proxy] = [process.argv[2], new URL(process.env.HTTPS_PROXY)];
const fail = (error) => { console.error(error.code || error.message); process.exit(1); };
const asked = { host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: host + ':443' };
require('http').request(asked).on('error', fail).on('connect', (answer, socket) =>
  require('tls').connect({ socket, servername: host }, () => process.exit(0)).on('error', fail)).end();
"""
_PYTHON = """
import sys, urllib.request
try:
    urllib.request.urlopen(f"https://{sys.argv[1]}/", timeout=8)
except OSError as fault:
    sys.exit(str(getattr(fault, "reason", fault)))
"""
_JAVA = """
import java.net.*;
public class Probe {
    public static void main(String[] arguments) throws Exception {
        try {
            HttpURLConnection asked = (HttpURLConnection) new URL("https://" + arguments[0] + "/").openConnection();
            asked.setConnectTimeout(8000);
            asked.setReadTimeout(8000);
            asked.getResponseCode();
        } catch (Exception fault) {
            System.err.println(fault.getMessage());
            System.exit(1);
        }
    }
}
"""
_GO = """
package main

import (
    "fmt"
    "net/http"
    "os"
)

func main() {
    answer, err := http.Get("https://" + os.Args[1] + "/")
    if err != nil {
        fmt.Fprintln(os.Stderr, err)
        os.Exit(1)
    }
    answer.Body.Close()
}
"""


@dataclass(frozen=True, slots=True)
class Runtime:
    """file, source: the program to write, if any.  arguments: after the program's name; FILE and HOST are filled in.

    seconds: how long it may take; Java and Go compile first.  note: what else is to be known of it.
    """

    name: str
    programs: Sequence[str]
    arguments: Sequence[str]
    file: str = ""
    source: str = ""
    seconds: int = 10
    note: str = ""


RUNTIMES: tuple[Runtime, ...] = (
    Runtime("curl", ("curl",), ("-sS", "-o", os.devnull, "--max-time", "8", "https://HOST/")),
    Runtime("Python", ("python3", "python"), ("FILE", "HOST"), "probe.py", _PYTHON),
    Runtime(
        "Node", ("node",), ("FILE", "HOST"), "probe.js", _NODE,
        note="it trusts the authority; its own fetch takes the proxy from Node 22.21 and 24.5 on",
    ),
    Runtime("Go", ("go",), ("run", "FILE", "HOST"), "probe.go", _GO, 40),
    Runtime("Java", ("java",), ("FILE", "HOST"), "Probe.java", _JAVA, 25),
)  # fmt: skip


def check(issuer: Issuer, host: str, variables: Callable[[str], Mapping[str, str]]) -> list[Finding]:
    """What each runtime on PATH says of a gateway's host. variables: the environment for a proxy's URL."""
    found = [
        (runtime, program)
        for runtime in RUNTIMES
        if (program := next(filter(None, map(shutil.which, runtime.programs)), None))
    ]
    with (
        probe.served(issuer, host) as (address, port),
        tempfile.TemporaryDirectory(prefix="franking-") as folder,
        concurrent.futures.ThreadPoolExecutor(len(RUNTIMES)) as pool,
    ):
        environment = variables(f"http://{address}:{port}")
        return list(pool.map(lambda pair: attempt(pair[0], pair[1], host, environment, Path(folder)), found))


def attempt(runtime: Runtime, program: str, host: str, environment: Mapping[str, str], folder: Path) -> Finding:
    """Start one and see."""
    name = f"trust: {runtime.name}"
    file = folder / runtime.file if runtime.file else folder
    if runtime.source:
        file.write_text(runtime.source, encoding="utf-8")
    arguments = [part.replace("FILE", str(file)).replace("HOST", host) for part in runtime.arguments]
    try:
        ended = subprocess.run(
            [program, *arguments], env=dict(environment), cwd=folder, capture_output=True, text=True,
            errors="replace", timeout=runtime.seconds, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Finding(name, "warn", f"{program} did not end within {runtime.seconds} s", "try again: frank doctor")
    except OSError as fault:
        return Finding(name, "warn", f"{program} cannot be started: {fault.strerror}")
    if ended.returncode == 0:
        return Finding(name, "ok", f"{program}: {runtime.note or 'it goes through the proxy and trusts the authority'}")
    lines = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith("Picked up ")]
    if runtime.name == "Java" and any("compiler" in line for line in lines):
        return Finding(name, "warn", f"{program} has no compiler, so it could not be tried")
    told = lines[0].strip()[:200] if lines else f"exit status {ended.returncode}"
    return Finding(name, "fail", f"{program}: {told}", "start its programs by frank run -- COMMAND, or see frank env")
