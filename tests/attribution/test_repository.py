"""The repository around a directory, in every shape that git knows, beside what git itself says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from franking.attribution import reading, repository
from franking.attribution.values import Repository
from support.checkouts import commit, git

ORIGIN = "https://example.com/example-co/example-repo.git"
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


def made(folder: Path, *options: str, origin: str | None = ORIGIN) -> Path:
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", *options)
    if origin:
        git(folder, "remote", "add", "origin", origin)
    return folder


def find(folder: Path, **variables: str) -> Repository | None:
    return repository.find(str(folder), NO_SETTINGS | variables)


def faults(folder: Path, **variables: str) -> list[str]:
    found = repository.look(str(folder), NO_SETTINGS | variables, reading.Watch())
    assert found.repository is None
    return [f"{fault.where}: {fault.what}" for fault in found.faults]


def test_a_repository(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    deep = shop / "a" / "b"
    deep.mkdir(parents=True)
    expected = Repository(str(shop), "shop", remote=ORIGIN, branch="main")
    assert find(shop) == find(deep) == expected
    assert git(deep, "rev-parse", "--show-toplevel") == str(shop)


def test_no_repository(tmp_path: Path) -> None:
    assert find(tmp_path) is None
    assert faults(tmp_path) == []


def test_no_origin(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop", origin=None)
    git(shop, "remote", "add", "upstream", ORIGIN)
    assert find(shop) == Repository(str(shop), "shop", branch="main")


def test_the_nearest_repository(tmp_path: Path) -> None:
    inner = made(made(tmp_path / "outer") / "inner", origin=None)
    assert find(inner) == Repository(str(inner), "inner", branch="main")


def test_detached(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    git(shop, "checkout", "--quiet", "--detach", commit(shop))
    assert find(shop) == Repository(str(shop), "shop", remote=ORIGIN, branch=None)


def test_a_branch_with_slashes(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    git(shop, "checkout", "--quiet", "-b", "feature/é/1")
    found = find(shop)
    assert found is not None
    assert found.branch == "feature/é/1"


def test_a_linked_worktree(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    commit(shop)
    git(shop, "worktree", "add", "--quiet", "-b", "fix", str(tmp_path / "elsewhere" / "shop-fix"))
    tree = tmp_path / "elsewhere" / "shop-fix"
    assert find(tree) == Repository(str(tree), "shop", remote=ORIGIN, branch="fix", worktree="shop-fix")
    assert find(shop) == Repository(str(shop), "shop", remote=ORIGIN, branch="main")


def test_a_worktree_of_its_own_settings(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    commit(shop)
    git(shop, "worktree", "add", "--quiet", "-b", "fix", str(tmp_path / "fix"))
    git(shop, "config", "extensions.worktreeConfig", "true")
    git(tmp_path / "fix", "config", "--worktree", "user.email", "fix@example.com")
    found, main = find(tmp_path / "fix"), find(shop)
    assert found is not None
    assert main is not None
    assert (found.user, main.user) == ("fix@example.com", None)


@pytest.mark.parametrize("folder", ["shop.git", "shop/.bare", "shop/.git"])
def test_a_worktree_of_a_bare_repository(tmp_path: Path, folder: str) -> None:
    bare = made(tmp_path / folder, "--bare")
    tree_hash = git(bare, "hash-object", "-t", "tree", "-w", "/dev/null")
    who = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
    git(bare, "branch", "fix", git(bare, *who, "commit-tree", "-m", "empty", tree_hash))
    git(bare, "worktree", "add", "--quiet", str(tmp_path / "tree"), "fix")
    tree = tmp_path / "tree"
    assert find(tree) == Repository(str(tree), "shop", remote=ORIGIN, branch="fix", worktree="tree")


def test_a_bare_repository(tmp_path: Path) -> None:
    bare = made(tmp_path / "shop.git", "--bare")
    assert find(bare) == Repository(str(bare), "shop", remote=ORIGIN, branch="main")
    assert find(bare / "refs") == find(bare)


def test_inside_the_git_folder(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    assert find(shop / ".git" / "hooks") == find(shop)


def test_a_submodule(tmp_path: Path) -> None:
    part = made(tmp_path / "part", origin=None)
    commit(part)
    whole = made(tmp_path / "whole")
    git(
        whole, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--name", "x", str(part), "libs/inner"
    )
    inner = whole / "libs" / "inner"
    assert git(inner, "rev-parse", "--show-toplevel") == str(inner)
    assert find(inner) == Repository(str(inner), "inner", remote=str(part), branch="main")
    assert find(whole / "libs") == Repository(str(whole), "whole", remote=ORIGIN, branch="main")
    git(inner, "worktree", "add", "--quiet", "-b", "fix", str(tmp_path / "tree"))
    assert find(tmp_path / "tree") == Repository(
        str(tmp_path / "tree"), "inner", remote=str(part), branch="fix", worktree="tree"
    )


def test_a_separate_git_folder(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop", f"--separate-git-dir={tmp_path / 'store'}")
    assert find(shop) == Repository(str(shop), "shop", remote=ORIGIN, branch="main")


@pytest.mark.parametrize("named", ["{shop}/.git", "../shop/.git", "{shop}/.git/"])
def test_git_dir(tmp_path: Path, named: str) -> None:
    shop = made(tmp_path / "shop")
    other = made(tmp_path / "other", origin=None)
    found = find(other, GIT_DIR=named.format(shop=shop))
    assert found == Repository(str(other), "other", remote=ORIGIN, branch="main")
    assert git(other, "rev-parse", "--show-toplevel", variables={"GIT_DIR": named.format(shop=shop)}) == str(other)


def test_git_work_tree(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    (tmp_path / "tree").mkdir()
    variables = {"GIT_DIR": str(shop / ".git"), "GIT_WORK_TREE": str(tmp_path / "tree")}
    assert find(tmp_path, **variables) == Repository(str(tmp_path / "tree"), "tree", remote=ORIGIN, branch="main")
    assert git(tmp_path / "tree", "rev-parse", "--show-toplevel", variables=variables) == str(tmp_path / "tree")


def test_a_git_dir_that_is_none_ends_the_search(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    assert find(shop, GIT_DIR="nowhere") is None
    assert faults(shop, GIT_DIR="nowhere") == ["GIT_DIR=nowhere: not a git repository"]


def test_a_removed_directory(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    assert find(shop / "gone" / "too") == find(shop)


@pytest.mark.parametrize("head", ["", "rubbish\n", "ref: elsewhere\n", None])
def test_a_broken_head_is_no_repository_to_git_either(tmp_path: Path, head: str | None) -> None:
    inner = made(made(tmp_path / "outer", origin=None) / "inner")
    file = inner / ".git" / "HEAD"
    if head is None:
        file.unlink()
    else:
        file.write_text(head)
    assert git(inner, "rev-parse", "--show-toplevel") == str(tmp_path / "outer")
    found = find(inner)
    assert found is not None
    assert found.name == "outer"
    assert found.fault is not None
    assert found.fault.where == str(inner / ".git")


def test_a_gitfile_that_names_nothing_ends_the_search(tmp_path: Path) -> None:
    outer = made(tmp_path / "outer")
    (outer / "inner").mkdir()
    (outer / "inner" / ".git").write_text("gitdir: ../gone\n")
    assert git(outer / "inner", "rev-parse", "--show-toplevel", may_fail=True) == ""
    assert faults(outer / "inner") == [f"{outer / 'inner' / '.git'}: it names no git repository"]


@pytest.mark.parametrize("file", ["HEAD", "config"])
def test_a_fifo_is_not_waited_for(tmp_path: Path, file: str) -> None:
    shop = made(tmp_path / "shop")
    (shop / ".git" / file).unlink()
    os.mkfifo(shop / ".git" / file)
    assert find(shop) is None


def test_references_in_a_table(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    (shop / ".git" / "HEAD").write_text("ref: refs/heads/.invalid\n")
    git(shop, "config", "extensions.refStorage", "reftable")
    git(shop, "config", "core.repositoryFormatVersion", "1")
    assert find(shop) == Repository(str(shop), "shop", remote=ORIGIN, branch=None)


def test_another_file_system_ends_the_search(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    inside = made(tmp_path / "shop") / "mounted"
    inside.mkdir()
    mounted = (unshare or "", "--mount", "sh", "-c", 'mount -t tmpfs none "$1" && cd "$1" && shift && exec "$@"', "sh")
    if os.geteuid() != 0 or not unshare or subprocess.run([*mounted, str(inside), "true"], check=False).returncode:
        pytest.skip("may not mount here")
    program = f"""
