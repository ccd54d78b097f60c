"""The pages, one module each: ``ROUTES`` (what it answers) and, if the header leads to it, ``ENTRY``.

A module's view-model is a pure function of the ledger and what was asked, and gives a frozen dataclass; its endpoint
only asks and shows.
"""

import importlib
import pkgutil
from types import ModuleType

__all__ = ["found"]


def found() -> list[ModuleType]:
    """Every page's module, by name; those with a leading underscore are parts of others."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return [module for module in modules if hasattr(module, "ROUTES")]
