"""mitmproxy's words on a broken exchange, in the ledger's."""

import pytest

from franking.proxy import endings


@pytest.mark.parametrize(
    ("message", "answered", "status", "kind"),
    [
        ("Client disconnected.", True, "client_aborted", "client_closed"),
        ("Client disconnected.", False, "client_aborted", "client_closed"),
        ("HTTP/1 protocol error: peer closed connection", True, "upstream_aborted", "upstream_closed"),
        ("[Errno 111] Connect call failed ('127.0.0.1', 9)", False, "upstream_aborted", "upstream_unreachable"),
        ("franking does not trust the certificate of x: unable", False, "upstream_aborted", "upstream_tls"),
        ("The remote server does not speak TLS.", False, "upstream_aborted", "upstream_tls"),
        ("HTTP/1 protocol error: peer closed connection", False, "client_aborted", "client_closed"),
        (endings.FAULT, True, "interrupted", "proxy_fault"),
        ("", False, "upstream_aborted", "upstream_unreachable"),
    ],
)
def test_of(message: str, answered: bool, status: str, kind: str) -> None:
    assert endings.of(message, answered)[:2] == (status, kind)


def test_a_long_message_is_cut_and_kept_on_one_line() -> None:
    text = endings.of("a\nb" * 1000, True)[2]
    assert len(text) == 500
    assert "\n" not in text


@pytest.mark.parametrize(
    "message",
    [
        "unexpected server response: b'HTTP/1.1 200 OK\\r\\nSet-Cookie: canary'",
        'HTTP/1 protocol error: illegal chunk header: bytearray(b"canary")',
    ],
)
def test_what_it_quotes_is_not_kept(message: str) -> None:
    text = endings.of(message, True)[2]
    assert text == message.rpartition(":")[0].partition(": b'")[0]
    assert "canary" not in text
