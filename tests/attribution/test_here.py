"""The project of a directory told at once is the one that a request from there gets."""

import os
from pathlib import Path

import pytest

from franking.attribution import reading
from franking.attribution.here import Sidecar, look
from franking.attribution.places import Places
from franking.attribution.resolve import resolve
from franking.attribution.rules import Rules
from franking.attribution.values import Context, Peer
from support import repositories

ORIGIN = "https://me:secret@github.com/example-co/example-repo.git"


@pytest.mark.parametrize(
    ("origin", "file", "variables", "sidecar", "expected"),
    [
        (ORIGIN, None, {}, Sidecar(), "example-repo"),
        (ORIGIN, None, {}, Sidecar("owner/repo"), "example-co/example-repo"),
        (None, None, {}, Sidecar(), "shop"),
        (ORIGIN, '{"project": {"id": "from-file"}} // said', {}, Sidecar(), "from-file"),
        (ORIGIN, '{"project": {"id": ""}}', {}, Sidecar(project="default"), None),
        (ORIGIN, "{ broken", {}, Sidecar(), "example-repo"),
        (ORIGIN, None, {"FRANKING_PROJECT": "mine"}, Sidecar(), "mine"),
        (ORIGIN, None, {"FRANKING_PROJECT": " "}, Sidecar(), "example-repo"),
        (ORIGIN, None, {"FRANKING_PROJECT": "git@github.com:a/b.git"}, Sidecar("owner/repo"), "a/b"),
        ("https://example.com/", None, {}, Sidecar(project="default"), "default"),
    ],
)
def test_as_a_request_would_be(
    tmp_path: Path,
    origin: str | None,
    file: str | None,
    variables: dict[str, str],
    sidecar: Sidecar,
    expected: str | None,
) -> None:
    folder = str(repositories.make(tmp_path / "shop", origin=origin, project_file=file))
    environment = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | variables
    project, remote = look(folder, environment, sidecar, reading.Watch())
    assert project == expected
    assert "secret" not in (remote or "")
    context = Context(
        method="POST",
        host="api.kilo.ai",
        path="/",
        headers=(),
        peer=Peer(1, folder, environment=environment),
        place=Places().at(folder, environment),
        sidecar={"project": sidecar.project} if sidecar.project else {},
    )
    rules = Rules.load()
    object.__setattr__(rules, "project_style", sidecar.style)
    assert resolve(context, rules).project.value == expected


def test_without_a_repository_the_sidecars_directory_speaks(tmp_path: Path) -> None:
    beside = str(repositories.make(tmp_path / "beside", origin=ORIGIN))
    watch = reading.Watch()
    assert look(str(tmp_path), {"HOME": "/nonexistent"}, Sidecar(directory=beside), watch)[0] == "example-repo"
    assert look(str(tmp_path), {"HOME": "/nonexistent"}, Sidecar(), watch) == (None, None)
