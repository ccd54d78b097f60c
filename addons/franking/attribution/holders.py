"""Which processes have a socket open, by their descriptors in ``/proc``. Linux only.

To read all descriptors of all processes takes a tenth of a second on a busy machine, so the order matters: first where
a caller most often is.
"""

# A pathlib call costs several times as much, and thousands are made here for one look-up.
# ruff: noqa: PTH116, PTH208
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from franking.attribution.processes import link, newest_tasks, pids, process_of

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
        """Any holder, as (pid, descriptor). Looked at first: the ``likely``, then who has just been started.

        To list all processes takes longer than to look at a few.
        """
        found = self._among(likely) or self._just_started()
        if found is None:
            others = [pid for pid in pids() if pid != skip and pid not in likely]
            found = self._among(others[:NEWEST]) or self._anywhere(others[NEWEST:])
        return found

    def _among(self, near: Iterable[int]) -> tuple[int, str] | None:
        for pid in near:
            if name := self.descriptor(pid):
                return pid, name
        return None

    def _just_started(self) -> tuple[int, str] | None:
        for task in newest_tasks(NEWEST):
            folder = _folder(task)
            if folder is not None and (name := self._glance(task, folder.st_size)):
                return process_of(task), name
        return None

    def _anywhere(self, others: list[int]) -> tuple[int, str] | None:
        """A glance at every process of the socket's owner, and only then at all descriptors of all."""
        owned, foreign = [], []
        for pid in others:
            folder = _folder(pid)
            if folder is None:
                continue
            if folder.st_uid != self.uid:
                foreign.append(pid)
            elif name := self._glance(pid, folder.st_size):
                return pid, name
            else:
                owned.append(pid)
        return self._among((*owned, *foreign))

    def _glance(self, pid: int, opened: int) -> str | None:
        """Whether it is one of the descriptors that a new connection most often gets: the last. opened: how many there
        are, which the kernel tells since 6.2.
        """
        return next((str(last) for last in (opened - 1, opened - 2) if last >= 0 and self.at(pid, str(last))), None)


def _folder(pid: int) -> os.stat_result | None:
    try:
        return os.stat(f"/proc/{pid}/fd")
    except OSError:
        return None
