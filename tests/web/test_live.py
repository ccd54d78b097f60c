"""Live: who listens is told soon; while nobody does, nothing is asked."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

from franking.budgets.values import Budget
from franking.web.live import Live
from support.alerts import budgets, noted
from support.dashboard import NOW
from support.ledgers import add, made, record


async def until(events: AsyncIterator[str], name: str) -> str:
    async with asyncio.timeout(5):
        async for event in events:
            if event.startswith(f"event: {name}\n"):
                return event
    raise AssertionError(f"the stream ended without {name}")


async def begun(live: Live) -> AsyncIterator[str]:
    """A listener that was greeted: what is written from here on is told."""
    events = live.events()
    assert "event: hello\n" in await anext(events)
    return events


async def test_what_is_written_is_told(ledger: Path) -> None:
    live = Live(ledger)
    events = await begun(live)
    one = record(NOW + 1_000_000, project_id="<new>", cost=10**9, model="m")
    add(ledger, one)
    await until(events, "changed")
    told = json.loads((await until(events, "ended")).split("data: ", 1)[1])
    assert [(each["id"], each["project"], each["cost"]) for each in told] == [(one.id, "<new>", "$1.00")]
    add(ledger, record(NOW + 2_000_000, status="in_flight"))
    await until(events, "changed")
    live.close()
    assert [event async for event in events if not event.startswith("event: changed")] == []


async def test_an_alert_that_is_reached_is_told(ledger: Path) -> None:
    now = time.time_ns() // 1000
    live = Live(budgets(ledger, now, Budget("all", 10_000_000)))
    events = live.events()
    assert json.loads((await anext(events)).split("data: ", 1)[1]) == {"alerts": ""}
    add(ledger, record(now, cost=10**9))
    noted(ledger, now)
    mark = json.loads((await until(events, "alerts")).split("data: ", 1)[1])
    assert len(mark) == 16
    later = live.events()
    assert json.loads((await anext(later)).split("data: ", 1)[1]) == {"alerts": mark}
    live.close()


async def test_a_ledger_that_comes_later(tmp_path: Path) -> None:
    live = Live(tmp_path / "later.db")
    events = await begun(live)
    made(tmp_path / "later.db", [record(NOW)])
    await until(events, "changed")
    add(tmp_path / "later.db", record(NOW))
    await until(events, "ended")
    live.close()


async def test_another_file_in_its_place(ledger: Path, tmp_path: Path) -> None:
    live = Live(ledger)
    events = await begun(live)
    made(tmp_path / "other.db", [record(NOW)]).rename(ledger)
    await until(events, "changed")
    add(ledger, record(NOW + 5))
    await until(events, "changed")
    live.close()


async def test_nobody_listens(ledger: Path) -> None:
    live = Live(ledger)
    events = await begun(live)
    assert not live.idle
    await events.aclose()  # type: ignore[attr-defined]
    async with asyncio.timeout(5):
        await live.rest()
    assert live.idle


async def test_closed_streams_end_at_once(ledger: Path) -> None:
    live = Live(ledger)
    events = await begun(live)
    live.close()
    async with asyncio.timeout(1):
        assert [event async for event in events] == []
        assert [event async for event in live.events()][1:] == []
