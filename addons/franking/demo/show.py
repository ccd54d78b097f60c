"""``frank demo``: real clients' requests through a real sidecar to a fake gateway, and what they cost.

Everything happens in a throw-away folder and on loopback. Whatever does not come out as it should is a DemoError,
so that the demo is also a first check of an installation.
"""

import json
import shutil
import sqlite3
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from franking.demo import children, projects
from franking.demo.certificates import issue
from franking.demo.children import DemoError
from franking.demo.gateway import FakeGateway
from franking.demo.values import Request

__all__ = ["DemoError", "show"]

HOST = "api.kilo.ai"
CLIENTS_AT_ONCE = 4
NEXT = """Next:
  frank run -- COMMAND   run your tool through a sidecar, started if none runs
  frank costs            see what it cost, by project, feature, model, user, day
  frank doctor           check that all is set up right on this machine"""

type Say = Callable[[str], None]


def show(say: Say, *, keep: bool = False) -> None:
    """Tell and do it all. say: prints a line or several. keep: leave the folder, and say where. Raises DemoError."""
    folder = Path(tempfile.mkdtemp(prefix="franking-demo-"))
    try:
        _run(folder, say)
    except (OSError, subprocess.SubprocessError, sqlite3.Error) as fault:
        raise DemoError(f"the demo could not be shown: {fault}") from fault
    finally:
        if keep:
            say(f"\nKept: FRANKING_HOME={folder / 'home'}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, say: Say) -> None:
    own = children.environment(
        FRANKING_HOME=str(folder / "home"), FRANKING_CONFIG=str(folder / "config.toml"), COLUMNS="80", PYTHONUTF8="1"
    )
    say("frank demo: it is all thrown away afterwards, and nothing leaves this machine.\n")
    _make_projects(folder, say)
    certificates = issue(folder, [HOST])
    with FakeGateway(certificates) as gateway:
        say(f"2. A fake gateway answers for {HOST} on 127.0.0.1:{gateway.port}, over TLS.")
        _configure(folder / "config.toml", certificates.ca_file, gateway.port)
        with children.sidecar(own, folder / "sidecar.log"):
            through = children.variables(own)
            say(f"3. A sidecar (frank start) listens on {through['HTTPS_PROXY'].rpartition('/')[2]}.")
            _send_all(folder, through, say)
            _tell_received(gateway.requests, say)
    say("5. The sidecar was stopped. What its ledger says:\n")
    _tell_costs(own, say)
    say(NEXT)


def _configure(file: Path, ca_file: Path, port: int) -> None:
    """Connect to the fake gateway instead, and trust it. A JSON string is a TOML string too."""
    told = f'[upstream]\nca_file = {json.dumps(str(ca_file))}\nresolve = {{ "{HOST}:443" = "127.0.0.1:{port}" }}\n'
    file.write_text(told, encoding="utf-8")


def _make_projects(folder: Path, say: Say) -> None:
    git = shutil.which("git") is not None
    projects.make(folder, git=git)
    if git:
        say("1. Three projects, each a git repository:")
    else:
        say("1. Three projects. git is not installed: only shop will be known by its project.")
    for project in projects.PROJECTS:
        say(f"     {project.name:<8}  {project.told}")


def _send_all(folder: Path, through: dict[str, str], say: Say) -> None:
    clients = "curl and Python" if shutil.which("curl") else "Python (curl is not installed)"
    say(f"4. {len(projects.ASKS)} requests by {clients}, with `frank env` set and nothing else.")
    with ThreadPoolExecutor(CLIENTS_AT_ONCE) as pool:
        for _ in pool.map(lambda ask: children.send(ask, folder / ask.project, through), projects.ASKS):
            pass


def _tell_received(received: tuple[Request, ...], say: Say) -> None:
    """What was stamped, as the gateway saw it."""
    say("   The gateway refused one of them, with a 429. It received them so:\n")
    say(f"     requests  {'client':<13}  {'X-KILOCODE-PROJECTID':<20}  X-KILOCODE-FEATURE")
    seen = Counter(
        (
            request.header("x-kilocode-projectid") or "-",
            request.header("x-kilocode-feature") or "-",
            (request.header("user-agent") or "-").partition("/")[0],
        )
        for request in received
    )
    for (project, feature, client), count in sorted(seen.items()):
        say(f"     {count:>8}  {client:<13}  {project:<20}  {feature}")
    say("")


def _tell_costs(own: dict[str, str], say: Say) -> None:
    """The cost views. Raises DemoError where the ledger does not hold the requests that were sent."""
    with closing(sqlite3.connect(Path(own["FRANKING_HOME"], "ledger.db"))) as ledger:
        (count,) = ledger.execute("SELECT count(*) FROM requests WHERE status <> 'in_flight'").fetchone()
    if count != len(projects.ASKS):
        raise DemoError(f"{len(projects.ASKS)} requests were sent, but the ledger holds {count}")
    asked = [("costs", "--by", dimension) for dimension in ("project", "feature")]
    with ThreadPoolExecutor(len(asked)) as pool:
        for arguments, view in zip(asked, pool.map(lambda words: children.frank(own, *words), asked), strict=True):
            say(f"$ frank {' '.join(arguments)}\n{view.rstrip()}\n")
