"""Checks of what was recorded: the ledger's integrity, rows waiting, attribution, prices, clients that refused."""

import importlib.metadata
import json
import sqlite3
import time
from collections import Counter
from datetime import date

from franking import paths
from franking.attribution import provenance
from franking.health.values import Finding
from franking.ledger import coverage, reader, rollups, unread
from franking.ledger.filters import Filters
from franking.ledger.schema import VERSION
from franking.words import plural

__all__ = [
    "attribution",
    "budgets",
    "callers",
    "integrity",
    "priced",
    "prices",
    "refusals",
    "rejections",
    "totals",
    "waiting",
]

_WEEK = 7 * 86_400 * 1_000_000
_SECONDS = 5
_DAY = 86_400 * 1_000_000
_PROVEN_WHOLE = 500_000
"""Requests whose totals are added up again in about a second."""

_STALE_DAYS = 60
_GOAL = 80
"""Percent of requests that are to be attributed."""


def _lately() -> Filters:
    return Filters(since=time.time_ns() // 1000 - _WEEK)


def integrity() -> Finding:
    """SQLite's own quick check, for some seconds at most, and how many requests there are."""
    file = paths.ledger_file()
    try:
        with reader.opened(file) as ledger:
            if (version := ledger.execute("PRAGMA user_version").fetchone()[0]) != VERSION:
                return _of_another_version(f"{file} is of version {version}, this franking's are of {VERSION}", version)
            deadline = time.monotonic() + _SECONDS
            ledger.set_progress_handler(lambda: int(time.monotonic() > deadline), 100_000)
            try:
                told = ledger.execute("PRAGMA quick_check(1)").fetchone()[0]
            except sqlite3.OperationalError as fault:
                if "interrupted" not in str(fault):
                    raise
                return Finding("ledger", "ok", f"{file}; too large to check whole in {_SECONDS} s, no damage so far")
            ledger.set_progress_handler(None, 0)
            if told != "ok":
                return Finding("ledger", "fail", f"{file} is damaged: {told}", "frank stop, and restore a backup")
            requests = ledger.execute("SELECT COUNT(*) FROM entries").fetchone()[0]
    except reader.LedgerMissingError:
        return Finding("ledger", "ok", f"{file} is not there yet; the first request makes it")
    except reader.LedgerBrokenError as fault:
        return Finding("ledger", "fail", str(fault), "frank stop, move the file away, and restore a backup")
    return Finding("ledger", "ok", f"{file}, sound, {plural(requests, 'request')}")


def _of_another_version(says: str, version: int) -> Finding:
    if version < VERSION:
        return Finding("ledger", "warn", says, "frank start brings it here, a copy first")
    return Finding("ledger", "fail", says, "a newer franking wrote it: update this one")


def totals(ledger: sqlite3.Connection) -> Finding:
    """Whether the roll-ups that the views add up equal the rows: of all time where there are few, else of 90 days."""
    requests = ledger.execute("SELECT COALESCE(SUM(requests), 0) FROM spans").fetchone()[0]
    whole = requests <= _PROVEN_WHOLE
    since = None if whole else (time.time_ns() // 1000 - 90 * _DAY) // _DAY * _DAY
    try:
        apart = rollups.differences(ledger, since)
    except rollups.BeyondError as fault:
        todo = "frank explain with its id says where it came from; figures of its days are rounded until it is pruned"
        return Finding("totals", "fail", f"they cannot be proved: {fault}", todo)
    if apart:
        says = f"{apart:,} of the ledger's totals differ from its requests"
        return Finding("totals", "fail", says, "frank doctor --repair makes them anew")
    return Finding("totals", "ok", "equal to the requests" + ("" if whole else " of the past 90 days"))


def waiting() -> Finding:
    """What the proxy has not yet been able to write."""
    from franking.supervisor.state import read_health, read_state

    numbers, running = read_health(), read_state() is not None
    lost, held = (said if isinstance(said := numbers.get(name), int) else 0 for name in ("lost", "waiting"))
    error = numbers.get("last_error")
    if lost:
        gone = f"{plural(lost, 'row')} {'was' if lost == 1 else 'were'} lost in the past 30 days"
        says = f"{gone}, while neither ledger nor journal took any; now: {error or 'well'}"
        return Finding("rows waiting", "fail", says, "see the log; make room, or mend the disk")
    if not running or not numbers:
        return Finding("rows waiting", "ok", "no sidecar runs; what waits is written at its next start")
    if error:
        says = f"{plural(held, 'row')} {'waits' if held == 1 else 'wait'}; the last error: {error}"
        return Finding("rows waiting", "warn", says, "mend that; what waits comes in by itself, once")
    return Finding("rows waiting", "ok", f"{held}")


def budgets() -> Finding:
    """Whether the running proxy can check hard budgets."""
    from franking.supervisor.state import read_health, read_state

    numbers = read_health() if read_state() is not None else {}
    if fault := numbers.get("budgets_fault"):
        says = f"hard budgets cannot be checked, and requests pass: {fault}"
        return Finding("budgets", "fail", says, "see the log; the ledger must be readable")
    blocked = numbers.get("blocked") or 0
    return Finding("budgets", "ok", f"{blocked:,} requests refused since the proxy started" if blocked else "checked")


def attribution(ledger: sqlite3.Connection) -> Finding:
    """How many of the past week's requests are attributed, and found without help."""
    share = coverage.share(ledger, _lately())
    if not share.requests:
        return Finding("attribution", "ok", "no requests in the past week")
    # What was filled in later is no proof that the set-up works.
    attributed = share.at_once * 100 // share.requests
    says = (
        f"of {plural(share.requests, 'request')} in the past week {attributed}% have project and feature"
        f" (project {share.project * 100 // share.requests}%, feature {share.feature * 100 // share.requests}%)"
    )
    if share.at_once:
        says += f"; {share.unaided * 100 // share.at_once}% of those were found without help"
    if attributed < _GOAL:
        return Finding("attribution", "warn", says, "frank features, and frank explain last, show what is missing")
    return Finding("attribution", "ok", says)


def callers(ledger: sqlite3.Connection) -> Finding:
    """Callers that could not be found or read in the past week, and what was in the way."""
    found = unread.unread(ledger, _lately())
    if not found.unread:
        return Finding("callers", "ok", "every caller of the past week was found")
    faults = Counter(fault.what for text in found.provenance for fault in provenance.decode(text).faults)
    why = "; ".join(f"{what} ({number})" for what, number in faults.most_common(3)) or "why is not known"
    says = f"{found.unread:,} of {found.requests:,} requests came from callers that could not be found: {why}"
    todo = "name the project in their proxy URL (http://PROJECT:FEATURE@…), or by frank start --project-dir DIR"
    return Finding("callers", "warn", says, todo)


def rejections(ledger: sqlite3.Connection) -> Finding:
    """Feature values that the allow-list does not hold."""
    found = coverage.rejected(ledger, _lately(), 3)
    if not found:
        return Finding("rejected values", "ok", "none in the past week")
    said = ", ".join(f"{entry.value!r} ({entry.requests:,})" for entry in found)
    todo = "correct the client, or add the value to features.allowed"
    return Finding("rejected values", "warn", f"features outside the allow-list: {said}", todo)


def priced(ledger: sqlite3.Connection) -> Finding:
    """How many requests that ended well have no cost."""
    share = coverage.share(ledger, _lately())
    if not share.unpriced:
        return Finding("unpriced", "ok", "none in the past week")
    says = f"{share.unpriced:,} of {share.ended_well:,} requests that ended well have no cost"
    return Finding("unpriced", "warn", says, "frank costs --by model shows which; prices.file may name their prices")


def prices() -> Finding:
    """The price table's version and age."""
    from genai_prices.data import providers
    from genai_prices.types import StartDateConstraint

    today = date.today()  # noqa: DTZ011 (days are enough)
    begun = [
        price.constraint.start_date
        for provider in providers
        for model in provider.models
        if isinstance(model.prices, list)
        for price in model.prices
        if isinstance(price.constraint, StartDateConstraint)
    ]
    version = f"genai-prices {importlib.metadata.version('genai-prices')}"
    newest = max((day for day in begun if day <= today), default=None)
    if newest is None:
        return Finding("prices", "ok", version)
    age = (today - newest).days
    says = f"{version}, whose newest price is of {newest:%d %b %Y}, {age} days ago"
    if age > _STALE_DAYS:
        return Finding("prices", "warn", says, "update franking, or genai-prices in its environment")
    return Finding("prices", "ok", says)


def refusals() -> Finding:
    """Clients that closed the connection because they do not trust the authority, as the proxy noted them."""
    try:
        noted = json.loads((paths.home() / "refused.json").read_text(encoding="utf-8"))
        since = time.time_ns() // 1000 - _WEEK
        found = {f"{entry['client']} (to {entry['host']})" for entry in noted if int(entry["when"]) >= since}
    except (OSError, ValueError, TypeError, KeyError):
        found = set()
    if not found:
        return Finding("refusing clients", "ok", "none in the past week")
    todo = "start them by frank run -- COMMAND, or set what frank env prints for them"
    return Finding("refusing clients", "warn", f"did not trust the authority: {', '.join(sorted(found))}", todo)
