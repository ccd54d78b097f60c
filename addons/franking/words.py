"""Values in words: money, counts, times; and text from the wire made safe to show. Pure, standard library only.

Money is integer nano-dollars (10^-9 USD), times are integer microseconds since 1970 UTC, None is "not known".
"""

import unicodedata
from datetime import UTC, datetime, tzinfo

__all__ = [
    "NOBODY",
    "UNKNOWN",
    "clean",
    "count",
    "dollars",
    "duration",
    "harmless",
    "iso",
    "local",
    "money",
    "percent",
    "plural",
    "short",
]

UNKNOWN = "-"

NOBODY = {
    "project": "(unattributed)",
    "feature": "(unattributed)",
    "user": "(unattributed)",
    "organization": "(unattributed)",
    "model": "(not known)",
    "client": "(not known)",
    "gateway": "(not known)",
    "branch": "(no branch)",
    "repository": "(no remote)",
    "session": "(no session)",
}
"""What a row is called whose value is NULL."""

_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidirectional and invisible marks, lone surrogates, line breaks


def clean(text: str) -> str:
    """Text that came from outside, with what could steer a terminal or hide in a page written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(letter) if unicodedata.category(letter) in _UNSAFE else letter for letter in text)


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape").decode() if letter != "\\" else letter


def harmless(text: str | None) -> str:
    """Text for a cell of CSV: what a spreadsheet would take for a formula gets an apostrophe before it."""
    cleaned = clean(text or "")
    return f"'{cleaned}" if cleaned.startswith(("=", "+", "-", "@")) else cleaned


def money(nano: int | None) -> str:
    """Dollars with the precision that they need: ``$1,234.56``, ``$0.42``, ``$0.000042`` (two significant digits)."""
    if nano is None:
        return UNKNOWN
    sign, size = "-" if nano < 0 else "", abs(nano)
    decimals = 2
    if 0 < size < 10**9:
        decimals = min(9, max(2, 11 - len(str(size))))
    units = _rounded(size, decimals)
    if decimals > 2 and units == 100:  # 0.0999 rounds up to one digit more
        decimals, units = decimals - 1, 10
    whole, part = divmod(units, 10**decimals)
    return f"{sign}${whole:,}.{part:0{decimals}d}"


def _rounded(size: int, decimals: int) -> int:
    step = int(10 ** (9 - decimals))
    return (size + step // 2) // step


def dollars(nano: int | None) -> str | None:
    """Dollars for programs: an exact decimal string with nine places, ``"0.001234567"``; None stays None."""
    if nano is None:
        return None
    whole, part = divmod(abs(nano), 10**9)
    return f"{'-' if nano < 0 else ''}{whole}.{part:09d}"


def count(number: int | None) -> str:
    """All its digits: ``12,345``."""
    return UNKNOWN if number is None else f"{number:,}"


def short(number: int | None) -> str:
    """Three digits or so: ``950``, ``12.3k``, ``4.5M``."""
    if number is None:
        return UNKNOWN
    for size, letter in ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            tenths = number * 10 // size
            return f"{tenths // 10}{letter}" if tenths >= 1000 else f"{tenths // 10}.{tenths % 10}{letter}"
    return str(number)


def percent(part: int, whole: int) -> str:
    """A share: ``42%``; ``<1%`` and ``>99%`` where rounding would tell a lie."""
    if whole <= 0:
        return UNKNOWN
    rounded = (part * 200 + whole) // (whole * 2)
    if part > 0 and rounded == 0:
        return "<1%"
    if part < whole and rounded == 100:
        return ">99%"
    return f"{rounded}%"


def plural(number: int, noun: str) -> str:
    """``1 request``, ``2 requests``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(micros: int | None) -> str:
    """How long: ``420ms``, ``3.2s``, ``2m05s``, ``1h02m``."""
    if micros is None or micros < 0:
        return UNKNOWN
    if micros < 1_000_000:
        return f"{micros // 1000}ms"
    seconds = micros // 1_000_000
    if seconds < 60:
        return f"{seconds}.{micros % 1_000_000 // 100_000}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02d}s"
    return f"{seconds // 3600}h{seconds % 3600 // 60:02d}m"


def iso(micros: int | None) -> str | None:
    """ISO 8601, UTC, to the microsecond: ``2026-11-22T14:05:06.000007Z``."""
    if micros is None:
        return None
    moment = datetime.fromtimestamp(micros // 1_000_000, UTC).replace(microsecond=micros % 1_000_000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def local(micros: int | None, zone: tzinfo | None = None, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Local time for people; a zone of None is the machine's own."""
    return UNKNOWN if micros is None else datetime.fromtimestamp(micros // 1_000_000, zone).strftime(form)
