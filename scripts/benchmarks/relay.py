"""The least that a proxy can do: answer CONNECT and hand bytes on, unread. What it takes is the machine's share.

``python -m benchmarks.relay`` prints its port.
"""

import asyncio


class Side(asyncio.Protocol):
    """One end of a tunnel. What comes in goes out at the other."""

    def __init__(self, other: "Side | None" = None) -> None:
        self.other = other
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.transport.write(data)
        else:
            asyncio.get_running_loop().create_task(self._connect(data))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other is not None:
            self.other.transport.close()

    async def _connect(self, head: bytes) -> None:
        host, _, port = head.split()[1].decode().rpartition(":")
        self.other = Side(self)
        await asyncio.get_running_loop().create_connection(lambda: self.other or Side(), host, int(port))
        self.transport.write(b"HTTP/1.1 200 OK\r\n\r\n")


async def main() -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Side, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
