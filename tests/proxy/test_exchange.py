"""A request's row is kept before the piece that ends its answer is let go, and only where it has changed."""

from collections.abc import Callable

import pytest

from franking.ledger.record import Record
from franking.metering.request_tap import RequestTap
from franking.metering.tap import ResponseTap
from franking.metering.values import Asked, Cost, Usage
from franking.proxy.exchange import Exchange, now
from support.sinks import Sink, unpriced

FORMAT = "openai-chat"
ASK = b'{"model":"openai/gpt-4o-mini","stream":true}'
CHUNK = b'data: {"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n'
USED = b'data: {"id":"a","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n'
DONE = b"data: [DONE]\n\n"
PLAIN = b'{"id":"a","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}'


def exchange(sink: Sink, price: Callable[[Usage, Asked, Record], Cost] = unpriced) -> Exchange:
    row = Record(
        id="018f0000-0000-7000-8000-000000000001",
        started_at=1,
        gateway="kilo",
        host="api.kilo.ai",
        method="POST",
        path="/x",
        wire_format=FORMAT,
    )
    begun = Exchange(row, RequestTap(FORMAT, "/x", "", None, None), sink, price)
    begun.request_piece(ASK)
    begun.request_piece(b"")
    return begun


def stream(begun: Exchange, length: int | None = None) -> None:
    begun.answered(200, ResponseTap(FORMAT, 200, "text/event-stream", ""), length, event_stream=True)


def plain(begun: Exchange, length: int | None) -> None:
    begun.answered(200, ResponseTap(FORMAT, 200, "application/json", ""), length, event_stream=False)


def test_the_row_is_there_before_done_is_let_go() -> None:
    sink = Sink()
    begun = exchange(sink)
    stream(begun)
    for piece in (CHUNK, USED):
        assert begun.response_piece(piece) == piece
    assert [row.status for row in sink.rows] == ["in_flight"]
    assert begun.response_piece(DONE) == DONE
    assert (sink.rows[-1].status, sink.rows[-1].input_tokens) == ("ok", 3)


def test_a_clock_that_is_set_back_meanwhile_changes_no_times(monkeypatch: pytest.MonkeyPatch) -> None:
    sink = Sink()
    begun = exchange(sink)
    before = now()
    monkeypatch.setattr("franking.proxy.exchange.time.time_ns", lambda: 0)
    stream(begun)
    for piece in (CHUNK, DONE):
        begun.response_piece(piece)
    row = sink.rows[-1]
    assert row.first_token_at is not None
    assert row.ended_at is not None
    assert before <= row.first_token_at <= row.ended_at


def test_an_answer_that_ended_is_written_once() -> None:
    sink = Sink()
    begun = exchange(sink)
    stream(begun)
    for piece in (CHUNK, USED, DONE, b""):
        begun.response_piece(piece)
    begun.finish("ok")
    assert [row.status for row in sink.rows] == ["in_flight", "ok"]


@pytest.mark.parametrize("cut", [1, 10, len(PLAIN) - 1])
def test_a_counted_body_is_kept_with_its_last_byte(cut: int) -> None:
    sink = Sink()
    begun = exchange(sink)
    plain(begun, len(PLAIN))
    begun.response_piece(PLAIN[:cut])
    assert [row.status for row in sink.rows] == ["in_flight"]
    begun.response_piece(PLAIN[cut:])
    assert sink.rows[-1].status == "ok"
    assert sink.rows[-1].response_bytes == len(PLAIN)


def test_a_client_that_leaves_after_the_end_has_not_aborted() -> None:
    sink = Sink()
    begun = exchange(sink)
    plain(begun, len(PLAIN))
    begun.response_piece(PLAIN)
    begun.finish("client_aborted", "client_closed", "gone")
    assert sink.rows[-1].status == "ok"
    assert sink.rows[-1].error_type is None


def test_a_client_that_leaves_early_keeps_what_was_counted() -> None:
    sink = Sink()
    begun = exchange(sink)
    stream(begun)
    begun.response_piece(CHUNK)
    begun.finish("client_aborted", "client_closed", "gone")
    row = sink.rows[-1]
    assert (row.status, row.model, row.input_tokens, row.error_type) == ("client_aborted", "m", None, "client_closed")


def test_only_the_first_finish_counts() -> None:
    sink = Sink()
    begun = exchange(sink)
    begun.finish("upstream_aborted", "upstream_unreachable", "refused")
    begun.finish("ok")
    assert [row.status for row in sink.rows] == ["in_flight", "upstream_aborted"]
    assert sink.rows[-1].requested_model == "openai/gpt-4o-mini"


def test_an_empty_answer_is_an_answer() -> None:
    sink = Sink()
    begun = exchange(sink)
    plain(begun, 0)
    assert sink.rows[-1].status == "ok"
    assert sink.rows[-1].input_tokens is None


def test_a_fault_of_ours_costs_the_metering_and_nothing_else() -> None:
    def broken(usage: Usage, asked: Asked, row: Record) -> Cost:
        raise ZeroDivisionError("sk-secret")

    sink = Sink()
    begun = exchange(sink, broken)
    plain(begun, len(PLAIN))
    assert begun.response_piece(PLAIN) == PLAIN
    row = sink.rows[-1]
    assert (row.status, row.input_tokens, row.cost) == ("ok", 3, None)
    assert "sk-secret" not in (row.provenance or "")


def test_a_tap_that_raises_lets_the_bytes_through() -> None:
    class Broken(ResponseTap):
        def feed(self, data: bytes) -> None:
            raise RuntimeError("broken")

    sink = Sink()
    begun = exchange(sink)
    begun.answered(200, Broken(FORMAT, 200, "text/event-stream", ""), None, event_stream=True)
    assert begun.response_piece(CHUNK) == CHUNK
    assert begun.response_piece(b"") == b""
    begun.finish("ok")
    row = sink.rows[-1]
    assert row.status == "ok"
    assert '"fault":"RuntimeError"' in (row.provenance or "")


def test_tokens_behind_the_answers_own_end_are_in_the_row() -> None:
    """Gemini may tell the tokens behind the finish reason, which is kept before it is let go."""
    sink = Sink()
    begun = exchange(sink)
    begun.answered(200, ResponseTap("gemini-generate", 200, "text/event-stream", ""), None, event_stream=True)
    begun.response_piece(b'data: {"candidates":[{"finishReason":"STOP"}]}\n\n')
    assert (sink.rows[-1].status, sink.rows[-1].input_tokens) == ("ok", None)
    begun.response_piece(b'data: {"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":3}}\n\n')
    begun.finish("client_aborted", "client_closed", "gone")
    assert (sink.rows[-1].status, sink.rows[-1].input_tokens, sink.rows[-1].output_tokens) == ("ok", 7, 3)
