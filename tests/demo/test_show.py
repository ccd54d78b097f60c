"""``frank demo`` as a user runs it: whole, without git and curl, and where it cannot work."""

import subprocess
from pathlib import Path

from support.sidecar import FRANK, clean_environment


def demo(folder: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(TMPDIR=str(folder), HOME=str(folder), COLUMNS="80")
    if path is not None:
        environment["PATH"] = path
    return subprocess.run(
        [*FRANK, "demo", *arguments],
        env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_it_shows_what_was_sent_and_leaves_nothing(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("client-a", "client-b", "notebook", "autocomplete", "code-review", "frank run", "frank costs --by"):
        assert word in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert list(tmp_path.iterdir()) == []


def test_without_git_and_curl_it_says_so_and_the_home_is_kept_where_that_is_asked(tmp_path: Path) -> None:
    done = demo(tmp_path, "--keep", path="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert "git is not installed" in done.stdout
    assert "curl is not installed" in done.stdout
    assert "client-b" in done.stdout
    (kept,) = tmp_path.iterdir()
    assert f"FRANKING_HOME={kept / 'home'}" in done.stdout
    assert (kept / "home" / "ledger.db").exists()


def test_what_goes_wrong_is_one_line(tmp_path: Path) -> None:
    """Here a git that fails."""
    git = tmp_path / "bin" / "git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    git.chmod(0o755)
    done = demo(tmp_path, path=f"{git.parent}:/usr/bin:/bin")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "git" in done.stderr
    assert list(tmp_path.iterdir()) == [git.parent]
