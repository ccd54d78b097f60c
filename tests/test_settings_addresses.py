"""Addresses as people write them."""

import pytest

from franking.settings_addresses import is_loopback, split_address, url_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8787", ("127.0.0.1", 8787)),
        ("[::1]:0", ("::1", 0)),
        ("localhost:65535", ("localhost", 65535)),
        ("localhost", None),
        ("localhost:65536", None),
        ("::1:80", None),
        ("user@host:80", None),
        (":80", None),
        ("", None),
    ],
)
def test_split_address(text: str, address: tuple[str, int] | None) -> None:
    if address is None:
        with pytest.raises(ValueError, match="HOST:PORT"):
            split_address(text)
    else:
        assert split_address(text) == address


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True), ("127.1.2.3", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
        ("::", False), ("192.0.2.1", False), ("example.com", False), ("localhost.example.com", False),
    ],
)  # fmt: skip
def test_is_loopback(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


@pytest.mark.parametrize(
    ("address", "userinfo", "expected"),
    [
        (("127.0.0.1", 8787), "", "http://127.0.0.1:8787"),
        (("0.0.0.0", 1), "", "http://127.0.0.1:1"),
        (("::", 1), "", "http://[::1]:1"),
        (("localhost", 1), "repo:cli", "http://repo:cli@localhost:1"),
    ],
)
def test_the_url_of_a_listener(address: tuple[str, int], userinfo: str, expected: str) -> None:
    assert url_of(address, userinfo) == expected
