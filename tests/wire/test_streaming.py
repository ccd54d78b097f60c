"""A stream is never held back: the client has each piece while the gateway still waits to send the next."""

import pytest

from franking.demo import scripts
from franking.demo.gateway import FakeGateway
from franking.demo.values import Answer, Gate, Request
from support.clients import chat, opened
from support.sidecar import Sidecar, Watch


@pytest.mark.parametrize("encoding", ["", "gzip", "br", "zstd"])
def test_each_piece_arrives_before_the_next_is_sent(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch, encoding: str
) -> None:
    whole: list[Answer] = []
    gates = [Gate() for _ in range(3)]

    def held(request: Request) -> Answer:
        whole.append(scripts.answer(request))
        answer = whole[0]
        for nth, gate in enumerate(gates):
            answer = answer.held(gate, after=1 + 2 * nth)
        return answer

    gateway.script(held)
    with opened(sidecar, body=chat(stream=True), scenario=encoding) as response:
        (answer,) = whole
        for nth, gate in enumerate(gates):
            piece = answer.pieces[nth]
            assert isinstance(piece, bytes)
            assert response.read(len(piece)) == piece
            gate.open()
        assert response.read() == b"".join(piece for piece in answer.pieces[3:] if isinstance(piece, bytes))
    assert ledger.row()["status"] == "ok"


def test_the_head_arrives_before_the_first_piece(sidecar: Sidecar, gateway: FakeGateway, ledger: Watch) -> None:
    gate = Gate()
    gateway.script(lambda request: scripts.answer(request).held(gate, after=0))
    with opened(sidecar, body=chat(stream=True)) as response:
        assert response.status == 200
        gate.open()
        assert response.read().endswith(b"data: [DONE]\n\n")
    row = ledger.row()
    assert row["started_at"] <= row["first_token_at"] <= row["ended_at"]


def test_the_row_is_there_once_done_was_seen_though_the_stream_goes_on(
    sidecar: Sidecar, gateway: FakeGateway, ledger: Watch
) -> None:
    gate = Gate()
    gateway.script(lambda request: scripts.answer(request).held(gate, after=99))
    with opened(sidecar, body=chat(stream=True)) as response:
        seen = b""
        while not seen.endswith(b"[DONE]\n\n"):
            seen += response.read1()
        assert ledger.row()["status"] == "ok"
        gate.open()
        assert response.read() == b""
    assert ledger.row()["status"] == "ok"
