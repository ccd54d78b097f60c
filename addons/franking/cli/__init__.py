"""The ``frank`` command: which commands there are, and how one is found and run.

Only the command that is asked for is imported, so that ``frank costs`` does not wait for the proxy's libraries. Exit
status: 0 done, 1 it could not be done (one line on stderr), 2 wrong usage; a command may ask for another by
``typer.Exit`` (``frank run`` returns its child's).
"""

import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from franking import __version__
from franking.cli import errors

__all__ = ["SECTIONS", "application", "main"]

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
        "tail": "tail:tail",
        "explain": "explain:explain",
        "features": "features:features",
        "prices": "prices:prices",
    },
    "Keep": {
        "reprice": "reprice:reprice",
        "prune": "prune:prune",
        "backup": "backup:backup",
        "import": "importing:import_ledger",
    },
    "Set up": {
        "doctor": "doctor:doctor",
        "init": "init:init",
        "ca": "ca:app",
    },
}
"""Heading → command → ``module:attribute`` in ``franking.cli``: a function, or a Typer.

A module's CONTEXT, where it has one, is its function's settings.
"""

_SENTENCE = 200
"""Characters: a command's first sentence is shown whole, on two lines if need be."""

_COMMANDS = {name: where for commands in SECTIONS.values() for name, where in commands.items()}


class _Sections(TyperGroup):
    """The commands under their headings."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands for ``frank --help``."""
        for heading, names in SECTIONS.items():
            listed = [
                (name, self.commands[name].get_short_help_str(_SENTENCE)) for name in names if name in self.commands
            ]
            if listed:
                with formatter.section(heading):
                    formatter.write_dl(listed, col_spacing=3)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"franking {__version__}")
        raise typer.Exit


def _frank(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_version, is_eager=True
    ),
) -> None:
    """Stamps every LLM request with whose it is, and meters what it cost.

    Try it with no set-up and no network: frank demo. Use it: frank run -- COMMAND, then frank costs.
    """


def application(names: Sequence[str] = tuple(_COMMANDS)) -> typer.Typer:
    """The command line with these commands, each imported now."""
    app = typer.Typer(cls=_Sections, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback(context_settings={"help_option_names": ["-h", "--help"]})(_frank)
    for name in names:
        module, _, attribute = _COMMANDS[name].partition(":")
        imported = importlib.import_module(f"franking.cli.{module}")
        found = getattr(imported, attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, context_settings=getattr(imported, "CONTEXT", None))(found)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``frank ARGUMENTS`` (the process's own by default) and return the exit status."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    only = arguments[:1] if arguments and arguments[0] in _COMMANDS else tuple(_COMMANDS)
    try:
        try:
            application(only)(arguments, prog_name="frank")
        finally:
            sys.stdout.flush()
    except SystemExit as end:
        return _status(end.code)
    except BrokenPipeError:
        # The reader went away (`frank costs | head`); nothing more may be written, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as fault:
        errors.report(fault)
        return 1
    return 0


def _status(code: object) -> int:
    return code if isinstance(code, int) else int(code is not None)
