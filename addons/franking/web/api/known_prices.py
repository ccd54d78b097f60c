"""The price list as this process knows it: read once, and again when one of its files has changed (reading takes most
of a second).
"""

import functools
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from franking import paths
from franking.metering.price_table import About
from franking.metering.pricing import Pricer

__all__ = ["PriceList", "about", "age", "price_list", "pricer"]

Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day.")]


class PriceList(Struct, kw_only=True, forbid_unknown_fields=True):
    """The price list. fetched: when a newer one than the package's was; newest: the day its newest price holds from."""

    package: str
    version: str
    fetched: Day | None
    newest: Day | None
    age_days: Annotated[int | None, Meta(description="Days since it was fetched, else since its newest price.")]
    models: int


def pricer(own: Path | None) -> Pricer:
    """What prices requests. own: the user's prices file. Raises SettingsError where that cannot be used."""
    return _pricer(own, _changed(own), _changed(paths.prices_file()))


def about() -> About:
    """What list it is."""
    return _about(_changed(paths.prices_file()))


def age(about: About) -> int | None:
    """Days since it was fetched, else since its newest price."""
    known = about.fetched or about.newest
    return None if known is None else max(0, (datetime.now(UTC).date() - known).days)


def price_list() -> PriceList:
    """The same, as an answer says it."""
    told = about()
    return PriceList(
        package="genai-prices",
        version=told.version,
        fetched=_day(told.fetched),
        newest=_day(told.newest),
        age_days=age(told),
        models=told.models,
    )


@functools.lru_cache(maxsize=2)
def _pricer(own: Path | None, _: int, __: int) -> Pricer:
    made = Pricer(own, paths.prices_file())
    made.warm()
    return made


@functools.lru_cache(maxsize=1)
def _about(_: int) -> About:
    return pricer(None).table.about()


def _changed(file: Path | None) -> int:
    try:
        return file.stat().st_mtime_ns if file else 0
    except OSError:
        return 0


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
