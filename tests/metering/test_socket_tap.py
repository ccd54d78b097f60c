"""Responses over a WebSocket: one usage a response, many a connection."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from franking.metering.socket_tap import SocketTap
from franking.metering.values import Asked, Usage
from support.examples import thorough


def message(kind: str, **more: Any) -> bytes:
    return json.dumps({"type": kind, **more}).encode()


def response(number: int, status: str, **more: Any) -> dict[str, Any]:
    return {"id": f"resp_{number}", "model": "gpt-4o", "status": status, "error": None, **more}


def usage(given: int, made: int) -> dict[str, Any]:
    return {"input_tokens": given, "output_tokens": made, "input_tokens_details": {"cached_tokens": 1}}


def test_one_usage_a_response_and_nothing_carried_over() -> None:
    tap = SocketTap()
    found: list[Usage | None] = []
    for number in (1, 2):
        assert tap.client(message("response.create", model="gpt-4o", input=[], max_output_tokens=7)) == Asked(
            "gpt-4o", True, 7
        )
        events = (
            message("response.created", response=response(number, "in_progress")),
            message("response.output_text.delta", delta="hi"),
            message("response.completed", response=response(number, "completed", usage=usage(10 * number, number))),
        )
        found.extend(tap.server(event) for event in events)
    assert [one for one in found if one] == [
        Usage(
            model="gpt-4o",
            message_id=f"resp_{number}",
            input_tokens=10 * number,
            output_tokens=number,
            cache_read_tokens=1,
            finish_reason="completed",
            complete=True,
        )
        for number in (1, 2)
    ]
    assert tap.finish() == Usage()


def test_a_connection_that_ends_in_the_middle() -> None:
    tap = SocketTap()
    assert tap.server(message("response.created", response=response(1, "in_progress"))) is None
    assert tap.finish() == Usage(model="gpt-4o", message_id="resp_1")
    assert tap.finish() == Usage()


def test_errors() -> None:
    tap = SocketTap()
    failed = response(1, "failed", error={"code": "server_error", "message": "no"})
    assert tap.server(message("response.failed", response=failed)) == Usage(
        model="gpt-4o",
        message_id="resp_1",
        finish_reason="failed",
        error_type="server_error",
        error_message="no",
        complete=True,
    )
    assert tap.server(message("error", error={"type": "t", "message": "m"})) == Usage(error_type="t", error_message="m")


def test_the_preview_only_where_it_is_allowed() -> None:
    body = message("response.create", response={"model": "m", "input": "my words"})
    assert SocketTap().client(body) == Asked("m", True)
    assert SocketTap(100).client(body) == Asked("m", True, None, "my words")
    assert SocketTap(100).client(message("session.update", about="response.create")) is None


def test_what_a_message_tells_as_a_header_would() -> None:
    told = {"x-codex-turn-metadata": "{}", "session_id": "s", "x-number": 7}
    body = message("response.create", model="m", client_metadata=told)
    assert SocketTap().client(body) == Asked("m", True)
    tap = SocketTap(telling=("x-codex-turn-metadata", "x-number", "x-other"))
    assert tap.client(body) == Asked("m", True, told=(("x-codex-turn-metadata", "{}"),))
    assert tap.client(message("response.create", model="m", client_metadata=[7])) == Asked("m", True)


@thorough(100)
@given(
    st.lists(
        st.binary(max_size=50) | st.sampled_from([b'{"type":"response.completed","response":7}', b'{"type":"error"}'])
    )
)
def test_any_messages_at_all(messages: list[bytes]) -> None:
    tap = SocketTap(100)
    for one in messages:
        tap.client(one)
        tap.server(one)
    tap.finish()
