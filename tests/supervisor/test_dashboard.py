"""Where the dashboard listens, and that a port that cannot be had stops nothing."""

import socket
from pathlib import Path

import pytest

from franking import settings
from franking.settings import SettingsError
from franking.supervisor.dashboard import Dashboard


def _bound(web: str, *, wanted: bool = True) -> Dashboard:
    return Dashboard.bound(settings.listening(settings.load(), web=web), wanted=wanted)


def test_it_listens_and_its_program_gets_the_socket(home: Path) -> None:
    dashboard = _bound("127.0.0.1:0")
    address = dashboard.address
    assert address is not None
    assert dashboard.listener is not None
    number = dashboard.listener.fileno()
    assert dashboard.command(7) == (("-m", "franking.web", str(number), "7"), (number,))
    socket.create_connection(address).close()
    dashboard.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address)


def test_none_is_wanted(home: Path) -> None:
    dashboard = _bound("127.0.0.1:0", wanted=False)
    assert (dashboard.address, dashboard.fault, dashboard.command(7)) == (None, None, None)


def test_a_taken_port_is_told(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        dashboard = _bound(f"127.0.0.1:{port}")
    assert dashboard.address is None
    assert f"no dashboard: listen.web: cannot listen on 127.0.0.1:{port}" in (dashboard.fault or "")
    assert "--no-web" in (dashboard.fault or "")


def test_off_loopback_it_wants_a_token(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"listen\.web = 0\.0\.0\.0: off loopback"):
        _bound("0.0.0.0:0")
