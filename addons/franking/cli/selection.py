"""The options that say which requests are meant (``--project``, ``--since`` …), alike in every listing."""

import subprocess
import time
from collections.abc import Sequence
from datetime import tzinfo
from pathlib import Path

import typer

from franking.cli import periods
from franking.cli.errors import Failure
from franking.ledger.filters import Filters, Value

__all__ = ["filters", "me", "now", "period"]


def now() -> int:
    """Microseconds since 1970, UTC."""
    return time.time_ns() // 1000


def period(name: str | None, since: str | None, until: str | None, zone: tzinfo | None = None) -> periods.Period:
    """The period that the options name; the past month where they name none. Wrong ones are wrong usage."""
    if name and (since or until):
        raise typer.BadParameter("it cannot be combined with --since or --until", param_hint="--period")
    try:
        if since or until:
            return periods.between(since, until, now(), zone)
        return periods.named(name or "month", now(), zone)
    except (ValueError, OverflowError) as fault:
        raise typer.BadParameter(str(fault), param_hint="--since/--until" if since or until else "--period") from None


def filters(
    meant: periods.Period | None = None,
    *,
    mine: bool = False,
    project: Sequence[str] = (),
    feature: Sequence[str] = (),
    model: Sequence[str] = (),
    user: Sequence[str] = (),
    client: Sequence[str] = (),
) -> Filters:
    """The options as Filters; an empty value means unattributed."""
    if mine and user:
        raise typer.BadParameter("it cannot be combined with --user", param_hint="--mine")
    named = {"project": project, "feature": feature, "model": model, "user": me() if mine else user, "client": client}
    include: dict[str, tuple[Value, ...]] = {
        dimension: tuple(value or None for value in values) for dimension, values in named.items() if values
    }
    return Filters(meant.since if meant else None, meant.until if meant else None, include)


def me() -> tuple[str, ...]:
    """The names under which this person's requests are stored: the configuration's user, and git's here and at home."""
    from franking import settings

    found = [settings.load().attribution.user]
    for folder in (Path.cwd(), Path.home()):
        try:
            git = subprocess.run(
                ["git", "-C", str(folder), "config", "user.email"],
                capture_output=True,
                text=True,
                timeout=5,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        found.append(git.stdout.strip())
    names = tuple(dict.fromkeys(name for name in found if name))
    if not names:
        raise Failure("who you are is not known: set git's user.email, or attribution.user in the configuration")
    return names
