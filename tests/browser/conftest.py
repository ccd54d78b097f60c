"""A browser for a file of tests, a visitor for each, and a small home."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from support.browser import Visit, launched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """``visit(address, width=…, color_scheme="dark")``; at the end nothing may have gone wrong on any page."""
    visitor = Visit(browser)
    yield visitor
    visitor.close()
    assert visitor.faults == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for this file's ledgers."""
    return tmp_path_factory.mktemp("dashboards")
