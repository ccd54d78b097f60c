"""What one running dashboard knows: its ledger, its configuration, its files. Made once, read everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import HTTPConnection

from franking.settings import Settings
from franking.web.assets import Assets
from franking.web.live import Live
from franking.web.navigation import Entry
from franking.web.readers import Readers

__all__ = ["Site", "site"]


@dataclass(frozen=True, slots=True)
class Site:
    """ledger: the file that is shown; it need not exist yet. readers: how it is asked. navigation: where the header
    leads. token: what a visitor must show, None for nothing. hosts: what a request's Host may be, lower case, with its
    port; None for any.
    """

    ledger: Path
    readers: Readers
    settings: Settings
    assets: Assets
    live: Live
    navigation: Sequence[Entry]
    token: str | None = None
    hosts: frozenset[str] | None = None


def site(request: HTTPConnection) -> Site:
    """The dashboard that serves this request."""
    found: Site = request.app.state.site
    return found
