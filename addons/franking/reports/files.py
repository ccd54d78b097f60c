"""A file that is there whole or not at all: written beside its place, and put there when it is complete; and names."""

import hashlib
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["STDOUT", "plain", "written"]

STDOUT = Path("-")

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@contextmanager
def written(file: Path) -> Iterator[BinaryIO]:
    """To write to: a file for its owner alone, in its place when the block ends well; ``-`` is standard output.

    What is there and is no file (a device, a pipe) is written to as it is, never replaced. Raises OSError, whose file
    name is that of the file itself.
    """
    if file == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if file.exists() and not file.is_file() and not file.is_dir():
        with file.open("wb") as target:
            yield target
        return
    place = Path(os.path.realpath(file))  # behind a link, the link stays
    partial = place.with_name(f".{place.name}.{secrets.token_hex(4)}.partial")
    try:
        with open(partial, "xb", opener=_own) as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        partial.replace(place)
    except OSError as fault:
        fault.filename, fault.filename2 = str(file), None
        raise
    finally:
        partial.unlink(missing_ok=True)


def _own(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def plain(name: str) -> str:
    """A name, whoever gave it, as a part of a file's: it leads nowhere else, and no two names become the same.

    One that is not plain is cut to what is, and told apart by ``~`` and a digest: a plain one has no ``~``.
    """
    if _PLAIN.fullmatch(name):
        return name
    reduced = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{reduced}~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
