"""``frank`` in this process, as a function: arguments in, status and output out."""

from dataclasses import dataclass

import pytest

from franking import cli

__all__ = ["Ended", "Frank"]


@dataclass(frozen=True, slots=True)
class Ended:
    """A command's end."""

    status: int
    out: str
    err: str


class Frank:
    """``frank(*arguments)``."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ended:
        """Run it to its end."""
        self._capsys.readouterr()
        status = cli.main(arguments)
        told = self._capsys.readouterr()
        return Ended(status, told.out, told.err)
