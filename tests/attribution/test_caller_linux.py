"""On Linux: what is said of a caller that cannot be seen, what its variables become, and who is searched first."""

import os
from types import SimpleNamespace

import pytest

from franking.attribution import caller_linux
from franking.attribution.caller_linux import REMEMBERED
from franking.attribution.values import NOBODY, Peer


@pytest.fixture(autouse=True)
def _nobody_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caller_linux, "_recent", ())


@pytest.mark.parametrize(
    ("client", "proxy", "where"),
    [
        ("127.0.0.1", "127.0.0.1", "the caller is gone"),
        ("::1", "::", "the caller is gone"),
        ("192.0.2.7", "192.0.2.7", "the caller is gone"),
        ("::ffff:192.0.2.7", "192.0.2.7", "the caller is gone"),
        ("192.0.2.8", "192.0.2.7", "the caller is on another machine"),
    ],
)
def test_where_an_absent_caller_may_be(client: str, proxy: str, where: str) -> None:
    assert caller_linux._why_absent(client, proxy).startswith(where)


@pytest.mark.parametrize(("denied", "said"), [(True, "may not look into it"), (False, "in another PID namespace")])
def test_why_a_caller_is_not_seen(denied: bool, said: str) -> None:
    told = caller_linux._why_unseen(SimpleNamespace(denied=denied, uid=4711))  # type: ignore[arg-type]  # all it asks

    assert said in told
    assert "uid 4711" in told


def test_only_names_of_files_keep_bytes_that_are_no_text() -> None:
    odd = os.fsdecode(b"caf\xe9")

    assert caller_linux._clean({"HOME": odd, "KILOCODE_FEATURE": odd, "FRANKING_PROJECT": "docs"}) == {
        "HOME": odd, "KILOCODE_FEATURE": "caf\ufffd", "FRANKING_PROJECT": "docs",
    }  # fmt: skip


def test_who_called_last_is_searched_first() -> None:
    for pid in (1, 2, 1, 1, 3):
        caller_linux._remember(pid)
    assert caller_linux._recent == (3, 1, 2)
    for pid in range(10, 10 + REMEMBERED):
        caller_linux._remember(pid)
    assert caller_linux._recent == tuple(reversed(range(10, 10 + REMEMBERED)))


def test_who_has_ended_is_searched_no_more() -> None:
    for pid in (1, 2, 3):
        caller_linux._remember(pid)
    caller_linux._forget({2, 99})
    assert caller_linux._recent == (3, 1)


@pytest.mark.parametrize("peer", [NOBODY, Peer(os.getpid(), started=0), Peer(2**31 - 1, started=1)])
def test_a_process_that_is_another_one_or_gone_has_no_directory(peer: Peer) -> None:
    assert caller_linux.directory(peer) is None
