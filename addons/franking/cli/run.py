"""``frank run -- CMD``: a command with the proxy and every CA variable set, in a sidecar's reach.

The command takes this process's place (exec), so terminal, signals, process group and exit status are its own. Where
the system cannot do that (Windows) it is a child, whose status is passed on.

Project, feature and session travel as the proxy's userinfo, and as FRANKING_PROJECT, KILOCODE_FEATURE and
FRANKING_SESSION as well: Java never sends userinfo, and some clients send it only where both of its halves are filled.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, NoReturn

import typer

from franking.attribution.userinfo import encode
from franking.cli import environment
from franking.cli.errors import Failure
from franking.cli.sidecar import tell_of_the_way_out
from franking.settings_addresses import url_of

__all__ = ["CONTEXT", "become", "run", "spawn"]

CONTEXT = {"allow_interspersed_args": False}
"""How the command line registers ``run``: what follows the command is the command's, its options too."""

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126  # as a shell says it


def become(command: Sequence[str], values: Mapping[str, str]) -> NoReturn:
    """Run ``command`` in this process's place. Exits 127 where there is none of that name, 126 where it cannot run."""
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        raise typer.Exit(spawn(command, values))
    # Python ignores these; an ignored signal stays so across exec, and `CMD | head` would never end.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), dict(values))  # noqa: S606 - no shell is the point
    except OSError as fault:
        raise typer.Exit(_cannot(command[0], fault)) from None


def spawn(command: Sequence[str], values: Mapping[str, str]) -> int:
    """Run ``command`` as a child and return its exit status; 128 and the signal's number where one ended it."""
    program = shutil.which(command[0], path=values.get("PATH")) or command[0]
    try:
        child = subprocess.Popen([program, *command[1:]], env=dict(values))
    except OSError as fault:
        return _cannot(command[0], fault)
    while True:
        try:
            status = child.wait()
        except KeyboardInterrupt:
            continue  # the terminal sent it to the child as well, which decides
        return status if status >= 0 else 128 - status


def _cannot(name: str, fault: OSError) -> int:
    missing = isinstance(fault, FileNotFoundError | NotADirectoryError)
    typer.echo(f"frank run: {name}: {'command not found' if missing else fault.strerror}", err=True)
    return _NOT_FOUND if missing else _NOT_EXECUTABLE


def run(
    command: Annotated[list[str], typer.Argument(metavar="-- CMD…", help="The command and its arguments.")],
    project: Annotated[str | None, typer.Option(help="The project id of its requests.")] = None,
    feature: Annotated[str | None, typer.Option(help="The feature of its requests.")] = None,
    session: Annotated[str | None, typer.Option(help="The session id of its requests.")] = None,
) -> None:
    """Run a command through the sidecar; starts one when none runs. The exit status is the command's."""
    from franking.supervisor.launch import ensure_running
    from franking.supervisor.state import read_state

    for name, value in (("--project", project), ("--feature", feature), ("--session", session)):
        if value and not value.isprintable():
            raise Failure(f"{name} has a control character in it, which no header can carry")
    first = read_state() is None
    state = ensure_running()
    if first:
        tell_of_the_way_out(state)
    ca = environment.ready_authority()
    said = encode(project, feature, session)
    url = url_of(state.proxy, environment.with_token(state.proxy, said))
    values = dict(os.environ) | environment.variables(url, ca, os.environ, environment.bundles(ca, os.environ))
    stated = {"FRANKING_PROJECT": project, "KILOCODE_FEATURE": feature, "FRANKING_SESSION": session}
    become(command, values | {name: value for name, value in stated.items() if value})
