"""The ``frank`` command: which commands there are, and how one is found and run.

Only the command that is asked for is imported, so that ``frank costs`` does not wait for the proxy's libraries; nor is
typer (``program.py``) for ``frank statusline``, which shells wait for at every prompt. Exit status: 0 done, 1 it could
not be done (one line on stderr), 2 wrong usage; a command may ask for another by ``typer.Exit`` (``frank run`` returns
its child's).
"""

import io
import os
import sys
from collections.abc import Sequence

__all__ = ["COMMANDS", "SECTIONS", "main"]

SECTIONS: dict[str, dict[str, str]] = {
    "Run": {
        "run": "run:run",
        "env": "environment:env",
        "start": "sidecar:start",
        "stop": "sidecar:stop",
        "status": "sidecar:status",
        "demo": "demo:demo",
    },
    "See": {
        "costs": "costs:costs",
        "web": "web:web",
        "tail": "tail:tail",
        "top": "top:top",
        "statusline": "statusline:statusline",
        "explain": "explain:explain",
        "features": "features:features",
        "prices": "prices:prices",
    },
    "Bill": {
        "projects": "projects:app",
        "budgets": "budgets:app",
        "alerts": "alerts:app",
        "links": "links:app",
        "invoice": "invoice:invoice",
        "export": "export:export",
        "report": "report:report",
    },
    "Keep": {
        "backfill": "backfill:backfill",
        "reprice": "reprice:reprice",
        "prune": "prune:prune",
        "backup": "backup:backup",
        "import": "importing:import_file",
        "reconcile": "reconcile:reconcile",
    },
    "Set up": {
        "doctor": "doctor:doctor",
        "init": "init:init",
        "ca": "ca:app",
        "completion": "completion:completion",
    },
}
"""Heading → command → ``module:attribute`` in ``franking.cli``: a function, or a Typer.

A module's CONTEXT, where it has one, is its function's settings.
"""

COMMANDS = {name: where for commands in SECTIONS.values() for name, where in commands.items()}
"""Command → where it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``frank ARGUMENTS`` and return the exit status. By default the process's own, which may then end at once."""
    own, arguments = arguments is None, sys.argv[1:] if arguments is None else list(arguments)
    if sys.warnoptions:
        import warnings

        warnings.simplefilter("ignore")  # what PYTHONWARNINGS asks for is asked of the user's own programs
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            told_at_once = _run(arguments)
        finally:
            sys.stdout.flush()
        if own and told_at_once:
            os._exit(0)  # a shell waits, and Python would go on for some milliseconds to clear up after itself
    except SystemExit as end:
        return _status(end.code)
    except BrokenPipeError:
        # The reader went away (`frank costs | head`); nothing more may be written, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        from franking.cli import errors

        errors.report(fault)
        return 1
    return 0


def _run(arguments: Sequence[str]) -> bool:
    """Run the command; True where all that is left to do is to end."""
    if arguments[:1] == ["statusline"]:
        from franking.cli import prompt

        if prompt.printed(arguments[1:]):
            return True
    elif arguments[:1] == ["__complete"]:
        from franking.cli import candidates

        candidates.tell(arguments[1:])
        return True
    from franking.cli import program

    only = arguments[:1] if arguments and arguments[0] in COMMANDS else tuple(COMMANDS)
    program.application(only)(arguments, prog_name="frank")
    return False


def _status(code: object) -> int:
    return code if isinstance(code, int) else int(code is not None)
