"""A fuzz target for decoder, splitter, scanner, parsers: no exception, whatever the bytes; cut or whole, the same.

With atheris (`pip install atheris`), guided by coverage: ``python tests/metering/fuzz.py tests/metering/corpus``.
Without it, mutations of the corpus for a number of seconds: ``python tests/metering/fuzz.py --seconds 60 [--seed N]``.
A failure prints the input as a literal that ``one_input`` takes.
"""

import argparse
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "addons"))

from franking.metering.formats import PARSERS
from franking.metering.request_tap import RequestTap
from franking.metering.socket_tap import SocketTap
from franking.metering.tap import ResponseTap
from franking.metering.usage_removal import UsageRemoval
from franking.metering.usage_request import asking
from franking.metering.values import Asked, Usage
from support.corpus import ENCODINGS, cases

FORMATS = [*PARSERS, "other"]
TYPES = ["", "text/event-stream", "application/json", "text/html"]
CODINGS = ["", "", "", "gzip", "br", "zstd", "deflate", "gzip, br"]


def one_input(data: bytes) -> None:
    """The first bytes choose how the rest is read."""
    if len(data) < 4:
        return
    wire_format, body = FORMATS[data[0] % len(FORMATS)], data[4:]
    status = (None, 200, 429)[data[1] % 3]
    content_type, coding = TYPES[data[2] % len(TYPES)], CODINGS[data[3] % len(CODINGS)]
    step = 1 + data[1] % 64
    found = []
    for size in (max(len(body), 1), step):
        tap = ResponseTap(wire_format, status, content_type, coding)
        for start in range(0, len(body), size):
            tap.feed(body[start : start + size])
        found.append(tap.finish(True))
        assert isinstance(found[-1], Usage)
    whole, cut = found
    assert whole.unparsed or cut == whole, "cut and whole differ"
    asked = []
    for size in (max(len(body), 1), step):
        request = RequestTap(wire_format, "/v1beta/models/m:streamGenerateContent", coding, 100, None)
        for start in range(0, len(body), size):
            request.feed(body[start : start + size])
        asked.append(request.finish())
        assert isinstance(asked[-1], Asked)
    assert asked[0].unparsed or asked[1] == asked[0], "cut and whole request differ"
    removal = UsageRemoval(coding)
    passed = b"".join(removal.feed(body[start : start + step]) for start in range(0, len(body), step))
    passed += removal.finish()
    assert coding or b"usage" in body or passed == body, "a stream without usage was changed"
    asking(body, coding)
    socket = SocketTap(100)
    for message in body.split(b"\n"):
        socket.client(message)
        socket.server(message)
    socket.finish()


def mutated(dice: random.Random, body: bytes, others: list[bytes]) -> bytes:
    """A few changes: bytes replaced, parts dropped, doubled, or taken from another answer."""
    data = bytearray(body)
    for _ in range(dice.randrange(6)):
        at, length = dice.randrange(len(data) + 1), dice.choice([1, 1, 2, 8, 64])
        match dice.randrange(5):
            case 0:
                data[at : at + length] = dice.randbytes(length)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                other = dice.choice(others)
                start = dice.randrange(len(other))
                data[at:at] = other[start : start + length]
            case 4:
                data[at:at] = dice.choice(
                    [b"\\", b'"', b'\\\\"', b"{", b"}", b"[", b"]", b"\r", b"\n\n", b"null", b"1e999"]
                )
    return bytes(data)


def run(seconds: float, seed: int) -> int:
    """How many inputs were tried."""
    dice = random.Random(seed)
    bodies = [case.body for case in cases()]
    encodings = [encode for name, encode in ENCODINGS.values() if name in ("gzip", "br", "zstd", "deflate", "gzip, br")]
    until, tried = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        body = mutated(dice, dice.choice(bodies), bodies)
        if dice.random() < 0.2:
            body = mutated(dice, dice.choice(encodings)(body), bodies)
        data = dice.randbytes(4) + body
        try:
            one_input(data)
        except BaseException:
            print(f"failed after {tried} inputs of seed {seed} with:\n{data!r}", file=sys.stderr)
            raise
        tried += 1
    return tried


def main() -> None:
    try:
        import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--seconds", type=float, default=10)
        parser.add_argument("--seed", type=int, default=time.time_ns() % 10**9)
        chosen = parser.parse_args()
        print(f"{run(chosen.seconds, chosen.seed)} inputs of seed {chosen.seed}, no failure")
    else:
        atheris.instrument_all()
        atheris.Setup(sys.argv, one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