import sys
sys.path[:] = {sys.path!r}
from franking.attribution import repository
print(repository.find({str(inside)!r}, {NO_SETTINGS!r}))
"""
    for command, expected in (
        ((sys.executable, "-c", program), "None\n"),
        (("git", "rev-parse", "--show-toplevel"), ""),
    ):
        done = subprocess.run(
            [*mounted, str(inside), *command], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.stdout == expected


def test_a_repository_of_another_owner(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    shop = made(tmp_path / "shop")
    for path in (shop, shop / ".git"):
        os.chown(path, 65534, 65534)
    assert git(shop, "rev-parse", "--show-toplevel", may_fail=True, variables={"SUDO_UID": ""}) == ""
    assert find(shop) == Repository(str(shop), "shop", remote=ORIGIN, branch="main")


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    made(tmp_path / "shop")
    found = find((tmp_path / "shop").rename(tmp_path / os.fsdecode(b"sh\xffp")))
    assert found is not None
    assert found.name == "sh\ufffdp"


def test_no_process_is_started_and_git_is_not_needed(tmp_path: Path) -> None:
    shop = made(tmp_path / "shop")
    program = f"""
import os, sys
sys.path[:] = {sys.path!r}
os.environ["PATH"] = "/nonexistent"
from franking.attribution import repository
repository.prepare()
started = []
starts = ("subprocess.Popen", "os.fork", "os.posix_spawn", "os.system", "os.exec")
sys.addaudithook(lambda event, _: started.append(event) if event in starts else None)
print(repository.find({str(shop)!r}, {NO_SETTINGS!r}).remote, started)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert (done.stdout.strip(), done.stderr) == (f"{ORIGIN} []", "")
