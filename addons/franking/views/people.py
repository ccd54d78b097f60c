"""Who is asking: the names under which a person's own requests are stored."""

import subprocess
from pathlib import Path

__all__ = ["NobodyError", "me"]


class NobodyError(Exception):
    """Who is asking is not known. The text says what to set."""


def me(*folders: Path) -> tuple[str, ...]:
    """The configuration's user, and git's in each folder and at home. Asks git; raises NobodyError."""
    from franking import settings

    found = [settings.load().attribution.user]
    for folder in (*folders, Path.home()):
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
        raise NobodyError("who you are is not known: set git's user.email, or attribution.user in the configuration")
    return names
