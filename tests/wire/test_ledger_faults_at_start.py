"""A ledger or home that cannot be written or read when the sidecar starts, or can no longer, and a clock set back."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from franking.demo import scripts
from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from franking.demo.values import Gate
from support.clients import ask, chat, opened
from support.ledger_faults import config, has_rows, troubled
from support.sidecar import Sidecar

CLOCK = Path(__file__).parent / "fixtures" / "clock"
HOUR = 3_600_000_000

Start = Callable[..., Sidecar]


@pytest.fixture
def start(tmp_path: Path, certificates: Certificates, upstream: FakeGateway) -> Iterator[Start]:
    """Sidecars of this test's own, one after the other on one home."""
    running: list[Sidecar] = []

    def begin(environment: Mapping[str, str] | None = None) -> Sidecar:
        running.append(Sidecar(tmp_path, config(certificates, upstream), environment=environment))
        return running[-1]

    yield begin
    for sidecar in running:
        sidecar.stop()


def test_a_corrupt_ledger_is_moved_aside_and_said_to_be(start: Start, tmp_path: Path) -> None:
    content = b"no database at all, but longer than a header" * 100
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / "ledger.db").write_bytes(content)
    sidecar = start()
    assert [ask(sidecar, body=chat()).status for _ in range(3)] == [200] * 3
    (aside,) = sidecar.home.glob("ledger.db.corrupt-*")
    assert aside.read_bytes() == content
    said = sidecar.output.read_text(encoding="utf-8")
    assert f"{sidecar.home / 'ledger.db'}: it is damaged" in said
    assert f"moved to {aside} and a new one is begun" in said
    has_rows(sidecar, 3)


def test_a_read_only_ledger(start: Start, read_only: Callable[[Path], Callable[[], None]]) -> None:
    first = start()
    assert ask(first, body=chat()).status == 200
    has_rows(first, 1)
    undo = read_only(first.home / "ledger.db")
    sidecar = start()
    assert {ask(sidecar, body=chat(stream=number % 2 == 0)).status for number in range(30)} == {200}
    assert "give yourself the right to write" in troubled(sidecar)
    undo()
    has_rows(sidecar, 31)


def test_a_home_that_becomes_read_only(start: Start, read_only: Callable[[Path], Callable[[], None]]) -> None:
    sidecar = start()
    assert ask(sidecar, body=chat()).status == 200
    undo = read_only(sidecar.home)
    assert {ask(sidecar, body=chat(stream=number % 2 == 0)).status for number in range(30)} == {200}
    undo()
    has_rows(sidecar, 31)


def test_a_home_that_is_read_only_stops_the_start_in_one_line(
    start: Start, read_only: Callable[[Path], Callable[[], None]]
) -> None:
    sidecar = start()
    sidecar.stop()
    read_only(sidecar.home)
    refused = sidecar.run("start", "--listen", "127.0.0.1:0", "--no-web")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert str(sidecar.home) in refused.stderr


def test_a_clock_that_is_set_back(start: Start, tmp_path: Path, gateway: FakeGateway) -> None:
    offset = tmp_path / "offset"
    offset.write_text("0")
    sidecar = start(environment={"PYTHONPATH": str(CLOCK), "TEST_CLOCK_OFFSET": str(offset)})
    assert [ask(sidecar, body=chat()).status for _ in range(3)] == [200] * 3
    gate = Gate()
    gateway.script(lambda request: scripts.answer(request).held(gate, after=1))
    with opened(sidecar, body=chat(stream=True)) as response:
        assert response.read1()
        offset.write_text(str(-HOUR))
        gate.open()
        assert response.read().endswith(b"[DONE]\n\n")
    assert [ask(sidecar, body=chat(stream=True)).status for _ in range(3)] == [200] * 3
    has_rows(sidecar, 7)
    rows = sorted(sidecar.all_rows(), key=lambda row: row["id"])  # ids go on in the order of the requests
    starts = [row["started_at"] for row in rows]
    assert starts[4] < starts[3] - HOUR // 2
    assert all(row["started_at"] <= row["first_token_at"] <= row["ended_at"] < row["started_at"] + HOUR for row in rows)
