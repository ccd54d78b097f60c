"""HEAD read without GitPython says what it says with it, in every shape of a repository."""

from collections.abc import Callable
from pathlib import Path

import pytest

from franking.attribution import git_head, reading, repository
from support.checkouts import commit, git

NO_SETTINGS = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def plain(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=feature/one")
    git(folder, "remote", "add", "origin", "git@github.com:example-co/example-repo.git")
    return folder


def nothing(folder: Path) -> Path:
    folder.mkdir()
    return folder


def detached(folder: Path) -> Path:
    git(plain(folder), "checkout", "--quiet", commit(folder))
    return folder


def worktree(folder: Path) -> Path:
    commit(plain(folder))
    git(folder, "worktree", "add", "--quiet", "-b", "two", str(folder / "linked"))
    return folder / "linked"


def bare(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet", "--bare")
    return folder


def without_objects(folder: Path) -> Path:
    plain(folder)
    (folder / ".git" / "objects").rename(folder / "elsewhere")
    return folder


def without_head(folder: Path) -> Path:
    plain(folder)
    (folder / ".git" / "HEAD").unlink()
    return folder


def named_by_a_file(folder: Path) -> Path:
    plain(folder)
    (folder / ".git").rename(folder / "moved")
    (folder / ".git").write_text("gitdir: moved\n")
    return folder


@pytest.mark.parametrize(
    "shape", [nothing, plain, detached, worktree, bare, without_objects, without_head, named_by_a_file]
)
def test_the_same_repository(tmp_path: Path, shape: Callable[[Path], Path]) -> None:
    folder = str(shape(tmp_path / "shop"))
    quick = repository.look(folder, NO_SETTINGS, reading.Watch(), git_head.branch)
    assert quick == repository.look(folder, NO_SETTINGS, reading.Watch())
    if shape is plain:
        assert quick.repository is not None
        assert quick.repository.branch == "feature/one"
