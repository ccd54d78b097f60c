"""Header look-ups say what mitmproxy's own say."""

from typing import Any

import pytest
from mitmproxy.http import Headers

from franking.proxy import headers

FIELDS = Headers(
    [(b"Content-Type", b"text/plain"), (b"X-Tag", b"a"), (b"x-tag", b"caf\xe9"), ("x-é".encode(), b""), (b"", b"odd")]
)
MITMPROXYS: Any = {name: vars(kind)[name] for kind in reversed(Headers.__mro__) for name in vars(kind)}


@pytest.mark.parametrize("name", ["content-type", "CONTENT-TYPE", b"Content-Type", "x-tag", "X-É", "x-é", "absent", ""])
def test_every_way_to_ask(name: str | bytes) -> None:
    assert headers.get_all(FIELDS, name) == MITMPROXYS["get_all"](FIELDS, name)
    assert headers.get(FIELDS, name) == MITMPROXYS["get"](FIELDS, name)
    assert headers.get(FIELDS, name, "none") == MITMPROXYS["get"](FIELDS, name, "none")
    assert headers.contains(FIELDS, name) == MITMPROXYS["__contains__"](FIELDS, name)


def test_what_is_no_name_is_not_there() -> None:
    assert not headers.contains(FIELDS, 7)
