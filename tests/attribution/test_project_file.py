"""``.kilocode/config.json``: what it says, where, and what is told of one that cannot be used."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from franking import paths
from franking.attribution import project_file
from franking.attribution.values import ProjectFile

BAD_SURROGATE = '{"project": {"id": "\\ud800"}}'

# content → project id, line, fault's position and a word of its text
TEXTS: list[tuple[bytes, str | None, int, str | None, str | None]] = [
    (b'{"project": {"id": "shop"}}', "shop", 1, None, None),
    (b'\xef\xbb\xbf{"project": {"id": "shop"}}', "shop", 1, None, None),
    (b'// ours\n{\n  "project": {\n    "id": "shop", // the shop\n  },\n}\n', "shop", 4, None, None),
    (b'{"project": {"id": ""}}', "", 1, None, None),
    (b'{"project": {"id": " Shop \xc3\xa9 "}}', " Shop é ", 1, None, None),
    (b'{"other": [1], "project": {"name": "x", "id": "shop"}, "$schema": "y"}', "shop", 1, None, None),
    (b"{}", None, 0, None, None),
    (b'{"project": {}}', None, 0, None, None),
    (b'{"projects": {"id": "shop"}}', None, 0, None, None),
    (b'{\n "project": null}', None, 2, "2:13", "project must be an object, not null"),
    (b'{"project": "shop"}', None, 1, "1:13", "not a string"),
    (b'{"project": {\n"id": 7}}', None, 2, "2:7", "project.id must be a string, not a number"),
    (b'{"project": {"id": true}}', None, 1, "1:20", "not a boolean"),
    (b'{"project": {"id": null}}', None, 1, "1:20", "not null"),
    (b'{"project": {"id": ["shop"]}}', None, 1, "1:20", "not an array"),
    (b'{"project": {"id": {}}}', None, 1, "1:20", "not an object"),
    (b'{"project": {"id": "' + b"x" * 257 + b'"}}', None, 1, "1:20", "at most 256"),
    (BAD_SURROGATE.encode(), None, 1, "1:20", "surrogate"),
    (b"[]", None, 1, "1:1", "the file must be an object, not an array"),
    (b"", None, 1, "1:1", "expecting value"),
    (b'/* a\n b */ {"project": {"id": "shop"', None, 2, "2:32", "delimiter"),
    (b'{\n"project": {"id": "\xff"}}', None, 2, "2:20", "not UTF-8"),
    (b'{"project": {"id": "a\nb"}}', None, 1, "1:22", "control character"),
]


def written(folder: Path, content: bytes) -> Path:
    file = folder / ".kilocode" / "config.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


def found(directory: Path, toplevel: Path | None) -> ProjectFile:
    file = project_file.find(str(directory), str(toplevel) if toplevel else None)
    assert file is not None
    return file


@pytest.mark.parametrize(("content", "project", "line", "where", "what"), TEXTS, ids=range(len(TEXTS)))
def test_texts(
    tmp_path: Path, content: bytes, project: str | None, line: int, where: str | None, what: str | None
) -> None:
    path = written(tmp_path, content)
    file = found(tmp_path, tmp_path)
    assert (file.path, file.project_id, file.line) == (str(path), project, line)
    if what is None:
        assert file.fault is None
    else:
        assert file.fault is not None
        assert file.fault.where == f"{path}:{where}"
        assert what in file.fault.what


def test_the_nearest_counts(tmp_path: Path) -> None:
    written(tmp_path, b'{"project": {"id": "whole"}}')
    written(tmp_path / "a" / "b", b'{"project": {"id": "part"}}')
    (tmp_path / "a" / "b" / "c").mkdir()
    assert found(tmp_path / "a" / "b" / "c", tmp_path).project_id == "part"
    assert found(tmp_path / "a" / "b", tmp_path).project_id == "part"
    assert found(tmp_path / "a", tmp_path).project_id == "whole"


@pytest.mark.parametrize("content", [b"{}", b"{", b'{"project": 1}'])
def test_a_nearer_one_that_says_nothing_ends_the_search(tmp_path: Path, content: bytes) -> None:
    written(tmp_path, b'{"project": {"id": "whole"}}')
    path = written(tmp_path / "a", content)
    file = found(tmp_path / "a", tmp_path)
    assert (file.path, file.project_id) == (str(path), None)


def test_the_repository_bounds_the_search(tmp_path: Path) -> None:
    written(tmp_path, b'{"project": {"id": "outside"}}')
    inside = tmp_path / "repository" / "a"
    inside.mkdir(parents=True)
    assert project_file.find(str(inside), str(inside.parent)) is None
    assert found(inside, None).project_id == "outside"


def test_a_removed_directory(tmp_path: Path) -> None:
    written(tmp_path, b'{"project": {"id": "whole"}}')
    assert found(tmp_path / "gone" / "too", tmp_path).project_id == "whole"


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("large", "larger than 1 MiB"),
        ("fifo", "not a regular file"),
        ("device", "not a regular file"),
        ("directory", "a directory, not a file"),
        ("loop", "a loop of symbolic links"),
        ("dangling", "a symbolic link to nothing"),
    ],
)
def test_what_is_no_readable_file(tmp_path: Path, kind: str, what: str) -> None:
    written(tmp_path, b'{"project": {"id": "whole"}}')
    path = tmp_path / "a" / ".kilocode" / "config.json"
    path.parent.mkdir(parents=True)
    match kind:
        case "large":
            with path.open("wb") as file:
                file.write(b'{"project": {"id": "large"}}')
                file.truncate(10_000_000)
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "directory":
            path.mkdir()
        case "loop":
            path.symlink_to(path)
        case "dangling":
            path.symlink_to(tmp_path / "nowhere")
    said = found(path.parent.parent, tmp_path)
    assert said.fault is not None
    assert (said.path, said.project_id) == (str(path), None)
    assert (said.fault.where, said.fault.what) == (str(path), what)


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_no_permission(tmp_path: Path, closed: str) -> None:
    path = written(tmp_path, b'{"project": {"id": "shop"}}')
    (path if closed == "file" else path.parent).chmod(0)
    # Root may read everything: a child gives up its rights first, from inside: those above are closed to it.
    program = f"""
import os, sys
sys.path[:] = {sys.path!r}
from franking.attribution import project_file
os.chdir({str(tmp_path)!r})
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
file = project_file.find(".", None)
print(file.path, "|", file.project_id, "|", file.fault.what)
"""
    tmp_path.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "./.kilocode/config.json | None | no permission to read it"


def test_the_schema_agrees() -> None:
    schema = json.loads(paths.shipped("kilocode-config.schema.json").read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    id_schema = schema["properties"]["project"]["properties"]["id"]
    assert (id_schema["type"], id_schema["maxLength"]) == ("string", project_file.LONGEST_ID)
    assert schema["additionalProperties"] is True
    assert schema["properties"]["project"]["additionalProperties"] is True
