"""Clients that did not trust the authority: named once each, the newest last, in a file that stays small."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking.attribution.values import Peer
from franking.proxy.refusals import KEPT, Refusals


def peer(*argv: str) -> Peer:
    return Peer(argv=argv)


def noted(file: Path, *refused: tuple[Peer, str]) -> list[tuple[str, str, int]]:
    with closing(Refusals(file)) as refusals:
        for each, host in refused:
            refusals.note(each, host, "e" * 300)
    entries = json.loads(file.read_text(encoding="utf-8"))
    assert all(len(entry["error"]) == 200 and entry["when"] > 0 for entry in entries)
    return [(entry["client"], entry["host"], entry["count"]) for entry in entries]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "refused.json"
    assert [left.name for left in tmp_path.iterdir() if left.suffix == ".new"] == []


def test_a_client_is_named_by_its_program_alone_and_counted(file: Path) -> None:
    told = noted(file, (peer("/usr/bin/curl", "secret"), "a"), (peer(), "a"), (peer("curl"), "b"), (peer("curl"), "a"))
    assert told == [("unknown", "a", 1), ("curl", "b", 1), ("curl", "a", 2)]
    assert noted(file, (peer("curl"), "b")) == [("unknown", "a", 1), ("curl", "a", 2), ("curl", "b", 2)]


def test_the_newest_are_kept(file: Path) -> None:
    told = noted(file, *((peer("curl"), str(number)) for number in range(KEPT + 2)))
    assert [host for _, host, _ in told] == [str(number) for number in range(2, KEPT + 2)]


@pytest.mark.parametrize("there", ["", "{", "7", '[7, {"client": "curl"}]', '{"client": 1}'])
def test_a_broken_file_is_begun_anew(file: Path, there: str) -> None:
    file.write_text(there)
    assert noted(file, (peer("curl"), "a")) == [("curl", "a", 1)]


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    with closing(Refusals(tmp_path / "none" / "refused.json")) as refusals:
        refusals.note(peer("curl"), "a", "")
    assert not (tmp_path / "none").exists()
