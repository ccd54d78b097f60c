"""Data goes one way: each room imports only what stands before it, and mitmproxy is known to ``proxy`` alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import franking

HOUSE = Path(franking.__file__).parent

ROOMS = {
    "paths": "",
    "words": "",
    "periods": "",
    "roots": "",
    "trust": "roots",
    "settings": "paths",
    "gateways": "paths settings",
    "attribution": "paths settings",
    "stamping": "attribution",
    "metering": "settings",
    "ledger": "attribution metering paths settings",
    "projects": "attribution ledger paths periods",
    "budgets": "ledger metering paths projects settings words",
    "proxy": "attribution budgets gateways ledger metering paths roots settings stamping trust",
    "supervisor": "attribution gateways paths proxy settings",
    "health": "attribution ledger paths proxy settings supervisor words",
    "views": "attribution ledger settings words",
    "reports": "budgets ledger paths periods projects settings views words",
    "web": "attribution budgets health ledger metering paths periods projects reports settings supervisor views words",
    "demo": "proxy",
    "cli": "attribution budgets demo health ledger metering paths periods projects proxy reports settings stamping"
    " supervisor trust views web words",
    "__main__": "cli",
}
"""Room → the rooms that it may import, all of which stand before it here. A module of its own is a room."""


def imported(file: Path) -> Iterator[str]:
    """Every module that is imported anywhere in a file, by its whole name."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{file}: name the whole module"
            assert node.level == 0, f"{file}: name the whole module"
            yield from (f"franking.{each.name}" for each in node.names) if node.module == "franking" else [node.module]


def room(module: str) -> str:
    """``franking.settings_budgets`` stands in the room ``settings``."""
    name = module.split(".")[1]
    return "settings" if name.startswith("settings_") else name


@pytest.fixture(scope="module")
def imports() -> dict[Path, set[str]]:
    """Each file below ``franking``, and what it imports."""
    return {file.relative_to(HOUSE.parent): set(imported(file)) for file in HOUSE.rglob("*.py")}


def test_a_room_imports_only_what_stands_before_it(imports: dict[Path, set[str]]) -> None:
    wrong = [
        f"{file} imports {module}"
        for file, modules in imports.items()
        if file.name != "__init__.py" or len(file.parts) > 2
        for own in [room(".".join(file.with_suffix("").parts))]
        for module in modules
        if module.startswith("franking.") and module != "franking.__version__"
        if room(module) not in {own, *ROOMS[own].split()}
    ]

    assert sorted(wrong) == []


def test_the_rooms_stand_in_an_order() -> None:
    order = list(ROOMS)

    assert [own for own, others in ROOMS.items() if not set(others.split()) <= set(order[: order.index(own)])] == []


def test_the_proxy_alone_knows_mitmproxy(imports: dict[Path, set[str]]) -> None:
    knowing = {
        file.parts[1] for file, modules in imports.items() if any(each.split(".")[0] == "mitmproxy" for each in modules)
    }

    assert knowing == {"proxy"}
