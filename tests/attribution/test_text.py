"""Foreign text → text fit to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.text import LIMIT, clean, redact

CASES = [
    ("example-repo", "example-repo"),
    ("  cli \t", "cli"),
    ("a\r\nX-Evil: 1", "aX-Evil: 1"),
    ("\x00\x1b[31mred\x7f", "[31mred"),
    ("zażółć", "zażółć"),
    ("caf\udce9", "café"),
    ("\ud800lone", "lone"),
    ("right\u202eleft", "rightleft"),
    ("\ufeffbom", "bom"),
    ("", ""),
    ("   ", ""),
    ("x" * 10_240, "x" * LIMIT),
]


@pytest.mark.parametrize(("value", "kept"), CASES)
def test_values_are_made_fit_to_keep(value: str, kept: str) -> None:
    assert clean(value) == kept


SECRETS = [
    ("https://me:hunter2@example.com/a/b", "https://example.com/a/b"),
    ("HTTPS://token@example.com/a", "HTTPS://example.com/a"),
    ("ssh://git:hunter2@example.com/a", "ssh://git@example.com/a"),
    ("ssh://git@example.com/a", "ssh://git@example.com/a"),
    ("sk-ant-api03-" + "a1" * 20, "[secret]"),
    ("key=sk-proj-" + "Z9_" * 12 + " rest", "key=[secret] rest"),
    ("ghp_" + "a" * 36, "[secret]"),
    ("Bearer abcdefghijkl", "[secret]"),
    ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0NTY3ODkwIn0.sig", "[secret]"),
    ("sk-learn-experiments-2026", "sk-learn-experiments-2026"),
    ("0198c0de-7ab1-73c1-837e-1fa681f4462b", "0198c0de-7ab1-73c1-837e-1fa681f4462b"),
]


@pytest.mark.parametrize(("value", "kept"), SECRETS)
def test_secrets_are_taken_out(value: str, kept: str) -> None:
    assert redact(value) == kept
    assert clean(value) == kept


@given(st.text(max_size=600) | st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xDCFF)))
def test_whatever_comes_is_bounded_printable_and_utf8(value: str) -> None:
    kept = clean(value)
    assert len(kept) <= LIMIT
    assert kept.isprintable()
    kept.encode()
    assert clean(kept) == kept
