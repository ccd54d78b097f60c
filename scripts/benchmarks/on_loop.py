"""How long attribution holds the event loop at a time: ``frank start`` with its steps on the loop timed.

``python -m benchmarks.on_loop FILE ARGUMENT…`` runs ``frank ARGUMENT…`` in this process and, whenever a thousand more
steps have been taken, writes to FILE how much CPU time of the loop's thread they took. A step is what runs from one
``await`` to the next. CPU time, as what others on the machine do is not this program's.
"""

import functools
import json
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

__all__ = ["main"]

_steps: dict[str, list[int]] = {}
_file = Path("/dev/null")


def _note(name: str, begun: int) -> None:
    taken = _steps.setdefault(name, [])
    taken.append(time.thread_time_ns() - begun)
    if len(taken) % 1000 == 0:
        _file.write_text(json.dumps({name: _summary(taken) for name, taken in _steps.items()}))


def _summary(taken: list[int]) -> dict[str, float]:
    ordered = sorted(taken)

    def share(part: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))] / 1e6, 3)

    return {"steps": len(ordered), "p50": share(0.5), "p99": share(0.99), "p99.9": share(0.999), "worst": share(1)}


def _timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        begun = time.thread_time_ns()
        try:
            return function(*arguments)
        finally:
            _note(name, begun)

    return call


class _Steps:
    """A coroutine, each step of which is timed."""

    def __init__(self, name: str, coroutine: Any) -> None:
        self._name = name
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        said: Any = None
        while True:
            begun = time.thread_time_ns()
            try:
                asked = self._coroutine.send(said)
            except StopIteration as end:
                return end.value
            finally:
                _note(self._name, begun)
            said = yield asked


def main(arguments: list[str]) -> int:
    """Time them, then be ``frank``."""
    global _file
    _file = Path(arguments[0])
    from franking.proxy.addon import Franking
    from franking.proxy.callers import Callers
    from franking.proxy.scout import Scout

    for owner, name in ((Scout, "_hear"), (Scout, "_send"), (Callers, "connected"), (Callers, "disconnected")):
        setattr(owner, name, _timed(f"{owner.__name__}.{name}", getattr(owner, name)))
    Franking.requestheaders = _timed("requestheaders", Franking.requestheaders)  # type: ignore[method-assign]
    whole = Franking._wait
    Franking._wait = lambda *words: _Steps("requestheaders", whole(*words))  # type: ignore[assignment, method-assign]
    from franking.cli import main as frank

    return frank(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
