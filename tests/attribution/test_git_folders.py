"""Where git's own folders are, as git itself tells them."""

import os
from pathlib import Path

import pytest

from franking.attribution import git_folders, reading
from franking.attribution.git_folders import Opened, levels
from franking.attribution.values import Fault
from support.checkouts import commit, git


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository ``shop`` on ``main``, its worktree ``wood`` on ``side``, and the bare ``store.git``."""
    folder = tmp_path_factory.mktemp("git")
    shop = folder / "shop"
    shop.mkdir()
    git(shop, "init", "--quiet", "--initial-branch=main")
    commit(shop)
    (shop / "deep" / "er").mkdir(parents=True)
    git(shop, "worktree", "add", "--quiet", "-b", "side", str(folder / "wood"))
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "store.git")
    (folder / "empty").mkdir()
    return folder


def _located(folder: Path, **environment: str) -> tuple[Opened | None, list[Fault]]:
    faults: list[Fault] = []
    return git_folders.locate(str(folder), environment, reading.Watch(), faults), faults


@pytest.mark.parametrize(
    ("where", "git_dir", "top", "branch"),
    [
        ("shop", "shop/.git", "shop", "main"),
        ("shop/deep/er", "shop/.git", "shop", "main"),
        ("shop/.git", "shop/.git", "shop", "main"),
        ("wood", "shop/.git/worktrees/wood", "wood", "side"),
        ("store.git", "store.git", None, "main"),
    ],
)
def test_the_repository_around_a_directory(home: Path, where: str, git_dir: str, top: str | None, branch: str) -> None:
    common = "store.git" if where == "store.git" else "shop/.git"
    whole = None if top is None else str(home / top)

    assert _located(home / where) == (Opened(str(home / git_dir), str(home / common), whole, branch), [])


def test_around_nothing_there_is_none(home: Path) -> None:
    assert _located(home / "empty") == (None, [])


@pytest.mark.parametrize(("named", "found"), [("../shop/.git", True), ("", False), ("../empty", False)])
def test_a_variable_that_names_one_is_followed_and_nothing_else(home: Path, named: str, found: bool) -> None:
    opened, faults = _located(home / "empty", GIT_DIR=named)

    assert (opened is not None) is found
    assert faults == ([] if found or not named else [Fault("GIT_DIR=../empty", "not a git repository")])
    if opened is not None:
        assert (opened.git_dir, opened.top) == (str(home / "shop" / ".git"), str(home / "empty"))


@pytest.mark.parametrize("written", ["gitdir: ../nowhere\n", "no git at all\n", ""])
def test_a_file_that_names_none_ends_the_search(home: Path, tmp_path: Path, written: str) -> None:
    (tmp_path / ".git").write_text(written)

    assert _located(tmp_path) == (None, [Fault(str(tmp_path / ".git"), "it names no git repository")])


def test_a_head_that_never_ends_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    os.mkfifo(tmp_path / ".git" / "HEAD")
    opened, [fault] = _located(tmp_path)

    assert opened is None
    assert fault.what.startswith("not a git repository")


@pytest.mark.parametrize(("directory", "all_of_them"), [("/", ["/"]), ("/a/b", ["/a/b", "/a", "/"])])
def test_a_directory_and_all_above_it(directory: str, all_of_them: list[str]) -> None:
    assert list(levels(directory)) == all_of_them
