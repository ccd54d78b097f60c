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
        ("", False, "upstream_aborted", "upstream_unreachable"),
    ],
)
def test_of(message: str, answered: bool, status: str, kind: str) -> None:
    assert endings.of(message, answered)[:2] == (status, kind)


def test_a_long_message_is_cut_and_kept_on_one_line() -> None:
    text = endings.of("a\nb" * 1000, True)[2]
    assert len(text) == 500
    assert "\n" not in text
