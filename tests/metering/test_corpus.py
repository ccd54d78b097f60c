"""Every answer of the corpus: its usage, its cost; cut anywhere, in any encoding, the same."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.metering.pricing import Pricer
from support.corpus import ENCODINGS, WHEN, Case, cases, read
from support.examples import thorough

CASES = cases()
PRICER = Pricer()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_usage(case: Case) -> None:
    assert read(case, [case.body]) == case.usage


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cost(case: Case) -> None:
    cost = PRICER.price(case.usage, case.asked, case.gateway, case.wire_format, WHEN)
    assert replace(cost, price=None) == case.cost
    assert (cost.price is None) == (cost.estimated_cost is None)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_byte_by_byte(case: Case, encoding: str) -> None:
    name, encode = ENCODINGS[encoding]
    body = encode(case.body)
    assert read(case, [body[i : i + 1] for i in range(len(body))], name) == case.usage


@thorough(300)
@given(
    case=st.sampled_from(CASES),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    cuts=st.lists(st.floats(0, 1, exclude_max=True), max_size=12),
)
def test_cut_anywhere(case: Case, encoding: str, cuts: list[float]) -> None:
    name, encode = ENCODINGS[encoding]
    body = encode(case.body)
    at = [0, *sorted(int(cut * len(body)) for cut in cuts), len(body)]
    pieces = [body[start:end] for start, end in itertools.pairwise(at)]
    assert b"".join(pieces) == body
    assert read(case, pieces, name) == case.usage


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.content_type.startswith("text/event")], ids=lambda c: c.name
)
def test_line_endings(case: Case, ending: bytes) -> None:
    body = b"\xef\xbb\xbf: a comment\n\n" + case.body.replace(b"\r\n", b"\n").replace(b"data: ", b"data:")
    body = body.replace(b"\n", ending)
    assert read(case, [body]) == case.usage
    assert read(case, [body[i : i + 7] for i in range(0, len(body), 7)]) == case.usage
