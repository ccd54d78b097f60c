"""What the neighbours of a moment say: values within a stretch of time around it, group by group. Pure.

Evidence comes in the order of its time; moments are asked for in the order of theirs, each once everything up to its
stretch's end has come. So each piece of evidence passes through a window once, however many moments there are, and what
lies before the earliest moment that may still be asked for is forgotten.
"""

from collections import Counter, deque
from collections.abc import Hashable
from typing import NamedTuple

__all__ = ["Evidence", "Said", "Windows"]


class Said(NamedTuple):
    """values: how many different ones. value: one of them. entry: whose evidence is nearest in time."""

    values: int
    value: str | None
    entry: int


Evidence = tuple[int, int, str | None]
"""When (microseconds), of which entry, and the value; None is an explicit none. A plain tuple: there are millions."""


class _Window:
    """One group's evidence: within the stretch before and after the moment, and beyond it."""

    __slots__ = ("after", "ahead", "before", "values", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self.before: deque[Evidence] = deque()
        self.after: deque[Evidence] = deque()
        self.ahead: deque[Evidence] = deque()
        self.values: Counter[str | None] = Counter()

    def turn(self, moment: int) -> None:
        """Move the stretch there; never backwards."""
        first, last = moment - self.width, moment + self.width
        before, after, ahead, values = self.before, self.after, self.ahead, self.values
        while after and after[0][0] <= moment:
            before.append(after.popleft())
        while before and before[0][0] < first:
            gone = before.popleft()[2]
            values[gone] -= 1
            if not values[gone]:
                del values[gone]
        while ahead and ahead[0][0] <= last:
            found = ahead.popleft()
            if found[0] >= first:
                (before if found[0] <= moment else after).append(found)
                values[found[2]] += 1

    def said(self, moment: int) -> Said | None:
        if not self.values:
            return None
        at, entry, value = self.before[-1] if self.before else self.after[0]
        if self.after and self.after[0][0] - moment < abs(moment - at):
            _, entry, value = self.after[0]
        return Said(len(self.values), value, entry)


class Windows:
    """Groups of evidence by key; a key's width is always the same."""

    def __init__(self) -> None:
        self._windows: dict[Hashable, _Window] = {}

    def __len__(self) -> int:
        return len(self._windows)

    def add(self, key: Hashable, width: int, evidence: Evidence) -> None:
        """Further evidence of a group."""
        try:
            window = self._windows[key]
        except KeyError:
            window = self._windows[key] = _Window(width)
        window.ahead.append(evidence)

    def said(self, key: Hashable, moment: int) -> Said | None:
        """What the group's evidence around the moment says; None where there is none."""
        window = self._windows.get(key)
        if window is None:
            return None
        window.turn(moment)
        return window.said(moment)

    def forget(self, moment: int) -> None:
        """No earlier moment will be asked for."""
        for key, window in list(self._windows.items()):
            window.turn(moment)
            if not window.values and not window.ahead:
                del self._windows[key]
