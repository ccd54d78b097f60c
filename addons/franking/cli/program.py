"""The command line as typer sees it: the commands under their headings, each imported only where it is asked for."""

import importlib
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from franking import __version__
from franking.cli import COMMANDS, SECTIONS

__all__ = ["application"]

_SENTENCE = 200
"""Characters: a command's first sentence is shown whole, on two lines if need be."""


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


def application(names: Sequence[str] = tuple(COMMANDS)) -> typer.Typer:
    """The command line with these commands, each imported now."""
    app = typer.Typer(
        cls=_Sections,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,  # typer's scripts evaluate what they are told; `frank completion` has its own
    )
    app.callback(context_settings={"help_option_names": ["-h", "--help"]})(_frank)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        imported = importlib.import_module(f"franking.cli.{module}")
        found = getattr(imported, attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name, context_settings=getattr(imported, "CONTEXT", None))(found)
    return app
