"""Options that several commands have alike, declared once: a function's parameters become the commands' own.

::

    def meant(project: Project = None, user: User = None) -> Filters: ...

    @taking(meant)
    def costs(by: By = "project", *, said: Filters, as_json: Json = False) -> None: ...

``frank costs`` has the options --by, --project, --user, --json, in this order, and is called with what ``meant`` makes
of its own as ``said``.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["taking"]


def taking(form: Callable[..., object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For a command whose parameter ``said`` is what ``form`` returns."""
    theirs = inspect.signature(form).parameters

    def taken(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def whole(**options: Any) -> None:
            command(said=form(**{name: options.pop(name) for name in theirs}), **options)

        own = inspect.signature(command).parameters
        at = list(own).index("said")
        each = [*list(own.values())[:at], *theirs.values(), *list(own.values())[at + 1 :]]
        shown = inspect.Signature([one.replace(kind=one.KEYWORD_ONLY) for one in each])
        whole.__signature__ = shown  # type: ignore[attr-defined] # what inspect, and so typer, is told
        whole.__annotations__ = {name: one.annotation for name, one in shown.parameters.items()}
        return whole

    return taken
