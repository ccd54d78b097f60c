"""Where git's own folders are for a directory: the repository around it, or the one that ``GIT_DIR`` names.

GitPython opens the repository and reads HEAD; no ``git`` is started. The first call imports GitPython (0.3 s, and it
asks once for git's version): ``prepare()`` does that ahead of time.
"""

# Paths are strings here, as the kernel gave them.
# ruff: noqa: PTH113, PTH116, PTH118, PTH119, PTH120
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from franking.attribution import reading
from franking.attribution.place_values import Fault

TYPE_CHECKING = False  # `typing` is not waited for by a prompt
if TYPE_CHECKING:
    import git

__all__ = ["Head", "Opened", "by_gitpython", "levels", "locate", "prepare"]

Head = Callable[[str, str], str | None]
"""git_dir, common_dir → the reference that HEAD stands for, None if detached. Raises where they are no repository."""

BRANCHES = "refs/heads/"
NO_BRANCH = BRANCHES + ".invalid"  # what HEAD says where references are kept in a reftable


class Opened(NamedTuple):
    """git_dir: HEAD's folder (a linked worktree's own). common_dir: the main repository's. top: None if bare."""

    git_dir: str
    common_dir: str
    top: str | None
    branch: str | None


@cache
def prepare() -> type["git.Repo"]:
    """GitPython's Repo. A missing git binary is no fault: nothing here needs it."""
    quiet = os.environ.get("GIT_PYTHON_REFRESH")
    os.environ["GIT_PYTHON_REFRESH"] = "quiet"
    try:
        import git
    finally:
        if quiet is None:
            del os.environ["GIT_PYTHON_REFRESH"]
        else:
            os.environ["GIT_PYTHON_REFRESH"] = quiet
    return git.Repo


def by_gitpython(git_dir: str, common_dir: str) -> str | None:
    """A Head: GitPython opens the repository."""
    with prepare()(git_dir, expand_vars=False) as repo:
        try:
            return str(repo.head.ref.path)
        except (TypeError, ValueError, OSError):
            return None


def locate(
    directory: str,
    environment: Mapping[str, str],
    watch: reading.Watch,
    faults: list[Fault],
    head: Head = by_gitpython,
) -> Opened | None:
    """The repository that git would find. What is broken on the way is added to ``faults``. May raise OSError."""
    if named := environment.get("GIT_DIR"):
        # Like git, nothing else is looked for where it names none.
        opened = _open(os.path.normpath(os.path.join(directory, named)), directory, watch, head)
        if opened is None:
            faults.append(Fault(f"GIT_DIR={reading.shown(named)}", "not a git repository"))
        return opened
    return _around(directory, watch, faults, head)


def levels(directory: str) -> Iterator[str]:
    """A directory and all above it."""
    while True:
        yield directory
        above = os.path.dirname(directory)
        if above == directory:
            return
        directory = above


def _around(directory: str, watch: reading.Watch, faults: list[Fault], head: Head) -> Opened | None:
    """The nearest repository going up, on the same file system, as git looks for it."""
    device: int | None = None
    for level in levels(directory):
        there = _device(level)
        if device is not None and there not in (None, device):
            return None
        device = there
        dotgit = os.path.join(level, ".git")
        mode = watch.note(dotgit)
        if mode is not None:
            if opened := _open(dotgit, level, watch, head):
                return opened
            if stat.S_ISREG(mode):
                faults.append(Fault(reading.shown(dotgit), "it names no git repository"))
                return None
            faults.append(Fault(reading.shown(dotgit), "not a git repository (its HEAD or objects cannot be read)"))
        elif watch.note(os.path.join(level, "HEAD")) is not None and (opened := _open(level, _top(level), watch, head)):
            return opened
    return None


def _device(path: str) -> int | None:
    try:
        return os.stat(path).st_dev
    except OSError:
        return None


def _open(path: str, top: str | None, watch: reading.Watch, head: Head) -> Opened | None:
    """A ``.git`` folder, a ``.git`` file that names one, or a bare repository. top: the folder it was found in.

    What else GitPython would say of the two depends on the sidecar's own GIT_ variables, which are not the caller's.
    """
    try:
        content = reading.read(path) if os.path.isfile(path) else b""
    except (OSError, reading.UnreadableError):
        return None
    if content:
        if not content.startswith(b"gitdir: "):
            return None
        named = os.fsdecode(content[len(b"gitdir: ") :]).rstrip("\r\n")
        path = os.path.normpath(os.path.join(os.path.dirname(path), named))
    common = _common_dir(path)
    for mode in (watch.note(os.path.join(path, "HEAD")), watch.note(os.path.join(common, "config"))):
        if mode is not None and not stat.S_ISREG(mode):
            return None  # GitPython would wait on a FIFO for ever
    try:
        return Opened(path, common, top, _branch(head(path, common)))
    except Exception:  # GitPython tells what is no repository by many kinds of exception
        return None


def _top(git_dir: str) -> str | None:
    """The working tree of a git folder that a caller works in: above ``.git``; a bare repository has none."""
    return os.path.dirname(git_dir) if os.path.basename(git_dir) == ".git" else None


def _common_dir(git_dir: str) -> str:
    try:
        named = os.fsdecode(reading.read(os.path.join(git_dir, "commondir"))).rstrip("\r\n")
    except (FileNotFoundError, reading.UnreadableError):
        return git_dir
    return os.path.normpath(os.path.join(git_dir, named))


def _branch(reference: str | None) -> str | None:
    """None where HEAD is detached, or cannot be read."""
    known = reference is not None and reference.startswith(BRANCHES) and reference != NO_BRANCH
    return reference.removeprefix(BRANCHES) if reference and known else None
