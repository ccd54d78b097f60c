"""One cell of a file as a value: text, count, money, moment, period. Exact: no number is ever a float. Pure.

A cell is text (CSV), or what JSON has: text, int, Decimal, bool, None. An empty one is None: not known. What does not
fit raises Unfit, whose text says what was expected.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

__all__ = ["Cell", "Unfit", "count", "micros", "milliseconds", "moment", "money", "period", "text", "truth"]

Cell = str | int | Decimal | bool | None


class Unfit(ValueError):  # noqa: N818 - it is the cell's fault
    """The cell is not what the field takes. Its text says what was expected."""


MOST_COUNT = 10**15
MOST_MONEY = 10**17
"""Nano-dollars, $100,000,000: sums of a million of them stay within 64 bits."""

_NANO = {"dollars": 9, "micro-dollars": 3, "nano-dollars": 0}
_MICRO = {"seconds": 6, "milliseconds": 3, "microseconds": 0}
_LONGEST = 4096
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?(?P<zone> ?UTC|Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z|[+-]\d\d(:?\d\d)?)?", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d\d)", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)(?:-01)?", re.ASCII)
_EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)
_TRUE, _FALSE = {"true", "t", "1", "yes"}, {"false", "f", "0", "no"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text(cell: Cell, most: int = _LONGEST) -> str | None:
    """Text as it stands, without what SQLite cannot hold."""
    if cell is None or cell == "":
        return None
    said = cell if isinstance(cell, str) else str(cell)
    if len(said) > most:
        raise Unfit(f"expected at most {most} characters")
    return said.encode("utf-8", "replace").decode()


def count(cell: Cell) -> int | None:
    """A whole number, 0 or more."""
    if isinstance(cell, str) and cell.isascii() and cell.isdigit() and len(cell) <= 15:
        return int(cell)
    number = _number(cell, "a whole number, 0 or more")
    if number is None:
        return None
    if number != number.to_integral_value() or number < 0 or number > MOST_COUNT:
        raise Unfit("expected a whole number, 0 or more")
    return int(number)


def money(cell: Cell, unit: str) -> int | None:
    """Nano-dollars; what is finer is rounded, half to even. unit: dollars, micro-dollars, nano-dollars."""
    if isinstance(cell, str):
        cell = cell.strip().removeprefix("$")
    number = _number(cell, f"an amount of {unit}, such as 0.25")
    if number is None:
        return None
    nano = int(_EXACT.quantize(_EXACT.scaleb(number, _NANO[unit]), Decimal(1)))
    if abs(nano) > MOST_MONEY:
        raise Unfit(f"expected an amount of {unit} below $100,000,000")
    return nano


def milliseconds(cell: Cell) -> int | None:
    """A duration in milliseconds, as microseconds."""
    number = _number(cell, "a number of milliseconds")
    if number is None:
        return None
    if not 0 <= number <= MOST_COUNT:
        raise Unfit("expected a number of milliseconds, 0 or more")
    return int(_EXACT.quantize(_EXACT.scaleb(number, 3), Decimal(1)))


def truth(cell: Cell) -> bool | None:
    """Yes or no."""
    said = "" if cell is None else str(cell).strip().lower()
    if not said:
        return None
    if said not in _TRUE | _FALSE:
        raise Unfit("expected true or false")
    return said in _TRUE


def moment(cell: Cell, unit: str, zone: tzinfo | None) -> int | None:
    """Microseconds since 1970 UTC. unit: iso, or seconds …; zone: of what names none; None: this machine's."""
    if cell is None or cell == "":
        return None
    if unit != "iso":
        number = _number(cell, f"{unit} since 1970, as a number")
        assert number is not None
        found = int(_EXACT.scaleb(number, _MICRO[unit]))
    else:
        said = str(cell).strip()
        if not _ISO.fullmatch(said):
            raise Unfit("expected a time in ISO 8601, such as 2026-11-22T14:05:06Z")
        try:
            point = datetime.fromisoformat(said.removesuffix("UTC").rstrip() + ("Z" if said.endswith("UTC") else ""))
            found = micros(point, zone)
        except (ValueError, OverflowError, OSError):
            raise Unfit("expected a time that there is") from None
    if not 0 <= found < 253_402_300_800_000_000:
        raise Unfit("expected a time between the years 1970 and 9999")
    return found


def period(cell: Cell, length: str, zone: tzinfo | None) -> tuple[int, int] | None:
    """An hour, a day, a week (its first day, or 2026-W47) or a month: its first moment and the first after it."""
    if cell is None or cell == "":
        return None
    said = str(cell).strip()
    if length == "hour":
        begins = moment(cell, "iso", zone) or 0
        if begins % 900_000_000:
            raise Unfit("expected the beginning of an hour, such as 2026-11-22T14:00:00Z")
        return begins, begins + 3_600_000_000
    try:
        if length == "month" and (match := _MONTH.fullmatch(said)):
            year, month = int(match[1]), int(match[2])
            return _days(datetime(year, month, 1), datetime(year + month // 12, month % 12 + 1, 1), zone)  # noqa: DTZ001
        if length == "week" and (match := _WEEK.fullmatch(said)):
            first = datetime.fromisocalendar(int(match[1]), int(match[2]), 1)
            return _days(first, first + timedelta(days=7), zone)
        if length in {"day", "week"} and (match := _DAY.fullmatch(said)):
            first = datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001
            if length == "week" and first.weekday():
                raise Unfit("expected a week's Monday, such as 2026-11-16")
            return _days(first, first + timedelta(days=1 if length == "day" else 7), _named(match["zone"]) or zone)
    except Unfit:
        raise
    except (ValueError, OverflowError, OSError):
        pass
    form = {"day": "2026-11-22", "week": "2026-11-16 or 2026-W47", "month": "2026-11"}[length]
    raise Unfit(f"expected a {length}, such as {form}")


def micros(point: datetime, zone: tzinfo | None) -> int:
    """A moment in microseconds since 1970; one without a zone is of that zone, or of this machine's."""
    if point.tzinfo is None:
        point = point.astimezone() if zone is None else point.replace(tzinfo=zone)
    return (point - _EPOCH) // timedelta(microseconds=1)


def _days(first: datetime, after: datetime, zone: tzinfo | None) -> tuple[int, int]:
    found = micros(first, zone), micros(after, zone)
    if found[0] < 0:
        raise ValueError("before 1970")
    return found


def _named(offset: str | None) -> tzinfo | None:
    if offset is None:
        return None
    return datetime.fromisoformat(f"2026-01-01T00:00{'Z' if 'UTC' in offset else offset}").tzinfo or UTC


def _number(cell: Cell, expected: str) -> Decimal | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        said = cell.strip()
        if "," in said:
            raise Unfit(
                f"expected {expected}, with a decimal point: a comma may be a decimal comma or divide thousands, and is"
                " not guessed at"
            )
        if len(said) > 60 or not _NUMBER.fullmatch(said):
            raise Unfit(f"expected {expected}")
        number = Decimal(said)
        if abs(number.adjusted()) > 40:
            raise Unfit(f"expected {expected}")
        return number
    if isinstance(cell, bool):
        raise Unfit(f"expected {expected}")
    try:
        number = Decimal(cell)
        if not number.is_finite() or abs(number.adjusted()) > 40 or len(number.as_tuple().digits) > 60:
            raise Unfit(f"expected {expected}")
    except InvalidOperation:
        raise Unfit(f"expected {expected}") from None
    return number
