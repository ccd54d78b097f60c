"""What the system says of a name is shared and remembered for a moment, and its failures are not."""

import asyncio
import socket
from typing import Any

import pytest

from franking.proxy import names


class System:
    """In place of the loop's own look-up: counts, and answers when told to."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.asked: list[tuple[Any, Any]] = []
        self.go = asyncio.Event()
        self.fault: Exception | None = None
        loop.getaddrinfo = self  # type: ignore[method-assign]
        names.remember_names(loop)

    async def __call__(self, host: Any, port: Any, **how: Any) -> Any:
        self.asked.append((host, port))
        await self.go.wait()
        if self.fault:
            raise self.fault
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


async def test_those_who_ask_at_once_share_and_the_next_is_told_from_memory() -> None:
    loop = asyncio.get_running_loop()
    system = System(loop)
    asking = [asyncio.ensure_future(loop.getaddrinfo("gateway.test", 443)) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()  # who gives up takes nobody else's answer away
    system.go.set()
    answers = await asyncio.gather(*asking[1:])
    assert [answer[0][4] for answer in answers] == [("127.0.0.1", 443)] * 4
    await loop.getaddrinfo("gateway.test", 443)
    assert system.asked == [("gateway.test", 443)]


async def test_what_differs_is_asked_for_by_itself() -> None:
    loop = asyncio.get_running_loop()
    system = System(loop)
    system.go.set()
    await loop.getaddrinfo("gateway.test", 443)
    await loop.getaddrinfo("gateway.test", 444)
    await loop.getaddrinfo("gateway.test", 443, family=socket.AF_INET)
    assert len(system.asked) == 3


async def test_a_failure_and_an_old_answer_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    system = System(loop)
    system.go.set()
    system.fault = socket.gaierror("no such name")
    with pytest.raises(socket.gaierror):
        await loop.getaddrinfo("gateway.test", 443)
    system.fault = None
    await loop.getaddrinfo("gateway.test", 443)
    monkeypatch.setattr(names, "KEPT", -1.0)
    await loop.getaddrinfo("other.test", 443)
    await loop.getaddrinfo("other.test", 443)
    assert len(system.asked) == 4


async def test_many_names_do_not_grow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    system = System(loop)
    system.go.set()
    monkeypatch.setattr(names, "MOST", 2)
    for name in ("a", "b", "c", "a"):
        await loop.getaddrinfo(name, 1)
    assert [name for name, _ in system.asked] == ["a", "b", "c", "a"]
