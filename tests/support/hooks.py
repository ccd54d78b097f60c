"""A receiver of webhooks on loopback: what it got, and what it answers."""

import http.server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message

from support.serving import serving

__all__ = ["Receiver", "receiver"]


@dataclass(slots=True)
class Receiver:
    """status: what it answers. got: (path, headers, body) of each call. elsewhere: where a redirect leads."""

    port: int
    status: int = 200
    elsewhere: str = "/elsewhere"
    got: list[tuple[str, Message, bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Of a hook with a secret in its path."""
        return f"http://127.0.0.1:{self.port}/hook/canary-hook-path-77aa"


@contextmanager
def receiver() -> Iterator[Receiver]:
    """One that runs for as long as the block lasts."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            held.got.append((self.path, self.headers, body))
            self.send_response(held.status)
            if 300 <= held.status < 400:
                self.send_header("Location", held.elsewhere)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *words: object) -> None:
            """Nothing is written."""

    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        held = Receiver(port)
        yield held
