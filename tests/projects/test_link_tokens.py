"""Tokens of links: what this home's key has signed is read as it was, and nothing else is."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from franking.projects import link_tokens
from franking.projects.link_tokens import Key, Named, read, token
from franking.projects.values import ProjectsError

KEY = Key(b"k" * 32)
NAMED = Named("0123456789ab", 7, 1_800_000_000_000_000)
GOOD = token(KEY, NAMED)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_what_was_signed_is_read_as_it_was() -> None:
    assert read(KEY, GOOD) == NAMED
    assert re.fullmatch(r"0123456789ab\.7\.1800000000000000\.[0-9a-f]{64}", GOOD)


@pytest.mark.parametrize(
    "shown",
    [
        "",
        ".",
        "...",
        GOOD[:-1],
        GOOD + "0",
        GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"),
        GOOD.upper(),
        GOOD.replace("ab.7.", "ac.7."),
        GOOD.replace(".7.", ".8."),
        GOOD.replace(".7.", ".07."),
        GOOD.replace(".18", ".19"),
        GOOD.replace(".7.", ".7.7."),
        f" {GOOD}",
        f"{GOOD}\n",
        f"{GOOD}.",
        f"x.{GOOD}",
        GOOD.rpartition(".")[0] + ".",
        GOOD.rpartition(".")[2],
        "." + KEY.sign(""),
        "é" + GOOD[1:],
        GOOD + "\x00",
        "\ud800" + GOOD,
        GOOD[0] * 100_000,
    ],
)
def test_anything_else_names_nothing(shown: str) -> None:
    assert read(KEY, shown) is None


@pytest.mark.parametrize(
    "said", ["", "0123456789ab.7", "0123456789AB.7.1", "0123456789ab.-7.1", "0123456789ab.\u0667.1"]
)
def test_a_signed_text_of_another_shape_names_nothing(said: str) -> None:
    assert read(KEY, f"{said}.{KEY.sign(said)}") is None


def test_another_key_and_none() -> None:
    assert read(Key(b"j" * 32), GOOD) is None
    assert read(None, GOOD) is None


def test_the_key_is_made_once_and_its_file_is_private(home: Path) -> None:
    assert link_tokens.key_if_there() is None
    assert not home.exists()
    with ThreadPoolExecutor(8) as together:
        marks = {key.mark for key in together.map(lambda _: link_tokens.key(), range(8))}
    held = link_tokens.key_if_there()
    assert held is not None
    assert marks == {held.mark}
    assert [file.name for file in home.iterdir()] == ["links.key"]
    assert stat.S_IMODE((home / "links.key").stat().st_mode) == 0o600
    assert held.mark not in (home / "links.key").read_text()


def test_a_new_key_makes_the_earlier_tokens_worthless(home: Path) -> None:
    old = link_tokens.key()
    new = link_tokens.rotate()
    assert new.mark != old.mark
    assert read(link_tokens.key_if_there(), token(old, NAMED)) is None
    assert read(link_tokens.key_if_there(), token(new, NAMED)) == NAMED
    assert [file.name for file in home.iterdir()] == ["links.key"]
    assert stat.S_IMODE((home / "links.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"00", b"no hex at all", b"\xff\xfe", b"00" * 31])
def test_a_damaged_key_signs_nothing(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / "links.key").write_bytes(content)
    with pytest.raises(ProjectsError, match=r"links\.key is damaged; `frank links rotate`"):
        link_tokens.key()
    assert read(link_tokens.rotate(), GOOD) is None
