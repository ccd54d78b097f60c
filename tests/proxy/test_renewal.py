"""Renewal while the proxy runs: at every look, until told to stop, whatever goes wrong."""

import asyncio
import logging
from pathlib import Path

import pytest

from franking.proxy import authority, renewal


async def until(done: asyncio.Event, folder: Path, monkeypatch: pytest.MonkeyPatch, looks: int) -> None:
    """Let ``keep`` look so many times, with the real ``ensure``."""
    real, loop, count = authority.ensure, asyncio.get_running_loop(), 0

    def ensure(*arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        try:
            return real(*arguments, **options)  # type: ignore[arg-type]
        finally:
            if count == looks:
                loop.call_soon_threadsafe(done.set)

    monkeypatch.setattr(authority, "ensure", ensure)
    await asyncio.wait_for(renewal.keep(folder, ["api.example.com"], None, done, every=0.001), 20)


async def test_what_is_lost_is_restored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = authority.ensure(tmp_path, ["api.example.com"], environment={})
    held.files.bundle.unlink()
    await until(asyncio.Event(), tmp_path, monkeypatch, looks=1)
    assert held.files.bundle.exists()


async def test_a_fault_is_logged_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "ca").write_bytes(b"in the way")
    with caplog.at_level(logging.WARNING):
        await until(asyncio.Event(), tmp_path / "ca", monkeypatch, looks=2)
    assert len(caplog.messages) == 2
    assert "could not be renewed" in caplog.text


async def test_it_ends_at_once_when_told(tmp_path: Path) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(renewal.keep(tmp_path / "ca", ["api.example.com"], None, stop))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert not (tmp_path / "ca").exists()
