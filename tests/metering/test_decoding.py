"""The decoder: every encoding, cut anywhere, bounded, and no exception for anything."""

import gzip
import os
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from franking.metering.decoding import PIECE, Decoder
from support.corpus import ENCODINGS

BODY = b"".join(b"event %d \xe2\x82\xac\n" % number for number in range(8_000)) + os.urandom(150_000)


@pytest.mark.parametrize("step", [1400, 65536, 10**9])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_decodes(encoding: str, step: int) -> None:
    name, encode = ENCODINGS[encoding]
    data = encode(BODY)
    decoder = Decoder(name)
    pieces = [piece for i in range(0, len(data), step) for piece in decoder.feed(data[i : i + step])]
    assert b"".join(pieces) == BODY
    assert decoder.fault is None
    assert max(map(len, pieces)) <= PIECE


def test_a_flushed_event_is_there_at_once() -> None:
    squeeze = zlib.compressobj(wbits=31)
    decoder = Decoder("gzip")
    for event in (b"data: a\n\n", b"data: b\n\n"):
        assert b"".join(decoder.feed(squeeze.compress(event) + squeeze.flush(zlib.Z_SYNC_FLUSH))) == event


@pytest.mark.parametrize("size", [9_000, 40_000, 81_000, 300_000])
def test_what_expands_a_thousandfold_is_there_at_once(size: int) -> None:
    """brotli's library hands it out bit by bit, each short of the bound."""
    press, decoder = brotli.Compressor(quality=5), Decoder("br")
    event = b"data: b\n\n" * (size // 9)
    assert b"".join(decoder.feed(press.process(event) + press.flush())) == event


@pytest.mark.parametrize(
    ("encoding", "data", "read"),
    [
        ("gzip", b"no gzip at all", b""),
        ("br", b"\xff\xff\xff\xff\xff\xff", b""),
        ("zstd", b"no zstd at all", b""),
        ("deflate", b"\x78\x9c\xff\xff\xff\xff", b""),
        ("gzip", gzip.compress(b"whole", mtime=0) + b"garbage behind", b"whole"),
        ("compress", b"anything", b""),
        ("gzip, gzip, gzip, gzip, gzip", b"anything", b""),
    ],
)
def test_what_cannot_be_decoded_is_a_fault(encoding: str, data: bytes, read: bytes) -> None:
    decoder = Decoder(encoding)
    assert b"".join(decoder.feed(data)) == read
    assert decoder.fault
    assert list(decoder.feed(b"more")) == []


def test_padding_behind_gzip_is_no_fault() -> None:
    decoder = Decoder("gzip")
    assert b"".join(decoder.feed(gzip.compress(b"whole", mtime=0) + b"\0" * 100)) == b"whole"
    assert decoder.fault is None


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "gzip, gzip"])
def test_a_bomb_is_given_up(encoding: str) -> None:
    zeros = bytes(1 << 20)
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(zeros) for _ in range(120)) + squeeze.flush()
    if encoding == "gzip, gzip":
        bomb = gzip.compress(bomb, mtime=0)
    elif encoding != "gzip":
        plain = zeros * 120
        bomb = brotli.compress(plain, quality=0) if encoding == "br" else bytes(zstd.compress(plain))
    decoder = Decoder(encoding)
    size = longest = 0
    for piece in decoder.feed(bomb):
        size += len(piece)
        longest = max(longest, len(piece))
    assert decoder.fault == "the body expands beyond measure"
    assert longest <= PIECE
    assert size < 110 << 20
