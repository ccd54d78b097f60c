"""A real sidecar for tests: ``frank start`` as a child process, in a home and with a configuration of its own."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from support.waiting import until

__all__ = [
    "FRANK",
    "HOSTS",
    "Sidecar",
    "Watch",
    "child_of",
    "children_of",
    "clean_environment",
    "frank",
    "replaced",
    "upstream",
]

FRANK = (sys.executable, "-m", "franking")

HOSTS = ("api.kilo.ai", "openrouter.ai", "api.openai.com", "api.anthropic.com", "generativelanguage.googleapis.com")
"""The shipped gateways'."""


def upstream(ca_file: Path, ports: Mapping[str, int]) -> str:
    """Configuration: these hosts are to be found at these ports of loopback, with certificates of that authority."""
    resolve = "\n".join(f'"{host}:443" = "127.0.0.1:{port}"' for host, port in ports.items())
    return f'[upstream]\nca_file = "{ca_file}"\n[upstream.resolve]\n{resolve}\n'


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what would steer franking, a proxy, a CA or git."""
    unwanted = ("FRANKING_", "KILO", "GIT_", "SSL_CERT", "REQUESTS_CA", "CURL_CA", "NODE_", "OPENAI_", "ANTHROPIC_")
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(unwanted) and k.lower() not in proxies}
    return kept | {"PYTHONUTF8": "1"} | more


def frank(*arguments: str, home: Path, config: Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """``frank ARGUMENTS`` to its end."""
    environment = clean_environment(FRANKING_HOME=str(home), FRANKING_CONFIG=str(config))
    return subprocess.run(
        [*FRANK, *arguments], env=environment, cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


class Watch:
    """The rows that came after this was made."""

    def __init__(self, sidecar: "Sidecar") -> None:
        self._sidecar = sidecar
        self._before = {row["id"] for row in sidecar.all_rows()}

    def rows(self, count: int = 1) -> list[dict[str, Any]]:
        """Exactly ``count`` new rows, oldest first, each settled; waits for them, then fails if there are more."""
        rows = until(lambda: self._settled(count), f"{count} settled rows")
        assert len(rows) == count, [(row["id"], row["status"], row["path"]) for row in rows]
        return rows

    def row(self) -> dict[str, Any]:
        """The one new row."""
        return self.rows()[0]

    def _new(self) -> list[dict[str, Any]]:
        return [row for row in self._sidecar.all_rows() if row["id"] not in self._before]

    def _settled(self, count: int) -> list[dict[str, Any]] | None:
        rows = self._new()
        return rows if len(rows) >= count and all(row["status"] != "in_flight" for row in rows) else None


class Sidecar:
    """A running ``frank start``.

    home: its FRANKING_HOME.  output: what it printed, both streams.  port: of the forward proxy.
    reverse: URL → port of each reverse listener.  state: all that it tells of itself, as it was at the start.
    """

    def __init__(
        self,
        folder: Path,
        config: str,
        arguments: Sequence[str] = (),
        *,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        web: bool = False,
    ) -> None:
        self.home, self.config, self.output = folder / "home", folder / "config.toml", folder / "output.txt"
        self.config.write_text(config, encoding="utf-8")
        own = {"FRANKING_HOME": str(self.home), "FRANKING_CONFIG": str(self.config), **(environment or {})}
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                [*FRANK, "start", "--listen", "127.0.0.1:0", *([] if web else ["--no-web"]), *arguments],
                env=clean_environment(**own),
                cwd=cwd or folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.state = until(self._ready, "the sidecar listens")
        except BaseException:
            self.stop()
            raise
        self.port: int = self.state["proxy"][1]
        self.reverse: dict[str, int] = self.state["reverse"]

    @property
    def proxy_url(self) -> str:
        """For HTTPS_PROXY."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ca_file(self) -> Path:
        """The root that signs for the gateways."""
        return self.home / "ca" / "ca-cert.pem"

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """``frank ARGUMENTS`` on this home."""
        return frank(*arguments, home=self.home, config=self.config, cwd=cwd)

    def all_rows(self) -> list[dict[str, Any]]:
        """Every row as it stands now, oldest first."""
        file = self.home / "ledger.db"
        if not file.exists():
            return []
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5) as ledger:
            ledger.row_factory = sqlite3.Row
            return [dict(row) for row in ledger.execute("SELECT * FROM requests ORDER BY started_at, id")]

    def watch(self) -> Watch:
        """From here on."""
        return Watch(self)

    def stop(self) -> int:
        """End it as a user would, and return its exit status; what is left of it after half a minute is killed."""
        if self._process.poll() is None:
            self._process.terminate()
        return self.ended()

    def ended(self) -> int:
        """Its exit status, once it has ended by itself or by a signal sent before; it told of no fault of its own."""
        try:
            status = self._process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            status = self._process.wait(30)
        said = self.output.read_text(encoding="utf-8")
        assert "Traceback" not in said, said
        return status

    def _ready(self) -> dict[str, Any] | None:
        assert self._process.poll() is None, f"frank start ended: {self.output.read_text(encoding='utf-8')}"
        try:
            state: dict[str, Any] = json.loads((self.home / "state.json").read_bytes())
        except FileNotFoundError:
            return None
        return state if state["pid"] == self._process.pid else None


def children_of(sidecar: Sidecar) -> dict[str, int]:
    """The supervisor's children by what they are: ``proxy``, ``web``, ``alerts``."""
    return until(lambda: _children(sidecar), "each child is what it is to be")


def _children(sidecar: Sidecar) -> dict[str, int] | None:
    """None while one is not yet what it is to be: until then it looks like the proxy."""
    listed = Path(f"/proc/{sidecar.state['pid']}/task/{sidecar.state['pid']}/children").read_text().split()
    words = {}
    for pid in listed:
        with suppress(FileNotFoundError, ProcessLookupError):  # one that ends while it is being looked at
            words[int(pid)] = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    beside = {b"franking.budgets", b"franking.reports"}
    found = {
        "web" if b"franking.web" in said else "alerts" if not beside.isdisjoint(said) else "proxy": pid
        for pid, said in words.items()
    }
    return found if len(found) == len(words) else None


def child_of(sidecar: Sidecar) -> int:
    """The proxy's process. Raises ValueError while there is none."""
    found = children_of(sidecar).get("proxy")
    if found is None:
        raise ValueError("no proxy")
    return found


def replaced(sidecar: Sidecar, old: int) -> int | None:
    """The proxy that took that one's place; None while none has."""
    try:
        new = child_of(sidecar)
    except ValueError:
        return None
    return new if new != old else None
