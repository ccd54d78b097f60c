"""Which processes have a socket open, by their descriptors in ``/proc``. Linux only.

To read all descriptors of all processes takes a tenth of a second on a busy machine, so the order matters: first where
a caller most often is.
"""

# A pathlib call costs several times as much, and thousands are made here for one look-up.
# ruff: noqa: PTH116, PTH208
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from franking.attribution.processes import link, pids

__all__ = ["Holders"]

NEWEST = 8


@dataclass(slots=True)
class Holders:
    """The search for one socket.

    inode, uid: the socket's.  denied: a process that may hold it could not be read.  gone: processes that have ended.
    """

    inode: int
    uid: int
    denied: bool = False
    gone: set[int] = field(default_factory=set)

    @property
    def target(self) -> str:
        """What a descriptor of the socket points to."""
        return f"socket:[{self.inode}]"

    def at(self, pid: int, name: str) -> bool:
        """Whether this descriptor of ``pid`` is the socket."""
        return link(f"/proc/{pid}/fd/{name}") == self.target

    def descriptor(self, pid: int) -> str | None:
        """The number of the descriptor under which ``pid`` holds the socket, or None."""
        target, folder = self.target, f"/proc/{pid}/fd"
        try:
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except PermissionError:
            self.denied = True
            return None
        except FileNotFoundError:
            self.gone.add(pid)
            return None
        except OSError:
            return None
        try:
            # Highest first: a connection is mostly younger than the files beside it.
            for name in reversed(os.listdir(opened)):
                try:
                    if os.readlink(name, dir_fd=opened) == target:
                        return name
                except OSError:
                    continue
        except OSError:
            return None
        finally:
            os.close(opened)
        return None

    def first(self, likely: tuple[int, ...], skip: int) -> tuple[int, str] | None:
        """Any holder, as (pid, descriptor). ``likely`` processes are looked at first, then the newest, then all."""
        found = self._among(likely)
        if found is None:
            others = [pid for pid in pids() if pid != skip and pid not in likely]
            found = self._among(others[:NEWEST]) or self._anywhere(others[NEWEST:])
        return found

    def _among(self, near: Iterable[int]) -> tuple[int, str] | None:
        for pid in near:
            if name := self.descriptor(pid):
                return pid, name
        return None

    def _anywhere(self, others: list[int]) -> tuple[int, str] | None:
        """A glance at every process of the socket's owner, at the descriptors that a new connection most often gets
        (the last; the kernel tells how many there are since 6.2), and only then at all descriptors of all.
        """
        owned, foreign = [], []
        for pid in others:
            try:
                folder = os.stat(f"/proc/{pid}/fd")
            except OSError:
                continue
            if folder.st_uid != self.uid:
                foreign.append(pid)
                continue
            for guess in (folder.st_size - 1, folder.st_size - 2):
                if guess >= 0 and self.at(pid, str(guess)):
                    return pid, str(guess)
            owned.append(pid)
        return self._among((*owned, *foreign))
