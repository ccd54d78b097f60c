"""Groups: their order, their total, the dearest of them."""

import pytest

from franking.ledger.adding import Key, Sum
from franking.ledger.groups import Group, grouped, merged, ordered, together, total


def group(*key: str | None, cost: int | None = None, requests: int = 1) -> Group:
    return Group(key, requests, cost)


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (("project", "model"), [("b", "m"), ("b", "n"), ("a", "n"), ("a", "m"), (None, "m")]),
        (("day", "model"), [("a", "n"), ("a", "m"), ("b", "m"), ("b", "n")]),
        (("project", "day"), [("b", "m"), ("b", "n"), ("a", "m"), ("a", "n"), (None, "m")]),
    ],
)
def test_time_first_to_last_else_the_dearest_first(by: tuple[str, str], keys: list[Key]) -> None:
    every = [
        group("a", "m"), group("a", "n", cost=5), group("b", "m", cost=4), group("b", "n", cost=3), group(None, "m"),
    ]  # fmt: skip
    some = [one for one in every if one.key in keys]
    assert [one.key for one in ordered(some, by)] == keys


def test_a_total_of_nothing_known_is_not_known() -> None:
    assert total([], 0) == Group(())
    nothing = (1, None, 1, 0, 0, 0, None, None, None, None, None, ())
    told = total([nothing, (2, 7, 0, 0, 0, 0, 5, None, None, None, None, 9)], 2)
    assert (told.requests, told.cost, told.input_tokens, told.output_tokens, told.users) == (3, 7, 5, None, 2)
    assert total([nothing], 0).cost is None


def test_users_are_counted_once() -> None:
    assert together((1, 2, ["a", "b"]), (1, None, ["b", "c"])) == (2, 2, {"a", "b", "c"})
    assert together((1, None, 3), (1, 7, 3)) == (2, 7, 3)
    told = grouped({("a",): (*[1] * 11, ["a", "b"]), ("b",): (*[1] * 11, 7)})
    assert told == [Group._make((("a",), *[1] * 11, 2)), Group._make((("b",), *[1] * 11, 7))]
    assert all(type(one) is Group for one in told)


def test_what_nobody_is_known_for_is_no_other() -> None:
    groups: dict[Key, Sum] = {
        ("a",): (1, 5, ["x"]),
        ("b",): (1, 9, ["x"]),
        (None,): (1, 1, []),
        ("c",): (1, 2, ["y"]),
    }
    found = merged(groups, ("project",), 1)
    assert [key for key in found if key != ("b",) and key != (None,)] == [("(other)",)]
    assert found["(other)",] == (2, 7, {"x", "y"})
