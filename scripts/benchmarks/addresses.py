"""The addresses of the dashboard's pages, as a visitor finds them.

Those that the header leads to, one of each kind of thing that they list, and every choice that a page offers
(groupings, metrics and shapes, and any two of them), each over a month and over a year.
"""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from urllib.parse import parse_qsl, urlencode, urlsplit

from benchmarks.generated import END

__all__ = ["addresses"]

_LAST = datetime.fromtimestamp(END / 1e6, UTC).date()
_PERIODS = {"month": _LAST - timedelta(30), "year": _LAST - timedelta(364)}
_CHOICE = re.compile(r'<nav class="choice" aria-label="([^"]*)"[^>]*>(.*?)</nav>', re.DOTALL)
_SELECT = re.compile(r'<select name="(by|then|metric)"[^>]*>(.*?)</select>', re.DOTALL)
_OPTION = re.compile(r'<option value="([^"]+)"')
_LINK = re.compile(r'href="([^"]*)"')
_NOT_A_GROUPING = {"Period", "Whose usage"}
_THINGS = {"/projects": "/projects/", "/sessions": "/sessions/", "/requests": "/requests/"}
"""Pages that list things, and how the addresses of those begin."""

Read = Callable[[str], str]
"""The page at an address."""


def addresses(page: Read) -> Iterator[str]:
    """Every page with every choice that it offers, over each period."""
    head = re.search(r"<nav[^>]*>(.*?)</nav>", page("/"), re.DOTALL)
    assert head is not None
    for path in dict.fromkeys(urlsplit(html.unescape(found)).path for found in _LINK.findall(head[1])):
        yield from _over_periods(page, path)
        if path in _THINGS:
            listed = page(f"{path}?{_period('year')}")
            links = [urlsplit(html.unescape(found)).path for found in _LINK.findall(listed)]
            yield from _over_periods(page, next(link for link in links if link.startswith(_THINGS[path])))


def _over_periods(page: Read, path: str) -> Iterator[str]:
    for period in _PERIODS:
        begun = f"{path}?{_period(period)}"
        yield from dict.fromkeys((begun, *_offered(page(begun), path, begun)))


def _offered(page: str, path: str, begun: str) -> Iterator[str]:
    """Where the page's choices lead: links side by side, and lists to choose from."""
    for label, choice in _CHOICE.findall(page):
        for link in _LINK.findall(choice) if label not in _NOT_A_GROUPING else ():
            address = urlsplit(html.unescape(link))
            if address.path == path:
                yield f"{path}?{urlencode(parse_qsl(address.query, keep_blank_values=True))}"
    offered = {
        word: [html.unescape(value) for value in _OPTION.findall(options)] for word, options in _SELECT.findall(page)
    }
    for word, values in offered.items():
        yield from (f"{begun}&{urlencode({word: value})}" for value in values)
    for (one, those), (other, these) in combinations(offered.items(), 2):
        for value, further in product(those, these):
            if value != further:
                yield f"{begun}&{urlencode({one: value, other: further})}"


def _period(name: str) -> str:
    return urlencode({"since": _PERIODS[name].isoformat(), "until": _LAST.isoformat()})
