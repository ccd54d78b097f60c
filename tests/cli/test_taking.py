"""Options that several commands have alike: one function's parameters, at their place among each command's own."""

import inspect
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from franking.cli.taking import taking


def _named(
    name: Annotated[str, typer.Option(help="Whose.")] = "nobody", often: Annotated[int, typer.Option()] = 1
) -> list[str]:
    if often < 0:
        raise typer.BadParameter("less than none")
    return [name] * often


@taking(_named)
def _greet(word: Annotated[str, typer.Argument()], *, said: list[str], loud: bool = False) -> None:
    """Greets."""
    text = " ".join([word, *said])
    typer.echo(text.upper() if loud else text)


def _application() -> typer.Typer:
    app = typer.Typer()
    app.command()(_greet)
    return app


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["hello"], 0, "hello nobody"),
        (["hello", "--name", "you", "--often", "2"], 0, "hello you you"),
        (["hello", "--loud", "--often", "0"], 0, "HELLO"),
        (["--name", "you"], 2, "Missing argument"),
        (["hello", "--often", "x"], 2, "--often"),
        (["hello", "--often", "-1"], 2, "less than none"),
        (["hello", "--said", "x"], 2, "--said"),
    ],
)
def test_the_command_has_them(words: list[str], status: int, told: str) -> None:
    result = CliRunner().invoke(_application(), words)

    assert (result.exit_code, told in result.output) == (status, True)


def test_they_stand_where_it_takes_them_and_it_stays_itself() -> None:
    assert list(inspect.signature(_greet).parameters) == ["word", "name", "often", "loud"]
    assert (_greet.__name__, _greet.__doc__) == ("_greet", "Greets.")
