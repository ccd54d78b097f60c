"""The fake gateway's accounts: token counts and cost that follow from the request's body alone.

So the demo shows different figures, and a test works out what a row must hold from the request that it sent.
"""

from dataclasses import dataclass
from decimal import Decimal

import msgspec

__all__ = ["REPLY", "Figures", "dollars", "encode", "figures", "sse"]

REPLY = ("Grüße ", "from the ", "fake gateway", ".")  # not ASCII, so that a cut inside a character can happen
INPUT_PRICE, OUTPUT_PRICE, BYOK_FEE_PERCENT = 2_500, 10_000, 5  # nano-dollars a token

encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True)
class Figures:
    """Tokens, as the ledger counts them (input with its cached parts, output with reasoning); cost in nano-dollars."""

    input: int
    cache_read: int
    cache_write: int
    output: int
    reasoning: int

    @property
    def cost(self) -> int:
        """Nano-dollars, at this gateway's two prices."""
        return self.input * INPUT_PRICE + self.output * OUTPUT_PRICE

    @property
    def fee(self) -> int:
        """Nano-dollars that a BYOK request is charged by the gateway itself."""
        return self.cost * BYOK_FEE_PERCENT // 100


def figures(body: bytes) -> Figures:
    """What a request with this body counts."""
    size = len(body)
    return Figures(1000 + size, 400 + size // 2, 100 + size // 4, 200 + size // 10, 50 + size // 20)


def dollars(nano: int) -> Decimal:
    """Nano-dollars as the dollars that a gateway writes."""
    return Decimal(nano).scaleb(-9).normalize()


def sse(data: object, event: str | None = None) -> bytes:
    """One server-sent event."""
    name = f"event: {event}\n".encode() if event else b""
    return name + b"data: " + (data if isinstance(data, bytes) else encode(data)) + b"\n\n"
