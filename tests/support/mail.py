"""A mail server on loopback: what it took, and what it answers to whom."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from support.serving import serving

__all__ = ["MailServer", "mail_server"]


@dataclass(slots=True)
class MailServer:
    """recipients: what it answers to RCPT. taken: each mail, with its headers."""

    port: int
    recipients: bytes = b"250 OK"
    taken: list[bytes] = field(default_factory=list)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """One that runs for as long as the block lasts. It speaks as much SMTP as smtplib needs."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    held.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                answer = held.recipients if word == b"RCPT" else b"221 bye" if word == b"QUIT" else b"250 OK"
                self.wfile.write(answer + b"\r\n")
                if word == b"QUIT":
                    return

    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)) as port:
        held = MailServer(port)
        yield held
