"""The scout's own side: threads that each take a message of questions, answer it, and take the next.

It runs in the scout's process alone, and ends with it.
"""

import contextlib
import itertools
import os
import pickle
import signal
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from franking.attribution.values import NOBODY, Peer
from franking.proxy.lookups import Found, Known
from franking.proxy.whereabouts import Whereabouts

__all__ = ["FIND", "LARGEST", "LOCATE", "REMEMBERED", "Answers", "Find", "Locate"]

THREADS = 12
"""More than directories that may hang at once (``Places`` gives up on further ones at eight)."""

LARGEST = 1 << 20
REMEMBERED = 4096
"""Callers, and places, that both sides know by number."""

SOON = 0.002
"""Seconds of work after which what is answered so far is sent: many may ask at once."""

FIND, LOCATE = 0, 1

Find = Callable[[Any, Any], Peer]
Locate = Callable[[Peer], Whereabouts]


class Answers:
    """The scout's own side: threads that each take a message, answer it, and take the next."""

    def __init__(self, descriptor: int, find: Find, locate: Locate) -> None:
        self._descriptor = descriptor
        self._find = find
        self._locate = locate
        self._numbers = itertools.count()
        self._peers: OrderedDict[int, Peer] = OrderedDict()
        self._numbered: dict[Any, int] = {}
        self._told: set[int] = set()
        self._places: OrderedDict[tuple[int, int], tuple[int, Whereabouts]] = OrderedDict()

    def run(self) -> None:
        """Never returns: the fork ends with its proxy."""
        try:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            keep = self._descriptor
            os.closerange(3, keep)
            os.closerange(keep + 1, 65536)
            self._socket = socket.socket(fileno=keep)
            for _ in range(THREADS - 1):
                threading.Thread(target=self._serve, daemon=True).start()
            self._serve()
        finally:
            os._exit(0)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # a proxy that was killed resets the connection
            while message := self._socket.recv(LARGEST):
                self._answer_all(pickle.loads(message))  # noqa: S301 - from our own parent
        os._exit(0)

    def _answer_all(self, questions: list[tuple[Any, ...]]) -> None:
        answers: list[tuple[int, Any]] = []
        said = time.monotonic()
        for number, *question in questions:
            answers.append((number, self._answer(*question)))
            if (now := time.monotonic()) - said > SOON:
                self._send(answers)
                answers, said = [], now
        if answers:
            self._send(answers)

    def _send(self, answers: list[tuple[int, Any]]) -> None:
        self._socket.send(pickle.dumps(answers))
        self._told.update(answer.number for _, answer in answers if isinstance(answer, Found))

    def _answer(self, kind: int, *words: Any) -> Any:
        """The answer to one question; True: what you know still holds; None: it could not be answered."""
        try:
            return self._found(*words) if kind == FIND else self._known(*words)
        except Exception:
            return None

    def _found(self, client: Any, proxy: Any) -> Found | int:
        """The caller; of one that the proxy has been told of and that is as it was, the number alone."""
        peer = self._find(client, proxy)
        process = peer.pid, peer.started
        number = self._numbered.get(process)
        if number is not None and number in self._told and self._peers.get(number) == peer:
            return number
        found = Found(next(self._numbers), peer)
        self._peers[found.number] = peer
        self._numbered[process] = found.number
        while len(self._peers) > REMEMBERED:
            gone, peer = self._peers.popitem(last=False)
            self._told.discard(gone)
            if self._numbered.get((peer.pid, peer.started)) == gone:
                del self._numbered[peer.pid, peer.started]
        return found

    def _known(self, peer: int, number: int) -> Any:
        where = self._locate(self._peers.get(peer, NOBODY))
        key = id(where.caller), id(where.sidecar)
        if (kept := self._places.get(key)) is None:
            # Holding the places keeps their ids their own.
            kept = self._places[key] = next(self._numbers), where
            while len(self._places) > REMEMBERED:
                self._places.popitem(last=False)
        return True if kept[0] == number else Known(*kept)
