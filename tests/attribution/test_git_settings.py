"""git's settings in real repositories: what franking reads is what git itself says."""

import os
from pathlib import Path

import pytest

from franking.attribution import repository
from franking.attribution.values import Repository
from support.checkouts import commit, git

NOTHING = {"GIT_CONFIG_SYSTEM": "/dev/null"}

# files (HOME and REPO stand for the folders), one setting each: what differs is who wins
TREES: dict[str, dict[str, str]] = {
    "global": {"HOME/.gitconfig": "[user]\nemail = global"},
    "xdg": {"HOME/.config/git/config": "[user]\nemail = xdg"},
    "global over xdg": {"HOME/.config/git/config": "[user]\nemail = xdg", "HOME/.gitconfig": "[user]\nemail = global"},
    "local over global": {"HOME/.gitconfig": "[user]\nemail = global", "REPO/.git/config": "[user]\nemail = local"},
    "none": {},
    "empty": {"REPO/.git/config": "[user]\nemail ="},
    "the last counts": {"REPO/.git/config": "[user]\nemail = a\nemail = b"},
    "include": {"HOME/.gitconfig": "[include]\npath = other", "HOME/other": "[user]\nemail = other"},
    "include from home": {"REPO/.git/config": "[include]\npath = ~/other", "HOME/other": "[user]\nemail = other"},
    "include absent": {"HOME/.gitconfig": "[include]\npath = absent\n[user]\nemail = global"},
    "a key after the include wins": {
        "HOME/.gitconfig": "[include]\npath = other\n[user]\nemail = after",
        "HOME/other": "[user]\nemail = other",
    },
    "a key before the include loses": {
        "HOME/.gitconfig": "[user]\nemail = before\n[include]\npath = other",
        "HOME/other": "[user]\nemail = other",
    },
    "the same file included twice": {
        "HOME/.gitconfig": "[include]\npath = other\n[user]\nemail = between\n[include]\npath = other",
        "HOME/other": "[user]\nemail = other",
    },
    "nested include": {
        "HOME/.gitconfig": "[include]\npath = a/one",
        "HOME/a/one": "[include]\npath = two",
        "HOME/a/two": "[user]\nemail = two",
    },
    "gitdir folder": {
        "HOME/.gitconfig": '[includeIf "gitdir:HOME/work/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir of home": {
        "HOME/.gitconfig": '[includeIf "gitdir:~/work/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir elsewhere": {
        "HOME/.gitconfig": '[includeIf "gitdir:HOME/play/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir by name": {
        "HOME/.gitconfig": '[includeIf "gitdir:work/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir, a star stops at a slash": {
        "HOME/.gitconfig": '[includeIf "gitdir:HOME/*/.git"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir, two stars do not": {
        "HOME/.gitconfig": '[includeIf "gitdir:HOME/**/.git"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir by case": {
        "HOME/.gitconfig": '[includeIf "gitdir:WORK/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir whatever the case": {
        "HOME/.gitconfig": '[includeIf "gitdir/i:WORK/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "gitdir beside the file": {
        "HOME/.gitconfig": '[includeIf "gitdir:./work/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "onbranch": {
        "HOME/.gitconfig": '[includeIf "onbranch:feature/*"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "onbranch folder": {
        "HOME/.gitconfig": '[includeIf "onbranch:feature/"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "onbranch another": {
        "HOME/.gitconfig": '[includeIf "onbranch:main"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "hasconfig": {
        "HOME/.gitconfig": '[includeIf "hasconfig:remote.*.url:https://**/co/**"]\npath = other',
        "HOME/other": "[user]\nemail = other",
        "REPO/.git/config": '[remote "origin"]\nurl = https://example.com/co/shop.git',
    },
    "hasconfig another": {
        "HOME/.gitconfig": '[includeIf "hasconfig:remote.*.url:https://**/other/**"]\npath = other',
        "HOME/other": "[user]\nemail = other",
        "REPO/.git/config": '[remote "origin"]\nurl = https://example.com/co/shop.git',
    },
    "an unknown condition": {
        "HOME/.gitconfig": '[includeIf "weather:sunny"]\npath = other',
        "HOME/other": "[user]\nemail = other",
    },
    "worktree settings": {
        "REPO/.git/config": "[extensions]\nworktreeConfig = true\n[user]\nemail = local",
        "REPO/.git/config.worktree": "[user]\nemail = worktree",
    },
    "worktree settings switched off": {
        "REPO/.git/config": "[user]\nemail = local",
        "REPO/.git/config.worktree": "[user]\nemail = worktree",
    },
    "insteadOf": {
        "HOME/.gitconfig": '[url "https://example.com/"]\ninsteadOf = ex:',
        "REPO/.git/config": '[remote "origin"]\nurl = ex:co/shop.git',
    },
    "insteadOf, the longest match": {
        "HOME/.gitconfig": '[url "https://short/"]\ninsteadOf = ex:\n[url "https://long/"]\ninsteadOf = ex:co/',
        "REPO/.git/config": '[remote "origin"]\nurl = ex:co/shop.git',
    },
    "insteadOf, of two alike": {
        "HOME/.gitconfig": '[url "https://one/"]\ninsteadOf = ex:\n[url "https://two/"]\ninsteadOf = ex:',
        "REPO/.git/config": '[remote "origin"]\nurl = ex:co/shop.git',
    },
    "insteadOf is not applied twice": {
        "HOME/.gitconfig": '[url "b:"]\ninsteadOf = a:\n[url "c:"]\ninsteadOf = b:',
        "REPO/.git/config": '[remote "origin"]\nurl = a:shop.git',
    },
    "pushInsteadOf": {
        "HOME/.gitconfig": '[url "https://push/"]\npushInsteadOf = ex:',
        "REPO/.git/config": '[remote "origin"]\nurl = ex:co/shop.git',
    },
    "several URLs": {"REPO/.git/config": '[remote "origin"]\nurl = https://a/one.git\nurl = https://b/two.git'},
    "several remotes": {
        "REPO/.git/config": '[remote "upstream"]\nurl = https://a/one.git\n[remote "origin"]\nurl = https://b/two.git'
    },
    "no origin": {"REPO/.git/config": '[remote "upstream"]\nurl = https://a/one.git'},
    "origin from home": {"HOME/.gitconfig": '[remote "origin"]\nurl = https://a/one.git'},
}


