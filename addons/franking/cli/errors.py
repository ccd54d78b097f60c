"""How a command fails: one plain line on stderr, exit status 1, never a traceback.

A command raises ``Failure`` with a sentence that says why and what to do. Everything else that escapes is put in
words here; ``FRANKING_DEBUG=1`` shows the traceback as well.
"""

import errno
import os
import sqlite3
import sys
import traceback

from franking.words import clean

__all__ = ["Failure", "report", "sentence"]


class Failure(Exception):  # noqa: N818 (it is an outcome, not an error of the program)
    """It could not be done. The text is for people: why, and what to do."""


def report(fault: BaseException) -> None:
    """Say on stderr, in one line, why the command failed."""
    if os.environ.get("FRANKING_DEBUG"):
        traceback.print_exception(fault)
    print(f"frank: {sentence(fault)}", file=sys.stderr)  # noqa: T201


def sentence(fault: BaseException) -> str:
    """A fault in one line, without control characters."""
    text = clean("; ".join(line.strip() for line in str(fault).splitlines() if line.strip()))
    if isinstance(fault, Failure) or type(fault).__module__.partition(".")[0] == "franking":
        return text or type(fault).__name__
    if isinstance(fault, OSError):
        return _of_the_system(fault, text)
    if isinstance(fault, sqlite3.Error):
        if getattr(fault, "sqlite_errorname", "").startswith("SQLITE_READONLY"):
            return "the ledger cannot be written: give yourself the right to write it and its folder."
        return f"the ledger could not be read: {text}. `frank doctor` checks it."
    return f"this is a fault of franking's own: {type(fault).__name__}: {text}. FRANKING_DEBUG=1 shows where."


def _of_the_system(fault: OSError, text: str) -> str:
    if fault.filename is None:
        return text or type(fault).__name__
    where, why = clean(str(fault.filename)), clean(fault.strerror or type(fault).__name__).lower()
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"{where}: {why}. Make it yours, or choose another folder with FRANKING_HOME."
    return f"{where}: {why}"
