"""A price list newer than the installed package's: fetched when the user says so, kept in a file, read at start.

Nothing here is done by itself: ``frank prices update`` calls ``update``, over genai-prices' own published address.
The file is ``{"package": VERSION, "fetched": DAY, "providers": […]}``. It counts as long as the package it was fetched
beside is the one that is installed; a later package brings its own list, and is as new.
"""

import json
import os
import ssl
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from genai_prices.types import Provider

__all__ = ["PriceUpdateError", "Updated", "load", "update"]

_SECONDS = 20
_MOST_BYTES = 64 * 1024 * 1024


class PriceUpdateError(Exception):
    """The list cannot be fetched. Its text says from where, and why."""


@dataclass(frozen=True, slots=True)
class Updated:
    """A fetched list. fetched: the day, UTC."""

    providers: "dict[str, Provider]"
    fetched: date


def load(file: Path) -> Updated | None:
    """The fetched list; None where there is none, where it cannot be read, or where the package is another by now."""
    import genai_prices

    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["package"] != genai_prices.__version__:
            return None
        return Updated(_providers(kept["providers"]), date.fromisoformat(kept["fetched"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def update(file: Path, proxy: str | None = None, url: str | None = None, ca_file: Path | None = None) -> Updated:
    """Fetch the list and keep it.

    proxy, ca_file: the company's, if any; its roots are trusted beside the usual ones.  url: of the list, the
    publisher's by default.

    Raises PriceUpdateError, and OSError where the file cannot be written.
    """
    import genai_prices
    import httpx2
    from genai_prices.update_prices import DEFAULT_UPDATE_URL

    url = url or DEFAULT_UPDATE_URL
    host = httpx2.URL(url).host
    trusted = _trusted(ca_file)
    try:
        answer = httpx2.get(url, timeout=_SECONDS, proxy=proxy, follow_redirects=True, verify=trusted)
        answer.raise_for_status()
        if len(answer.content) > _MOST_BYTES:
            raise PriceUpdateError(f"{host} answered with more than a price list can be")
        raw = json.loads(answer.content)
        found = Updated(_providers(raw), datetime.now(UTC).date())
    except httpx2.HTTPStatusError as fault:
        raise PriceUpdateError(f"{host} answered with status {fault.response.status_code}") from None
    except httpx2.HTTPError as fault:
        raise PriceUpdateError(f"{host} cannot be reached ({str(fault) or type(fault).__name__})") from None
    except (ValueError, TypeError, AttributeError):
        raise PriceUpdateError(f"{host} answered with something that is no price list") from None
    kept = {"package": genai_prices.__version__, "fetched": found.fetched.isoformat(), "providers": raw}
    scratch = file.with_suffix(".new")
    scratch.write_text(json.dumps(kept, separators=(",", ":")), encoding="utf-8")
    os.replace(scratch, file)  # noqa: PTH105
    return found


def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    """The usual roots, and the file's. Raises PriceUpdateError where they cannot be read."""
    import httpx2

    try:
        trusted = httpx2.create_ssl_context()
        if ca_file is not None:
            trusted.load_verify_locations(ca_file)
    except OSError as fault:
        raise PriceUpdateError(f"the roots to trust cannot be read ({ca_file or 'the usual ones'}: {fault})") from None
    return trusted


def _providers(raw: Any) -> "dict[str, Provider]":
    """By id. Raises ValueError where it is no list of providers (pydantic's faults are such)."""
    from genai_prices.types import _providers_from_raw

    if not isinstance(raw, list) or not raw:
        raise ValueError("no list of providers")
    return {provider.id: provider for provider in _providers_from_raw(raw)}
