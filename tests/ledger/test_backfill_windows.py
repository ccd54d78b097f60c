"""What the neighbours of a moment say, against a plain search through all evidence."""

from hypothesis import given
from hypothesis import strategies as st

from franking.ledger.backfill_windows import Said, Windows
from support.examples import thorough

WIDTH = 10


def plainly(evidence: list[tuple[int, int, str | None]], moment: int) -> tuple[int, int] | None:
    """How many values there are around the moment, and how far the nearest evidence is."""
    near = [one for one in evidence if abs(one[0] - moment) <= WIDTH]
    return (len({one[2] for one in near}), min(abs(one[0] - moment) for one in near)) if near else None


@thorough(300)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["a", "a", "b", None])), max_size=30),
    st.lists(st.integers(0, 60), max_size=12),
    st.integers(1, 7),
)
def test_every_moment_is_told_as_by_a_plain_search(
    drawn: list[tuple[int, str | None]], moments: list[int], step: int
) -> None:
    evidence = [(at, number, value) for number, (at, value) in enumerate(sorted(drawn, key=lambda one: one[0]))]
    waiting, windows, read = sorted(moments), Windows(), 0
    for first in range(0, len(evidence) + step, step):
        for one in evidence[first : first + step]:
            windows.add("group", WIDTH, one)
            read = one[0]
        last = first + step >= len(evidence)
        while waiting and (last or waiting[0] + WIDTH < read):
            moment = waiting.pop(0)
            said, expected = windows.said("group", moment), plainly(evidence, moment)
            assert (said is None) == (expected is None)
            if said and expected:
                assert said.values == expected[0]
                assert abs(evidence[said.entry][0] - moment) == expected[1]
                assert evidence[said.entry][2] == said.value
        windows.forget(waiting[0] if waiting else read)


def test_groups_are_apart_and_what_is_past_is_forgotten() -> None:
    windows = Windows()
    windows.add(("a",), WIDTH, (5, 1, "x"))
    windows.add(("b",), WIDTH, (5, 2, None))
    assert windows.said(("a",), 15) == Said(1, "x", 1)
    assert windows.said(("b",), 15) == Said(1, None, 2)
    assert windows.said(("c",), 15) is None
    assert windows.said(("a",), 16) is None
    windows.forget(16)
    assert len(windows) == 0
