import os
import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from franking.ledger.journal import Journal, JournalFullError, JournalHeldError, frames
from franking.ledger.schema import LedgerError

SIZE = 4096 + 2 * 1024
START = 4096


@contextmanager
def opened(file: Path, size: int = SIZE) -> Iterator[Journal]:
    with closing(Journal(file, size=size)) as journal:
        yield journal


def test_what_was_appended_is_pending_after_a_new_opening(tmp_path: Path) -> None:
    with opened(tmp_path / "journal") as journal:
        numbers = [journal.append(payload) for payload in (b"one", b"", b"three")]
        assert journal.pending() == list(zip(numbers, (b"one", b"", b"three"), strict=True))
    with opened(tmp_path / "journal") as journal:
        assert [payload for _, payload in journal.pending()] == [b"one", b"", b"three"]
        assert journal.append(b"four") == numbers[-1] + 1
        journal.release(numbers[1])
        assert [payload for _, payload in journal.pending()] == [b"three", b"four"]
    with opened(tmp_path / "journal") as journal:
        assert [payload for _, payload in journal.pending()] == [b"three", b"four"]


def test_the_file_is_the_owners_alone_and_has_its_room(tmp_path: Path) -> None:
    with opened(tmp_path / "journal"):
        state = (tmp_path / "journal").stat()
    assert (state.st_mode & 0o777, state.st_size) == (0o600, SIZE)
    assert state.st_blocks * 512 >= SIZE


def test_it_has_one_owner(tmp_path: Path) -> None:
    with opened(tmp_path / "journal"), pytest.raises(JournalHeldError, match="frank stop"):
        Journal(tmp_path / "journal", size=SIZE)
    with opened(tmp_path / "journal"):
        pass


def test_a_missing_one_is_made_only_where_asked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Journal(tmp_path / "journal", create=False)
    with pytest.raises(LedgerError, match="folder does not exist"):
        Journal(tmp_path / "none" / "journal")


