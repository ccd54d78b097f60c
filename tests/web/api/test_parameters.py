"""Words of an address: read by the same rule that the document tells."""

from typing import Any

import pytest

from franking.web.api.parameters import Parameter, WrongError, choice, read, text, whole

WORDS: tuple[Parameter, ...] = (
    choice("by", "How.", ("day", "project", "model"), how="commas", most=2, needed=True),
    choice("status", "Which.", ("ok", "blocked"), how="repeated"),
    text("name", "Who.", "[a-z]+", longest=5, then=str.upper, expected="letters"),
    whole("limit", "How many.", 1, 1000, 50),
)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ([], {}),
        ([("by", "model,day")], {"by": ("model", "day")}),
        ([("status", "ok"), ("status", "blocked")], {"status": ("ok", "blocked")}),
        ([("name", "abc")], {"name": "ABC"}),
        ([("limit", "1")], {"limit": 1}),
        ([("limit", "1000")], {"limit": 1000}),
    ],
)
def test_what_is_well_formed_is_read(given: list[tuple[str, str]], values: dict[str, Any]) -> None:
    given = given if ("by" in dict(given)) else [*given, ("by", "day")]
    assert read(WORDS, given) == {"by": ("day",), "status": (), "name": None, "limit": 50} | values


@pytest.mark.parametrize(
    ("given", "parameter", "expected"),
    [
        ([], "by", "it is missing; expected one of day, project, model"),
        ([("by", "")], "by", "one of day, project, model"),
        ([("by", "day,day")], "by", "different values"),
        ([("by", "day"), ("by", "model")], "by", "expected once"),
        ([("by", "day,model,project")], "by", "at most 2 values"),
        ([("by", "Day")], "by", "one of day"),
        ([("by", "day"), ("status", "")], "status", "one of ok, blocked"),
        ([("by", "day"), *[("status", "ok")] * 21], "status", "at most 20 values"),
        ([("by", "day"), ("name", "abc\n")], "name", "expected letters"),
        ([("by", "day"), ("name", "abcdef")], "name", "expected letters"),
        ([("by", "day"), ("name", "a"), ("name", "b")], "name", "expected once"),
        ([("by", "day"), ("limit", "0")], "limit", "a whole number from 1 to 1000"),
        ([("by", "day"), ("limit", "1001")], "limit", "from 1 to 1000"),
        ([("by", "day"), ("limit", "01")], "limit", "from 1 to 1000"),
        ([("by", "day"), ("limit", "\u0665")], "limit", "from 1 to 1000"),
        ([("by", "day"), ("limit", "1e2")], "limit", "from 1 to 1000"),
        ([("by", "day"), ("nope", "1")], "nope", "no such parameter; expected by, status, name, limit"),
    ],
)
def test_what_is_not_is_named_with_what_was_expected(
    given: list[tuple[str, str]], parameter: str, expected: str
) -> None:
    with pytest.raises(WrongError) as caught:
        read(WORDS, given)
    assert caught.value.parameter == parameter
    assert expected in str(caught.value)
