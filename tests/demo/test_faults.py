"""Bending an answer: lengths stay right, encodings decode to what was there."""

import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from franking.demo import faults
from franking.demo.values import Answer

PIECES = (b"data: {}\n\n", b"data: {}\n\n" * 100, b"data: [DONE]\n\n")
WHOLE = Answer(headers=(("Content-Length", "1"),), pieces=PIECES)
DECODERS = {
    "gzip": lambda body: zlib.decompress(body, 31),
    "deflate": zlib.decompress,
    "br": brotli.decompress,
    "zstd": zstd.decompress,
}


@pytest.mark.parametrize("encoding", faults.ENCODINGS)
def test_an_encoding_is_announced_and_decodes(encoding: str) -> None:
    bent = faults.bend(WHOLE, {encoding})
    assert dict(bent.headers) == {"Content-Length": str(len(bent.body)), "Content-Encoding": encoding}
    assert DECODERS[encoding](bent.body) == b"".join(PIECES)
    assert len(bent.pieces) == len(PIECES)


def test_no_words_change_nothing() -> None:
    bent = faults.bend(WHOLE, set())
    assert (bent.pieces, bent.ending) == (PIECES, "end")


@pytest.mark.parametrize("ending", ["close", "reset"])
def test_a_cut_connection_still_promises_the_whole(ending: str) -> None:
    bent = faults.bend(WHOLE, {ending})
    assert (bent.pieces, bent.ending) == (PIECES[:2], ending)
    assert int(dict(bent.headers)["Content-Length"]) > len(bent.body)
    assert faults.bend(Answer(pieces=(b"abcd",)), {ending}).body == b"ab"
