"""Waiting for a future: no longer than told, without cancelling it, and whatever becomes of it."""

import asyncio
from collections.abc import Callable

import pytest

from franking.proxy.futures import done_within, result


@pytest.mark.parametrize("how", ["brought", "failed", "cancelled", "not yet"])
async def test_what_a_future_brought(how: str) -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    if how == "brought":
        future.set_result(7)
    elif how == "failed":
        future.set_exception(ValueError("no"))
    elif how == "cancelled":
        future.cancel()
    assert result(future) == (7 if how == "brought" else None)


@pytest.mark.parametrize("already", [True, False])
@pytest.mark.parametrize("how", ["brought", "failed", "cancelled"])
async def test_an_end_is_waited_for_no_longer_than_it_takes(how: str, already: bool) -> None:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    ends: dict[str, Callable[[], object]] = {
        "brought": lambda: future.set_result(7),
        "failed": lambda: future.set_exception(ValueError("no")),
        "cancelled": future.cancel,
    }
    if already:
        ends[how]()
    else:
        loop.call_soon(ends[how])
    await asyncio.wait_for(done_within(future, 3600), 60)
    assert future.done()
    assert result(future) == (7 if how == "brought" else None)


async def test_what_takes_too_long_goes_on_by_itself() -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    await done_within(future, 0)
    assert not future.done()
    future.set_result(7)
    assert result(future) == 7
