"""What is written until it is cleared leaves in one write, in order, and nothing overtakes it."""

from typing import Any

from franking.proxy.corked import Corked


class Recorder:
    """Takes a StreamWriter's place, and its transport's. waiting: bytes that the peer has not taken."""

    def __init__(self) -> None:
        self.did: list[Any] = []
        self.waiting = 0

    @property
    def transport(self) -> Any:
        return self

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def write(self, data: bytes) -> None:
        self.did.append(data)

    async def drain(self) -> None:
        self.did.append("drain")

    def write_eof(self) -> None:
        self.did.append("eof")

    def close(self) -> None:
        self.did.append("close")

    def is_closing(self) -> bool:
        return "close" in self.did

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 1), "transport": self}.get(name, default)


def corked() -> tuple[Corked, list[Any]]:
    recorder = Recorder()
    return Corked(recorder), recorder.did  # type: ignore[arg-type]


def test_what_is_held_leaves_in_one_write() -> None:
    writer, did = corked()
    writer.write(b"head")
    writer.write(b"body")
    assert did == []
    assert writer.clear()
    assert did == [b"headbody"]
    writer.write(b"more")
    assert writer.clear()
    assert writer.clear()
    assert did == [b"headbody", b"more"]


def test_cleared_is_what_the_peer_has_taken() -> None:
    writer, _ = corked()
    assert writer.clear()
    writer.get_extra_info("transport").waiting = 1
    assert not writer.clear()
    writer.get_extra_info("transport").waiting = 0
    writer.close()
    assert not writer.clear()


def test_nothing_overtakes_what_is_held() -> None:
    for act, mark in (("write_eof", "eof"), ("close", "close")):
        writer, did = corked()
        writer.write(b"last")
        getattr(writer, act)()
        assert did == [b"last", mark]


async def test_draining_writes_first() -> None:
    writer, did = corked()
    writer.write(b"data")
    await writer.drain()
    assert did == [b"data", "drain"]


def test_the_rest_is_the_writer_s_own() -> None:
    writer, _ = corked()
    assert writer.get_extra_info("peername") == ("127.0.0.1", 1)
    assert not writer.is_closing()
    writer.close()
    assert writer.is_closing()
