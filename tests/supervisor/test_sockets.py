"""What is bound, and what is said of a port or an address that cannot be had."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from franking import settings
from franking.settings import Settings, SettingsError
from franking.supervisor.sockets import bind, bind_all


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def _listening(**changes: object) -> Settings:
    return settings.listening(settings.load(), **({"proxy": "127.0.0.1:0"} | changes))


def test_the_proxy_and_each_reverse_listener(home: Path) -> None:
    bound = bind_all(_listening(reverse=("https://api.kilo.ai@0", "https://openrouter.ai/api@0")))
    try:
        assert [mode for mode, _ in bound.modes] == [
            "regular", "reverse:https://api.kilo.ai", "reverse:https://openrouter.ai/api",
        ]  # fmt: skip
        assert set(bound.reverse) == {"https://api.kilo.ai", "https://openrouter.ai/api"}
        for port in (bound.proxy[1], *bound.reverse.values()):
            socket.create_connection(("127.0.0.1", port)).close()
    finally:
        bound.close()


def test_the_companys_proxy_is_the_way_out_without_its_password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_UPSTREAM__PROXY", "http://me:secret@proxy.example.com:3128/")
    bound = bind_all(_listening())
    bound.close()

    assert bound.modes[0][0] == "upstream:http://proxy.example.com:3128"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reverse": ("https://example.com@0",)}, "listen.reverse: example.com is no gateway"),
        ({"proxy": "0.0.0.0:0"}, "off loopback franking listens only with listen.token set"),
    ],
)
def test_what_is_refused(home: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsError) as fault:
        bind_all(_listening(**changes))
    assert said in str(fault.value)


def test_a_taken_port_is_told_and_nothing_stays_bound(home: Path, taken: int) -> None:
    free = bind("listen.proxy", "127.0.0.1", 0)
    port = free.getsockname()[1]
    free.close()
    with pytest.raises(SettingsError) as fault:
        bind_all(_listening(proxy=f"127.0.0.1:{port}", reverse=(f"https://api.kilo.ai@{taken}",)))
    bind("listen.proxy", "127.0.0.1", port).close()
    assert str(fault.value).startswith(f"listen.reverse: cannot listen on 127.0.0.1:{taken}: ")
    assert "take another port" in str(fault.value)
