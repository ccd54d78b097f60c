"""Where franking keeps its files. Cheap to import: every command asks here first.

Home is ``$FRANKING_HOME``, else the platform's data folder for ``franking`` (platformdirs). It and
everything in it belong to one user: the folder is 0700, files that hold secrets or rows are 0600.
"""

import os
from pathlib import Path

__all__ = [
    "NoHomeError",
    "ca_folder",
    "config_file",
    "ensure_home",
    "home",
    "ledger_file",
    "prices_file",
    "shipped",
]


class NoHomeError(OSError):
    """There is no home folder that could be used; the text says why, and what to set."""


def home() -> Path:
    """The home folder; it need not exist yet. Raises NoHomeError."""
    try:
        if named := os.environ.get("FRANKING_HOME"):
            folder = Path(named).expanduser().absolute()
        else:
            from platformdirs import user_data_path

            folder = user_data_path("franking", appauthor=False)
        str(folder).encode()
    except RuntimeError:
        why = "this user has no home folder, as in some containers"
    except UnicodeEncodeError:  # OpenSSL, SQLite and every tool that is pointed at the certificates want text
        why = "the path of franking's home is no UTF-8 text"
    else:
        return folder
    raise NoHomeError(f"{why}: set FRANKING_HOME to a folder for franking's files")


def ensure_home() -> Path:
    """The home folder, made if missing. Raises OSError where it cannot be made or written."""
    folder = home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(13, "not writable", str(folder))
    folder.chmod(0o700)
    return folder


def ledger_file() -> Path:
    """The SQLite database of requests."""
    return home() / "ledger.db"


def prices_file() -> Path:
    """The price list that ``frank prices update`` has fetched; it need not be there."""
    return home() / "prices.json"


def ca_folder() -> Path:
    """The certificate authority's folder."""
    return home() / "ca"


def config_file() -> Path:
    """The user's configuration: ``$FRANKING_CONFIG``, else the platform's; absent is fine.

    A user without a home folder has it in franking's own.
    """
    try:
        if named := os.environ.get("FRANKING_CONFIG"):
            return Path(named).expanduser().absolute()
        from platformdirs import user_config_path

        return user_config_path("franking", appauthor=False) / "config.toml"
    except RuntimeError:
        return home() / "config.toml"


def shipped(name: str) -> Path:
    """A file of ``config/``: inside the installed package, or beside ``addons/`` in a checkout."""
    package = Path(__file__).parent
    packaged = package / "config" / name
    return packaged if packaged.exists() else package.parents[1] / "config" / name
