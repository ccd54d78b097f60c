"""The encoder: the decoder's counterpart, readable after every piece."""

import pytest

from franking.metering.decoding import Decoder
from franking.metering.encoding import Encoder

NAMES = ["", "identity", "gzip", "X-GZIP", "deflate", "br", "zstd", "gzip, br", "zstd, identity, deflate"]


@pytest.mark.parametrize("name", NAMES)
def test_every_piece_can_be_read_at_once(name: str) -> None:
    encoder, decoder = Encoder(name), Decoder(name)
    for piece in (b"data: a\n\n", b"", b"data: b\n\n" * 9000):
        assert b"".join(decoder.feed(encoder.feed(piece))) == piece
    assert decoder.cut is (name not in ("", "identity"))
    assert b"".join(decoder.feed(encoder.finish())) == b""
    assert (decoder.cut, decoder.fault) == (False, None)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="'compress' is not known"):
        Encoder("gzip, compress")
