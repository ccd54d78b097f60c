"""A real browser for tests: the distribution's Chromium through Playwright, and what every page is checked for."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from support import node

__all__ = ["LOOKS", "Visit", "chromium", "faults_of", "faults_of_looks", "launched", "width_of"]

_SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")
LOOKS: list[tuple[int, Literal["light", "dark"]]] = (
    [(width, scheme) for width in (360, 768, 1280, 1920) for scheme in _SCHEMES]
    if os.environ.get("FRANKING_LONG")
    else [(360, "light"), (1280, "dark")]
)
"""Widths and colours that each page is looked at in; all of them in the long run."""

ENDS = ("ERR_CONNECTION_RESET", "ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED_ENCODING")
"""What the browser says of a page that is open when its test, and so its server, ends."""

_OFF_THE_MACHINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
"""No other host has an address. Not by routes: with them a page's files are never taken from the browser's cache."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Where it is; skips the test, saying what to do, where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    pytest.skip("no Chromium here; scripts/browser installs it")


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser for one file of tests. No longer: while it lives no test of this process may use asyncio."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", _OFF_THE_MACHINE])
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """Opens pages, and keeps what must not happen on them: errors in the console, requests off this machine."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: list[Page] = []
        self.faults: list[str] = []

    def __call__(
        self, address: str, width: int = 1280, height: int = 900, *, script: bool = True, **context: Any
    ) -> Page:
        """A new visitor's page, loaded and live where it is a live one. script: False for a browser without any."""
        held = self._browser.new_context(
            viewport={"width": width, "height": height},
            timezone_id=context.pop("timezone_id", "UTC"),
            java_script_enabled=script,
            **context,
        )
        page = held.new_page()
        self._pages.append(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        held.on("request", self._seen)
        page.goto(address)
        if script and page.locator("main[data-live]").count():
            page.wait_for_selector("#live[data-state=on]")
        return page

    def expected(self, status: str) -> None:
        """A page was answered with this status, as it should be; the browser tells of it, with a script or without."""
        self.faults = [fault for fault in self.faults if f"responded with a status of {status}" not in fault]

    def close(self) -> None:
        """Every page and its cookies."""
        for page in self._pages:
            page.context.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(end in message.text for end in ENDS):
            self.faults.append(f"console {message.type}: {message.text}")

    def _seen(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", "localhost", None}:
            self.faults.append(f"a request off the machine: {request.url}")


def width_of(page: Page) -> int:
    """How wide the page is, once it has been laid out anew."""
    laid_out = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    page.evaluate(f"() => {laid_out}")
    return int(page.evaluate("document.documentElement.scrollWidth"))


def faults_of_looks(page: Page) -> list[str]:
    """What is wrong with a page in any of LOOKS: wider than the window, or what axe-core finds."""
    found = []
    for width, scheme in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        wide = width_of(page)
        found += [f"{wide} px wide in {width}"] if wide > width else []
        found += [f"{width} px, {scheme}: {fault}" for fault in faults_of(page)]
    return found


def faults_of(page: Page) -> list[str]:
    """What axe-core (every rule of WCAG 2.2 A and AA, and its best practices) finds on the page as it is now."""
    node.install()
    source = (node.FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {rule['help']}: {part['html'][:160]} ({part['failureSummary']})"
        for rule in found["violations"]
        for part in rule["nodes"]
    ]
