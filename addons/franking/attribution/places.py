"""What directories say, remembered until a file changes that the answer rests on.

A remembered Place costs a ``stat`` for each such file and is the same object again, so that what was concluded from it
can be kept beside it. All of it blocks: call it in a worker thread. A directory that does not answer (a hung mount)
holds one thread and no more: who asks for it meanwhile is told so after a short wait.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from franking.attribution import project_file, reading, repository
from franking.attribution.values import Fault, Place
from franking.attribution.variables import GIT

__all__ = ["Places"]

Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class _Running:
    """A look-up on its way. Others who ask the same wait for it, until it is overdue."""

    overdue_at: float
    done: threading.Event = field(default_factory=threading.Event)
    place: Place | None = None


class Places:
    """The memory. Safe to use from several threads.

    remembered: how many places are kept. patience: seconds that a second caller waits for a look-up on its way.
    most_overdue: with that many directories not answering, none is looked up that is not known yet.
    """

    def __init__(self, remembered: int = 512, patience: float = 0.05, most_overdue: int = 8) -> None:
        self._remembered = remembered
        self._patience = patience
        self._most_overdue = most_overdue
        self._lock = threading.Lock()
        self._known: OrderedDict[Key, tuple[Place, reading.Watch]] = OrderedDict()
        self._running: dict[Key, _Running] = {}

    def at(self, directory: str, environment: Mapping[str, str]) -> Place:
        """What a directory says to a caller with this environment. Never raises."""
        key = directory, tuple(sorted((name, environment[name]) for name in GIT if name in environment))
        now = time.monotonic()
        with self._lock:
            running = self._running.get(key)
            if running is None:
                overdue = sum(now > other.overdue_at for other in self._running.values())
                if overdue >= self._most_overdue:
                    return self._faulty(directory, f"not read: {overdue} other directories do not answer")
                mine = self._running[key] = _Running(now + self._patience)
        if running is not None:
            if running.done.wait(max(0.0, running.overdue_at - now)) and running.place is not None:
                return running.place
            return self._faulty(directory, "still being read: its file system does not answer in time")
        try:
            mine.place = self._looked_up(key, environment)
            return mine.place
        except Exception as fault:  # a fault here must never stop a request
            return self._faulty(directory, f"could not be read: {type(fault).__name__}")
        finally:
            with self._lock:
                del self._running[key]
            mine.done.set()

    def _looked_up(self, key: Key, environment: Mapping[str, str]) -> Place:
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
        if known is not None and known[1].holds():
            return known[0]
        watch = reading.Watch()
        place = _read(key[0], environment, watch)
        if known is not None and known[0] == place:
            place = known[0]
        with self._lock:
            self._known[key] = place, watch
            self._known.move_to_end(key)
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return place

    @staticmethod
    def _faulty(directory: str, what: str) -> Place:
        return Place(directory, faults=(Fault(reading.shown(directory), what),))


def _read(directory: str, environment: Mapping[str, str], watch: reading.Watch) -> Place:
    found = repository.look(directory, environment, watch)
    top = found.repository.toplevel if found.repository else None
    file = project_file.look(directory, top, watch)
    faults = (*found.faults, file.fault) if file and file.fault else found.faults
    return Place(directory, file, found.repository, faults)