def prepared(home: Path, files: dict[str, str]) -> Path:
    """A repository ``work/shop`` in a home, on the branch feature/x, with these files; settings are appended."""
    folder = home / "work" / "shop"
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=feature/x")
    for name, text in files.items():
        path = Path(name.replace("HOME", str(home)).replace("REPO", str(folder)))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(text.replace("HOME", str(home)) + "\n")
    return folder


def described(folder: Path, home: Path) -> Repository:
    found = repository.find(str(folder), NOTHING | {"HOME": str(home)})
    assert found is not None
    assert found.fault is None
    return found


@pytest.mark.parametrize("files", TREES.values(), ids=TREES.keys())
def test_as_git_says(tmp_path: Path, files: dict[str, str]) -> None:
    home = tmp_path.resolve()
    folder = prepared(home, files)
    found = described(folder, home)
    assert (found.user or "") == git(folder, "config", "--get", "user.email", home=home, may_fail=True)
    urls = git(folder, "remote", "get-url", "origin", home=home, may_fail=True)
    assert (found.remote or "") == urls


@pytest.mark.parametrize("folder_name", ["link", "work"])
def test_behind_a_symbolic_link(tmp_path: Path, folder_name: str) -> None:
    home = tmp_path.resolve()
    condition = f'[includeIf "gitdir:HOME/{folder_name}/"]\npath = other'
    files = {"HOME/.gitconfig": condition, "HOME/other": "[user]\nemail = other"}
    prepared(home, files)
    (home / "link").symlink_to(home / "work")
    folder = home / "link" / "shop"
    assert (
        described(folder, home).user
        == git(folder, "config", "user.email", home=home, variables={"PWD": str(folder)})
        == "other"
    )


def test_the_callers_own_files(tmp_path: Path) -> None:
    folder = prepared(tmp_path, {"HOME/named": "[user]\nemail = named", "HOME/.gitconfig": "[user]\nemail = global"})
    variables = {"HOME": str(tmp_path), "GIT_CONFIG_GLOBAL": str(tmp_path / "named")}
    found = repository.find(str(folder), variables)
    assert found is not None
    assert found.user == git(folder, "config", "user.email", variables=variables) == "named"


def test_a_rewritten_remote_loses_its_token(tmp_path: Path) -> None:
    base = "https://x-access-token:secret@example.com/"
    files = {
        "HOME/.gitconfig": f'[url "{base}"]\ninsteadOf = https://example.com/',
        "REPO/.git/config": '[remote "origin"]\nurl = https://example.com/co/shop.git',
    }
    folder = prepared(tmp_path, files)
    assert described(folder, tmp_path).remote == "https://example.com/co/shop.git"


@pytest.mark.parametrize(
    ("content", "where", "what"),
    [
        (b"[user]\nemail = me\nbroken line\n", ":3", "git does not understand this line"),
        (b"#" * 1_100_000, "", "larger than 1 MiB"),
        (None, "", "not a regular file"),
    ],
)
def test_a_broken_global_file_is_told(tmp_path: Path, content: bytes | None, where: str, what: str) -> None:
    folder = prepared(tmp_path, {"REPO/.git/config": '[remote "origin"]\nurl = https://example.com/co/shop.git'})
    path = tmp_path / ".gitconfig"
    if content is None:
        os.mkfifo(path)
    else:
        path.write_bytes(content)
    found = repository.find(str(folder), NOTHING | {"HOME": str(tmp_path)})
    assert found is not None
    assert found.fault is not None
    assert (found.fault.where, found.fault.what) == (f"{path}{where}", what)
    assert found.remote == "https://example.com/co/shop.git"


def test_includes_without_end(tmp_path: Path) -> None:
    folder = prepared(tmp_path, {"HOME/.gitconfig": "[include]\npath = .gitconfig\n" * 50})
    found = repository.find(str(folder), NOTHING | {"HOME": str(tmp_path)})
    assert found is not None


def test_the_branch_is_the_one_of_head(tmp_path: Path) -> None:
    files = {"HOME/.gitconfig": '[includeIf "onbranch:main"]\npath = other', "HOME/other": "[user]\nemail = other"}
    folder = prepared(tmp_path, files)
    commit(folder)
    git(folder, "checkout", "--quiet", "-b", "main")
    assert described(folder, tmp_path).user == "other"
