"""Files that others wrote: read within bounds, and watched for a change."""

import os
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from franking.attribution import reading
from franking.attribution.reading import LIMIT, MOST_WATCHED, UnreadableError, Watch, read, shown, signature

OLD = 1_000_000_000


def old(file: Path, content: bytes = b"x") -> Path:
    """Changed so long ago that nothing more happens within a tick of its clock."""
    file.write_bytes(content)
    os.utime(file, (OLD, OLD))
    return file


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SETTLING_NANOSECONDS", 0)


@pytest.mark.parametrize("content", [b"", b"abc", bytes(LIMIT)])
def test_a_regular_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert read(str(tmp_path / "file")) == content


def too_large(file: Path) -> None:
    file.write_bytes(bytes(LIMIT + 1))


def loop(file: Path) -> None:
    file.symlink_to(file)


def nowhere(file: Path) -> None:
    file.symlink_to(file.with_name("nothing"))


def a_socket(file: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as made:
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            made.bind(f"/proc/self/fd/{folder}/{file.name}")  # a path of any length
        finally:
            os.close(folder)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (too_large, "larger than 1 MiB"),
        (Path.mkdir, "a directory, not a file"),
        (os.mkfifo, "not a regular file"),
        (a_socket, "not a regular file"),
        (loop, "a loop of symbolic links"),
        (nowhere, "a symbolic link to nothing"),
        (lambda file: file.symlink_to("/dev/zero"), "not a regular file"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    make(tmp_path / "file")
    with pytest.raises(UnreadableError, match=said):
        read(str(tmp_path / "file"))


@pytest.mark.parametrize("name", ["absent", "file/below", "nul\0"])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileNotFoundError):
        read(f"{tmp_path}/{name}")
    assert len(signature(f"{tmp_path}/{name}")) == 1


def test_bytes_that_are_no_text_can_be_shown() -> None:
    assert shown(os.fsdecode(b"a\xffb")) == "a\ufffdb"
    assert shown("é") == "é"


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("change", [
    lambda file: file.unlink(),
    lambda file: old(file, b"other"),
    lambda file: file.chmod(0o600),
    lambda file: old(file.with_name("new")).replace(file),
])  # fmt: skip
def test_a_change_is_noticed(tmp_path: Path, change: Callable[[Path], object]) -> None:
    file = old(tmp_path / "file")
    file.chmod(0o644)
    watch = Watch()
    assert watch.note(str(file)) == file.stat().st_mode
    assert watch.holds()
    change(file)
    assert not watch.holds()


@pytest.mark.usefixtures("settled")
def test_what_was_absent_is_watched_for(tmp_path: Path) -> None:
    watch = Watch()
    assert watch.note(str(tmp_path / "file")) is None
    assert watch.holds()
    (tmp_path / "file").touch()
    assert not watch.holds()


def test_a_file_just_written_is_not_relied_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    watch = Watch()
    watch.note(str(tmp_path / "file"))
    assert not watch.holds()
    assert watch.seen == {}


@pytest.mark.parametrize(("count", "holds"), [(MOST_WATCHED, True), (MOST_WATCHED + 1, False)])
def test_too_many_are_not_watched(tmp_path: Path, count: int, holds: bool) -> None:
    watch = Watch()
    for number in range(count):
        watch.note(f"{tmp_path}/{number}")
    assert (watch.holds(), bool(watch.seen)) == (holds, holds)
