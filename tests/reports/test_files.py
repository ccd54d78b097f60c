"""A file is there whole or not at all; what is no file is written to, never replaced."""

import os
import stat
import threading
from pathlib import Path

import pytest

from franking.reports import files


def write(file: Path, what: bytes) -> None:
    with files.written(file) as target:
        target.write(what)


@pytest.mark.parametrize("before", [None, b"older, and longer"])
def test_a_file_is_put_in_its_place(tmp_path: Path, before: bytes | None) -> None:
    file = tmp_path / "out.csv"
    if before is not None:
        file.write_bytes(before)
    write(file, b"new")
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_one_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_bytes(b"older")
    with pytest.raises(TypeError), files.written(file) as target:
        target.writelines([b"half of it", 7])  # type: ignore[list-item]
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (b"older", [file])


@pytest.mark.parametrize("there", [True, False])
def test_behind_a_link_the_link_stays(tmp_path: Path, there: bool) -> None:
    (tmp_path / "at").mkdir()
    file, link = tmp_path / "at" / "out.csv", tmp_path / "link.csv"
    if there:
        file.write_bytes(b"older")
    link.symlink_to(file)
    write(link, b"new")
    assert (link.is_symlink(), file.read_bytes(), list(file.parent.iterdir())) == (True, b"new", [file])


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write(pipe, b"new")
    reader.join()
    assert (read, stat.S_ISFIFO(pipe.stat().st_mode)) == ([b"new"], True)


def test_a_folder_is_no_place(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError) as fault:
        write(tmp_path, b"new")
    assert fault.value.filename == str(tmp_path)
