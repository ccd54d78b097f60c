"""What a wire format is to the tap: which parts of an answer matter, and how to read them. Pure, and nothing raises."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from franking.metering.parts import Parts
from franking.metering.values import Usage

__all__ = ["Format", "Reader", "Test", "says"]

type Reader = Callable[[Usage, Parts], Usage]
"""What is known, and one message's raw top-level values → what is known then."""


type Test = Callable[[bytes], bool]
"""A quick look at an event's raw JSON. Most events carry nothing to keep, and shall cost next to nothing."""


def says(data: bytes, key: bytes) -> bool:
    """Whether a key (with its quotes) stands in the JSON with a value that is not null.

    A key's name within a text does not count: there its quotes are escaped.
    """
    at = data.find(key)
    while at >= 0:
        at += len(key)
        if data[at : at + 16].lstrip(b" \t\r\n:")[:1] != b"n":
            return True
        at = data.find(key, at)
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """One wire format.

    read: reads an event's JSON, or a whole body's.
    worth: whether an event is read at once; the others change nothing that is kept.
    latest: whether an event is one of those of which only the last counts, so that it is read at the end.
    keys: a JSON body's top-level keys that ``read`` looks at, each with the longest value that is kept, in bytes.
    done: the data of the event that ends a stream, None where the last message itself says so.
    """

    read: Reader
    worth: Test
    keys: Mapping[str, int]
    latest: Test | None = None
    done: bytes | None = None
