"""The quick addon manager does what mitmproxy's does."""

from typing import Any

import pytest
from mitmproxy import master, options
from mitmproxy.addonmanager import AddonManager
from mitmproxy.exceptions import AddonHalt
from mitmproxy.proxy.layers.http._hooks import HttpRequestHook
from mitmproxy.test import tflow

from franking.proxy.hooks import QuickAddons

calls: list[str] = []


class Plain:
    name = "plain"

    def request(self, flow: Any) -> None:
        calls.append("plain")


class Broken:
    name = "broken"

    def request(self, flow: Any) -> None:
        calls.append("broken")
        raise RuntimeError("a fault of this addon's")


class Waiting:
    name = "waiting"

    async def request(self, flow: Any) -> None:
        calls.append("waiting")


class Updated:
    name = "updated"

    def update(self, flows: Any) -> None:
        calls.append("update")


class Halting:
    name = "halting"

    def request(self, flow: Any) -> None:
        raise AddonHalt


class Nested:
    name = "nested"

    def __init__(self) -> None:
        self.addons = [Waiting()]


@pytest.mark.parametrize(
    "chain",
    [
        [Plain],
        [Broken, Plain],
        [Waiting, Plain, Updated],
        [Halting, Plain, Updated],
        [Nested, Plain],
        [],
    ],
)
async def test_same_calls_in_the_same_order(chain: list[Any]) -> None:
    heard = []
    for manager in (AddonManager, QuickAddons):
        calls.clear()
        host = master.Master(options.Options())
        host.addons = manager(host)
        host.addons.add(*(addon() for addon in chain))
        await host.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
        heard.append(list(calls))
    assert heard[0] == heard[1]


async def test_an_addon_that_is_added_later_is_heard() -> None:
    host = master.Master(options.Options())
    host.addons = QuickAddons(host)
    calls.clear()
    await host.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    plain = Plain()
    host.addons.add(plain)
    await host.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    host.addons.remove(plain)
    await host.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    assert calls == ["plain"]


class Leaking:
    name = "leaking"

    def request(self, flow: Any) -> None:
        raise ValueError("sk-canary")


class LeakingLater:
    name = "leaking-later"

    async def request(self, flow: Any) -> None:
        raise ValueError("sk-canary")


@pytest.mark.parametrize("addon", [Leaking, LeakingLater])
async def test_a_fault_of_our_own_is_one_line_with_its_place_and_without_its_text(
    addon: Any, caplog: pytest.LogCaptureFixture
) -> None:
    host = master.Master(options.Options())
    host.addons = QuickAddons(host)
    host.addons.add(addon())
    calls.clear()
    host.addons.add(Plain())
    await host.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    [said] = [record for record in caplog.records if "passed over" in record.message]
    assert "ValueError" in said.message
    assert "test_hooks.py" in said.message
    assert said.exc_info is None
    assert "sk-canary" not in caplog.text
    assert calls == ["plain"]


async def test_who_does_not_wait_is_told_at_once() -> None:
    host = master.Master(options.Options())
    host.addons = manager = QuickAddons(host)
    manager.add(Plain())
    await manager.handle_lifecycle(HttpRequestHook(tflow.tflow()))  # learns that nobody wants ``update``
    assert manager.tell(HttpRequestHook(tflow.tflow())) is None
    manager.add(Waiting())
    waiting = manager.tell(HttpRequestHook(tflow.tflow()))
    assert waiting is not None
    await waiting