def test_it_is_full_once_both_segments_are_and_takes_again_after_a_release(tmp_path: Path) -> None:
    payload = b"x" * 100
    with opened(tmp_path / "journal") as journal:
        kept = [journal.append(payload) for _ in range(2 * (1024 // 116))]
        with pytest.raises(JournalFullError):
            journal.append(payload)
        assert len(journal.pending()) == len(kept)
        journal.release(kept[len(kept) // 2 - 1])
        assert journal.append(b"again") == kept[-1] + 1
        assert [number for number, _ in journal.pending()] == [*kept[len(kept) // 2 :], kept[-1] + 1]
        with pytest.raises(JournalFullError):
            journal.append(b"x" * 1024)
        journal.release(kept[-1] + 1)
        assert journal.append(b"x" * 900)


@pytest.mark.parametrize("size", [SIZE // 2, SIZE * 4])
def test_an_opener_with_another_size_in_mind_finds_everything(tmp_path: Path, size: int) -> None:
    with opened(tmp_path / "journal") as journal:
        numbers = [journal.append(bytes(150)) for _ in range(12)]
    with opened(tmp_path / "journal", size=size) as journal:
        assert [number for number, _ in journal.pending()] == numbers
        if size > SIZE:
            assert journal.append(bytes(150)) == numbers[-1] + 1
        else:
            with pytest.raises(JournalFullError):
                journal.append(bytes(150))


def test_it_grows_up_to_its_bound_and_shrinks_when_all_is_released(tmp_path: Path) -> None:
    file = tmp_path / "journal"
    with closing(Journal(file, size=SIZE, most=SIZE + 3 * 1024)) as journal:
        kept = [journal.append(bytes(900)) for _ in range(5)]
        with pytest.raises(JournalFullError):
            journal.append(bytes(900))
        assert file.stat().st_size == SIZE + 3 * 1024
    with opened(file) as journal:  # by whoever thinks that it is smaller
        assert [number for number, _ in journal.pending()] == kept
        journal.release(kept[2])
        kept.append(journal.append(bytes(900)))
        assert [number for number, _ in journal.pending()] == kept[3:]
        journal.release(kept[-1])
        assert file.stat().st_size == SIZE
        kept.append(journal.append(bytes(900)))
    with opened(file) as journal:
        assert [number for number, _ in journal.pending()] == kept[-1:]


def test_it_is_full_where_the_disk_lets_it_not_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)  # some file systems leave what they had begun
        raise OSError(28, "no space")

    with closing(Journal(tmp_path / "journal", size=SIZE, most=4 * SIZE)) as journal:
        kept = [journal.append(bytes(900)) for _ in range(2)]
        monkeypatch.setattr("franking.ledger.journal_file.reserve", refuse)
        with pytest.raises(JournalFullError):
            journal.append(bytes(900))
        assert (tmp_path / "journal").stat().st_size == SIZE
        journal.release(kept[0])
        assert journal.append(bytes(900)) == kept[-1] + 1


def test_what_could_not_be_kept_stays_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path / "journal") as journal:
        assert journal.lost == 0
        journal.note_lost(7)
    with opened(tmp_path / "journal") as journal:
        assert journal.lost == 7
        assert journal.pending() == []
        monkeypatch.setattr("franking.ledger.journal._LOST_IS_TOLD", 0)  # 30 days later
        assert journal.lost == 0


def test_many_frames_are_found_again(tmp_path: Path) -> None:
    with opened(tmp_path / "journal", 4 << 20) as journal:
        kept = [journal.append(bytes(3000)) for _ in range(1000)]
    with opened(tmp_path / "journal") as journal:
        assert [number for number, _ in journal.pending()] == kept


def test_a_deleted_or_replaced_file_is_noticed(tmp_path: Path) -> None:
    with opened(tmp_path / "journal") as journal:
        assert not journal.detached
        (tmp_path / "journal").unlink()
        assert journal.detached
        (tmp_path / "journal").write_bytes(b"")
        assert journal.detached


def test_a_write_that_fails_is_a_full_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, data: bytes, offset: int) -> int:
        raise OSError(28, "no space")

    with opened(tmp_path / "journal") as journal:
        monkeypatch.setattr("franking.ledger.journal_file.write_at", refuse)
        with pytest.raises(JournalFullError):
            journal.append(b"x")
        journal.release(5)


@pytest.mark.parametrize("cut", [0, 1, 8, 15, 16, 17, 20])
def test_a_torn_frame_does_not_count_and_those_before_do(tmp_path: Path, cut: int) -> None:
    with opened(tmp_path / "journal") as journal:
        journal.append(b"first")
        journal.append(b"second")
    data = (tmp_path / "journal").read_bytes()
    begin = START + 16 + 5
    torn = data[: begin + cut] + bytes(len(data) - begin - cut)
    (tmp_path / "journal").write_bytes(torn)
    with opened(tmp_path / "journal") as journal:
        assert [payload for _, payload in journal.pending()] == [b"first"]
        journal.append(b"third")
        assert [payload for _, payload in journal.pending()] == [b"first", b"third"]


@pytest.mark.parametrize("slot", [0, 512])
def test_a_torn_note_of_a_release_brings_frames_again_but_loses_none(tmp_path: Path, slot: int) -> None:
    with opened(tmp_path / "journal") as journal:
        numbers = [journal.append(bytes([number])) for number in range(4)]
        journal.release(numbers[0])
        journal.release(numbers[1])
    with (tmp_path / "journal").open("r+b") as file:
        file.seek(slot)
        file.write(b"\xff" * 9)
    with opened(tmp_path / "journal") as journal:
        assert [payload for _, payload in journal.pending()][-2:] == [b"\x02", b"\x03"]


@given(data=st.binary(max_size=300))
def test_frames_of_any_bytes_do_not_raise(data: bytes) -> None:
    list(frames(data))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    payloads=st.lists(st.binary(max_size=60), min_size=1, max_size=8),
    damage=st.binary(min_size=1, max_size=200),
    at=st.integers(min_value=0, max_value=SIZE),
    data=st.data(),
)
def test_damage_anywhere_costs_only_what_stands_behind_it(
    tmp_path: Path, payloads: list[bytes], damage: bytes, at: int, data: st.DataObject
) -> None:
    file = tmp_path / "journal"
    file.unlink(missing_ok=True)
    with opened(file) as journal:
        for payload in payloads:
            journal.append(payload)
    with file.open("r+b") as damaged:
        damaged.seek(at)
        damaged.write(damage)
    if data.draw(st.booleans()):
        os.truncate(file, data.draw(st.integers(min_value=0, max_value=SIZE)))
        survivors: list[bytes] = []
    else:
        end, survivors = START, []
        for payload in payloads:
            end += 16 + len(payload)
            if end > at and end - 16 - len(payload) < at + len(damage):
                break
            survivors.append(payload)
    with opened(file) as journal:
        assert [payload for _, payload in journal.pending()][: len(survivors)] == survivors
        journal.append(b"after")
        assert (journal.pending()[-1])[1] == b"after"


@pytest.mark.parametrize("seed", range(5))
def test_it_keeps_what_a_plain_list_would(tmp_path: Path, seed: int) -> None:
    """Appends, releases and new openings in any order, against the simplest thing that could be right."""
    chance = random.Random(seed)
    expected: list[tuple[int, bytes]] = []
    journal = Journal(tmp_path / "journal", size=SIZE)
    for _ in range(2000):
        match chance.randrange(12):
            case 0:
                journal.close()
                journal = Journal(tmp_path / "journal", size=SIZE)
            case 1 | 2 if expected:
                upto = chance.choice(expected)[0]
                journal.release(upto)
                expected = [pair for pair in expected if pair[0] > upto]
            case _:
                payload = chance.randbytes(chance.randrange(200))
                try:
                    expected.append((journal.append(payload), payload))
                except JournalFullError:
                    assert sum(16 + len(each) for _, each in expected) > 1024 - 216
        assert journal.pending() == expected
    journal.close()
