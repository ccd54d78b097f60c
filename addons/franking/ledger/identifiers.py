"""Identifiers of requests: UUID version 7 (RFC 9562), so that their order is the order of time.

The standard library has ``uuid.uuid7`` from Python 3.14 on; this is the same layout for 3.12 and 3.13.
"""

import os
import threading
import time

__all__ = ["uuid7"]

_lock = threading.Lock()
_last = 0


def uuid7() -> str:
    """A new identifier in its 36-character form: 48 bits of milliseconds, 12 of their fraction, 62 of chance.

    Within one process each is greater than the one before, also where the clock stands still or is set back
    (RFC 9562, 6.2, method 3: the fraction of the millisecond goes into ``rand_a``).
    """
    global _last
    # A tick is 1/4096 of a millisecond; the quotient is exact, without floats.
    now = time.time_ns() * 4096 // 1_000_000
    with _lock:
        _last = tick = max(now, _last + 1)
    chance = int.from_bytes(os.urandom(8)) >> 2
    value = (tick >> 12) << 80 | 7 << 76 | (tick & 0xFFF) << 64 | 2 << 62 | chance
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
