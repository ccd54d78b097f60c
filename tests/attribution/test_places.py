"""Places: the same object while nothing changes, a new one after every kind of change, and hung look-ups bounded."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from franking.attribution import reading, repository
from franking.attribution.places import Places
from franking.attribution.values import Place
from support.checkouts import commit, git
from support.waiting import until

ORIGIN = "https://example.com/example-co/example-repo.git"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A repository, with a directory a/b, whose files are old enough to be relied on."""
    folder = tmp_path / "shop"
    (folder / "a" / "b").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "remote", "add", "origin", ORIGIN)
    commit(folder)
    return folder


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file just written is not waited for until its clock has ticked; here every write is far enough apart."""
    monkeypatch.setattr(reading, "SETTLING_NANOSECONDS", 0)


def variables(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "GIT_CONFIG_SYSTEM": "/dev/null"}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


CHANGES: dict[str, tuple[Callable[[Path, Path], object], Callable[[Place], object], object]] = {
    "branch": (
        lambda shop, _: git(shop, "checkout", "--quiet", "-b", "fix"),
        lambda p: p.repository and p.repository.branch,
        "fix",
    ),
    "remote": (
        lambda shop, _: git(shop, "remote", "set-url", "origin", "https://example.com/x/other"),
        lambda p: p.repository and p.repository.remote,
        "https://example.com/x/other",
    ),
    "global settings appear": (
        lambda _, home: write(home / ".gitconfig", "[user]\nemail = me@example.com"),
        lambda p: p.repository and p.repository.user,
        "me@example.com",
    ),
    "project file appears": (
        lambda shop, _: write(shop / ".kilocode" / "config.json", '{"project": {"id": "x"}}'),
        lambda p: p.project_file and p.project_file.project_id,
        "x",
    ),
    "a nearer project file appears": (
        lambda shop, _: write(shop / "a" / "b" / ".kilocode" / "config.json", '{"project": {"id": "near"}}'),
        lambda p: p.project_file and p.project_file.project_id,
        "near",
    ),
    "a nearer repository appears": (
        lambda shop, _: git(shop / "a", "init", "--quiet"),
        lambda p: p.repository and p.repository.name,
        "a",
    ),
}


@pytest.mark.parametrize(("change", "look", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_seen(
    shop: Path, home: Path, change: Callable[[Path, Path], object], look: Callable[[Place], object], expected: object
) -> None:
    memory = Places()
    before = memory.at(str(shop / "a" / "b"), variables(home))
    assert memory.at(str(shop / "a" / "b"), variables(home)) is before
    assert look(before) != expected
    change(shop, home)
    assert look(memory.at(str(shop / "a" / "b"), variables(home))) == expected


def test_a_project_file_edited_and_removed(shop: Path, home: Path) -> None:
    memory = Places()
    file = shop / ".kilocode" / "config.json"
    seen = []
    for text in ('{"project": {"id": "one"}}', '{"project": {"id": "second"}}', "{"):
        write(file, text)
        place = memory.at(str(shop), variables(home))
        seen.append((place.project_file and place.project_file.project_id, len(place.faults)))
    file.unlink()
    assert memory.at(str(shop), variables(home)).project_file is None
    assert seen == [("one", 0), ("second", 0), (None, 1)]


def test_an_edit_that_keeps_size_and_time_is_seen(shop: Path, home: Path) -> None:
    memory = Places()
    file = shop / ".kilocode" / "config.json"
    write(file, '{"project": {"id": "one"}}')
    before = memory.at(str(shop), variables(home))
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    until(lambda: _tick(home / "clock") > file.stat().st_ctime_ns, "the file system's clock")
    with file.open("r+") as edited:
        edited.write('{"project": {"id": "two"}}')
    os.utime(file, ns=times)
    after = memory.at(str(shop), variables(home))
    assert before.project_file is not None
    assert after.project_file is not None
    assert (before.project_file.project_id, after.project_file.project_id) == ("one", "two")


def _tick(clock: Path) -> int:
    clock.write_text("")
    return clock.stat().st_ctime_ns


def test_the_same_again_is_the_same_object(shop: Path, home: Path) -> None:
    memory = Places()
    before = memory.at(str(shop), variables(home))
    (shop / ".git" / "config").touch()
    assert memory.at(str(shop), variables(home)) is before


def test_a_young_file_is_not_relied_on(shop: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SETTLING_NANOSECONDS", 10**20)
    reads = []
    look = repository.look

    def counted(directory: str, environment: Mapping[str, str], watch: reading.Watch) -> repository.Found:
        reads.append(directory)
        return look(directory, environment, watch)

    monkeypatch.setattr(repository, "look", counted)
    memory = Places()
    first = memory.at(str(shop), variables(home))
    assert memory.at(str(shop), variables(home)) is first
    assert len(reads) == 2


def test_callers_environments_are_kept_apart(shop: Path, home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    memory = Places()
    plain = memory.at(str(shop), variables(home))
    named = memory.at(str(shop), variables(home) | {"GIT_DIR": str(other / ".git")})
    assert plain.repository is not None
    assert named.repository is not None
    assert (plain.repository.remote, named.repository.remote) == (ORIGIN, None)
    assert memory.at(str(shop), variables(home) | {"KILOCODE_FEATURE": "x"}) is plain


def test_bounded(shop: Path, home: Path) -> None:
    memory = Places(remembered=2)
    first = memory.at(str(shop), variables(home))
    for name in "ab":
        memory.at(str(shop / name), variables(home))
    again = memory.at(str(shop), variables(home))
    assert again == first
    assert again is not first


def test_a_directory_too_deep_to_watch_is_still_read(shop: Path, home: Path) -> None:
    deep = shop.joinpath(*["d"] * 200)
    place = Places().at(str(deep), variables(home))
    assert place.repository is not None
    assert place.repository.remote == ORIGIN


def test_many_threads(shop: Path, home: Path) -> None:
    memory = Places(patience=20)
    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda _: memory.at(str(shop / "a"), variables(home)), range(500)))
    assert {id(place) for place in found} == {id(found[0])}
    assert not found[0].faults


class Hung:
    """A look-up that hangs in folders of this name until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.waiting = 0

    def look(self, directory: str, environment: Mapping[str, str], watch: reading.Watch) -> repository.Found:
        if Path(directory).name.startswith("hung"):
            self.waiting += 1
            assert self.go.wait(60)
        return repository.Found()


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hung]:
    mount = Hung()
    monkeypatch.setattr(repository, "look", mount.look)
    yield mount
    mount.go.set()


