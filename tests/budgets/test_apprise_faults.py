"""What apprise logs becomes a sentence of ours, and nothing that it quotes is in it."""

import pytest

from franking.budgets.apprise_faults import UNKNOWN, why

URL = "/services/canary"
MAIL = ("WARNING", 'Connection error while submitting email to "canary.example.com"')


@pytest.mark.parametrize(
    ("caught", "said"),
    [
        ("(535, b'5.7.8 canary')", "the mail server answered 535: it does not take the user name and password"),
        ("(530, b'Must issue a STARTTLS command first')", "answered 530: it wants a user name and a password, or TLS"),
        ("{'canary@example.com': (550, b'no such user timed out')}", "answered 550: it does not take mail for a"),
        ("(421, b'canary')", "the mail server answered 421"),
        ("STARTTLS extension not supported by server.", "speaks no TLS"),
        ("[Errno 111] Connection refused", "connection refused"),
        (f"Max retries exceeded with url: {URL} (Caused by NameResolutionError(\"Failed to resolve 'x'\"))", "name"),
        ("[Errno -2] Name or service not known", "the receiver's name is not known here"),
        ("[Errno 113] No route to host", "there is no way to its network"),
        (
            f"url: {URL} (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')))",
            "trusted",
        ),
        (f"url: {URL} (Caused by SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong'))", "speaks no TLS"),
        (f"HTTPSConnectionPool(host='x', port=443): Read timed out. {URL}", "did not answer in time"),
        ("('Connection aborted.', BadStatusLine('220 canary'))", "ended the connection without an answer"),
        (f"canary {URL}", UNKNOWN),
    ],
)
def test_what_was_caught(caught: str, said: str) -> None:
    told = why([("DEBUG", f"POST URL: {URL} error=999"), MAIL, ("DEBUG", f"Socket Exception: {caught}")])
    assert said in told
    assert "canary" not in told


@pytest.mark.parametrize(
    ("logged", "said"),
    [
        ([("WARNING", "Failed to send to Slack: canary, error=403.")], "the receiver answered HTTP 403"),
        ([("DEBUG", "Payload: error=403"), ("WARNING", "Failed: error=500.")], "the receiver answered HTTP 500"),
        ([("ERROR", "canary")], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_what_was_answered(logged: list[tuple[str, str]], said: str) -> None:
    assert why(logged) == said
