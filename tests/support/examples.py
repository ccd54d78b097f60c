"""How many examples a property test tries: a few, or under FRANKING_LONG=1 (``scripts/test --long``) many."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

__all__ = ["LONG", "MANY", "thorough"]

LONG = os.environ.get("FRANKING_LONG") == "1"

MANY = 8_000
"""Examples of each property in a long run; with ten of them and more it is well above 50,000 in all."""


def thorough(few: int, many: int = MANY) -> Callable[[Any], Any]:
    """A property test of so many examples: the same ones each time, or new ones in a long run.

    A fixture of the test is the same for all examples: each makes its own files anew.
    """
    decorate: Callable[[Any], Any] = settings(
        max_examples=many if LONG else few,
        deadline=None,
        derandomize=not LONG,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    return decorate
