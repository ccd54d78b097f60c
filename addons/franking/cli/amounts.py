"""Amounts and lengths of time as people type them. Pure; a text that is none raises typer.BadParameter."""

import re

import typer

from franking.views import amounts

__all__ = ["micros", "nano"]

_LENGTHS = {"m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def nano(text: str, option: str) -> int:
    """Dollars as nano-dollars, as ``views.amounts`` reads them."""
    try:
        return amounts.nano(text)
    except ValueError as fault:
        raise typer.BadParameter(str(fault), param_hint=option) from None


def micros(text: str, option: str) -> int:
    """A length of time in microseconds: ``30m``, ``1h``, ``2d``, ``1w``."""
    match = re.fullmatch(r"([1-9]\d{0,4})([mhdw])", text.strip())
    if match is None:
        raise typer.BadParameter(f"{text!r} is no length of time; expected such as 30m, 1h or 2d", param_hint=option)
    return int(match[1]) * _LENGTHS[match[2]] * 1_000_000
