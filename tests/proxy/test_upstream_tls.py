"""Tickets by which handshakes go on: used once, bounded, and no longer than an hour after certificates were checked."""

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from OpenSSL import SSL

from franking.demo.certificates import issue
from franking.proxy import upstream_tls
from franking.proxy.upstream_tls import EACH, HOUR, MOST, GatewayConnection, Tickets


class Clock:
    """In place of the module ``time``. now: seconds."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(upstream_tls, "time", made)
    return made


def ticket(number: int) -> Any:
    return f"ticket {number}"


def taken(tickets: Tickets, whose: object) -> list[tuple[Any, float]]:
    found = []
    while (one := tickets.take(whose)) is not None:
        found.append(one)
    return found


def test_each_is_used_once_and_the_newest_first(clock: Clock) -> None:
    tickets = Tickets()
    for number in range(3):
        tickets.put("a", ticket(number), clock.now)
    tickets.put("b", ticket(9), clock.now)
    assert taken(tickets, "a") == [(ticket(2), clock.now), (ticket(1), clock.now), (ticket(0), clock.now)]
    assert taken(tickets, "b") == [(ticket(9), clock.now)]
    assert tickets.take("nobody") is None


def test_those_of_certificates_checked_an_hour_ago_are_no_good(clock: Clock) -> None:
    tickets = Tickets()
    first = clock.now
    tickets.put("a", ticket(0), first)
    clock.now += HOUR - 1
    tickets.put("a", ticket(1), first)  # of a connection that went on from the one before
    tickets.put("a", ticket(2), clock.now)
    clock.now += 1
    assert taken(tickets, "a") == [(ticket(2), clock.now - 1)]


def test_the_oldest_give_way(clock: Clock) -> None:
    tickets = Tickets()
    for number in range(EACH + 2):
        tickets.put("a", ticket(number), clock.now)
    assert [session for session, _ in taken(tickets, "a")] == [ticket(n) for n in reversed(range(2, EACH + 2))]
    for number in range(MOST + 2):
        tickets.put(number, ticket(number), clock.now)
    assert [n for n in range(MOST + 2) if tickets.take(n)] == list(range(2, MOST + 2))


@pytest.fixture
def shaken(tmp_path: Path) -> Callable[[Tickets], bool]:
    """A whole connection to a gateway, in memory: whether its handshake went on from an earlier one."""
    certificates = issue(tmp_path, ["localhost"])
    theirs, ours = SSL.Context(SSL.TLS_SERVER_METHOD), SSL.Context(SSL.TLS_CLIENT_METHOD)
    theirs.use_certificate_file(str(certificates.leaf_file))
    theirs.use_privatekey_file(str(certificates.leaf_file))
    ours.load_verify_locations(str(certificates.ca_file))
    ours.set_verify(SSL.VERIFY_PEER)

    def one(tickets: Tickets) -> bool:
        near, far = GatewayConnection(ours), SSL.Connection(theirs)
        near.go_on(tickets, "a")
        near.set_connect_state()
        far.set_accept_state()
        for _ in range(2):
            for end, other in ((near, far), (far, near)):
                _step(end, other)
        near.stands()
        with pytest.raises(SSL.WantReadError):
            near.recv(1)  # and with it the ticket
        return bool(SSL._lib.SSL_session_reused(near._ssl))  # type: ignore[attr-defined]

    return one


def _step(end: SSL.Connection, other: SSL.Connection) -> None:
    with contextlib.suppress(SSL.WantReadError):
        end.do_handshake()
    with contextlib.suppress(SSL.WantReadError):
        other.bio_write(end.bio_read(65_536))


def test_however_many_go_on_an_hour_after_the_first_one_is_full(
    shaken: Callable[[Tickets], bool], clock: Clock
) -> None:
    tickets, went_on = Tickets(), []
    for _ in range(5):
        went_on.append(shaken(tickets))
        clock.now += HOUR / 3
    assert went_on == [False, True, True, False, True]
