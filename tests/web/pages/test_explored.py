"""Figures, ranks, the top ones and "(other)": pure, by tables."""

import pytest

from franking.ledger.groups import OTHER, Costs, Group
from franking.web.pages._explored import METRICS, Line, lines, ranked, summed

A = Group(("a",), requests=4, cost=400, unpriced=1, errors=1, input_tokens=10, output_tokens=None, users=3)
B = Group(("b",), requests=9, cost=None, unpriced=9, users=1)
C = Group(("c",), requests=1, cost=90, input_tokens=1, output_tokens=2, users=2)
NOBODY = Group((None,), requests=2, cost=300, users=0)
ONE = Costs(("project",), (A, NOBODY, C, B), summed((), (A, B, C, NOBODY)))


@pytest.mark.parametrize(
    ("metric", "a", "b"),
    [
        ("cost", 400, None), ("requests", 4, 9), ("average", 133, None), ("tokens", 10, None),
        ("input_tokens", 10, None), ("output_tokens", None, None), ("users", 3, 1), ("errors", 1, 0),
        ("unpriced", 1, 9),
    ],
)  # fmt: skip
def test_figures(metric: str, a: int | None, b: int | None) -> None:
    assert (METRICS[metric].of(A), METRICS[metric].of(B)) == (a, b)


def test_several_as_one() -> None:
    both = summed(("x",), (A, C))
    assert (both.key, both.requests, both.cost, both.input_tokens, both.output_tokens) == (("x",), 5, 490, 11, 2)
    assert summed((), (B,)).cost is None


@pytest.mark.parametrize(
    ("metric", "order"), [("cost", ["a", None, "c", "b"]), ("requests", ["b", "a", None, "c"]), ("users", list("acb"))]
)
def test_ranks_by_the_figure_asked_for(metric: str, order: list[str | None]) -> None:
    found = ranked(ONE, 0, METRICS[metric])
    assert found[: len(order)] == order


def test_beyond_the_top_is_other_and_what_is_unattributed_stays() -> None:
    found = lines(ONE, METRICS["cost"], 1)
    assert [(line.group.key[0], line.group.cost, line.mixed) for line in found] == [
        ("a", 400, False), (None, 300, False), (OTHER, 90, True),
    ]  # fmt: skip
    assert found[-1].group.other
    assert found[-1].value(METRICS["users"]) is None
    assert found[-1].value(METRICS["requests"]) == 10


def test_a_name_like_other_is_no_other() -> None:
    named = Costs(("project",), (Group(("(other)",), requests=1, cost=1),), Group(()))
    assert [line.group.other for line in lines(named, METRICS["cost"], 5)] == [False]


def test_groups_within_groups() -> None:
    groups = tuple(
        Group((project, model), requests=1, cost=cost, users=1)
        for project, model, cost in (("a", "m", 1), ("a", "n", 5), ("b", "m", 9), ("c", "m", 2), ("d", "m", 3))
    )
    found = lines(Costs(("project", "model"), groups, Group(())), METRICS["cost"], 2)
    assert [(line.group.key, line.group.cost) for line in found] == [
        (("b", "m"), 9), (("a", "n"), 5), (("a", "m"), 1), ((OTHER, "m"), 5),
    ]  # fmt: skip


def test_times_come_last_first_and_each_has_its_others() -> None:
    groups = tuple(
        Group((day, model), requests=1, cost=cost)
        for day, model, cost in (("2026-11-01", "m", 1), ("2026-11-01", "n", 5), ("2026-11-02", "m", 3))
    )
    found = lines(Costs(("day", "model"), groups, Group(())), METRICS["cost"], 1)
    assert [line.group.key for line in found] == [("2026-11-02", OTHER), ("2026-11-01", "n"), ("2026-11-01", OTHER)]
    alone = (Group(("2026-11-01",)), Group(("2026-11-02",)))
    assert [line.group.key[0] for line in lines(Costs(("day",), alone, Group(())), METRICS["cost"], 1)] == [
        "2026-11-02", "2026-11-01",
    ]  # fmt: skip


def test_over_time_a_name_like_other_stands_where_its_size_puts_it() -> None:
    alike = "".join(OTHER)
    groups = tuple(
        Group(("2026-11-01", model), requests=1, cost=cost) for model, cost in (("m", 1), (alike, 9), ("n", 5))
    )
    found = lines(Costs(("day", "model"), groups, Group(())), METRICS["cost"], 2)
    assert [(line.group.key[1], line.group.cost) for line in found] == [("(other)", 9), ("n", 5), (OTHER, 1)]
    assert [line.group.other for line in found] == [False, False, True]


def test_one_that_is_other_alone_keeps_its_users() -> None:
    found = lines(Costs(("project",), (A, C), Group(())), METRICS["cost"], 1)
    assert found[-1] == Line(Group((OTHER,), requests=1, cost=90, input_tokens=1, output_tokens=2, users=2))