def test_a_hung_mount_holds_one_thread(tmp_path: Path, hung: Hung) -> None:
    memory = Places(patience=0.01)
    directory = str(tmp_path / "hung")
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(memory.at, directory, {})
        until(lambda: hung.waiting, "the first look-up")
        told = [memory.at(directory, {}) for _ in range(3)]
        assert memory.at(str(tmp_path), {}) == Place(str(tmp_path))
        assert [place.faults[0].what for place in told] == [
            "still being read: its file system does not answer in time"
        ] * 3
        assert hung.waiting == 1
        hung.go.set()
        assert first.result(20) == Place(directory)
    assert memory.at(directory, {}) == Place(directory)


def test_many_hung_directories(tmp_path: Path, hung: Hung) -> None:
    memory = Places(patience=0.0, most_overdue=3)
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(memory.at, str(tmp_path / f"hung{n}"), {}) for n in range(3)]
        until(lambda: hung.waiting == 3, "three look-ups")
        assert memory.at(str(tmp_path), {}).faults[0].what == "not read: 3 other directories do not answer"
        hung.go.set()
        assert all(not future.result(20).faults for future in running)
    assert memory.at(str(tmp_path), {}) == Place(str(tmp_path))


def test_a_fault_of_its_own_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> repository.Found:
        raise RuntimeError(os.fspath(tmp_path))

    monkeypatch.setattr(repository, "look", broken)
    assert Places().at(str(tmp_path), {}).faults[0].what == "could not be read: RuntimeError"
