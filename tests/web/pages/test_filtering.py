"""Filters in force, and the form that adds one."""

import pytest

from franking.ledger.wanted import FIELDS
from franking.web.pages._filtering import TITLES, FilterError, addition, filtering
from support.dashboard import question


def test_every_field_has_a_title() -> None:
    assert set(TITLES) == set(FIELDS)


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("add=project&how=is&value=a", "/requests?project=a"),
        ("add=project&how=not&value=a", "/requests?not-project=a"),
        ("add=project&how=unknown&value=left", "/requests?project="),
        ("add=error_type&how=known", "/requests?not-error_type="),
        ("add=status&how=is&value=HTTP error", "/requests?status=http_error"),
        ("add=http_status&how=is&value=429", "/requests?http_status=429"),
        ("add=model&value= gpt &before=1_a&period=week", "/requests?period=week&model=gpt"),
        ("project=a&add=project&value=a", "/requests?project=a"),
        ("project=a&add=project&value=b", "/requests?project=a&project=b"),
    ],
)
def test_what_is_typed_becomes_a_filter(typed: str, leads: str) -> None:
    assert addition(question(f"/requests?{typed}"), tuple(FIELDS)) == leads


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("add=project&how=is&value= ", "type a value"),
        ("add=secret&value=a", "choose a field"),
        ("add=project&how=maybe&value=a", "choose a field"),
        ("add=http_status&value=many", "whole number"),
        ("add=status&value=fine", "Status is one of in flight, ok,"),
    ],
)
def test_what_is_no_filter_is_said_and_kept(typed: str, said: str) -> None:
    asked = question(f"/requests?{typed}")
    with pytest.raises(FilterError, match=said):
        addition(asked, tuple(FIELDS))
    form = filtering(asked, tuple(FIELDS), "wrong")
    assert (form.typed[0], form.wrong) == (asked.word("add"), "wrong")
    assert form.kept == ()


def test_nothing_typed() -> None:
    assert addition(question("/requests?project=a"), tuple(FIELDS)) is None


def test_chips_turn_round_and_go() -> None:
    asked = question("/explore?by=model&project=a&not-user=&status=ok&before=1_x")
    chips = filtering(asked, ("project", "user")).chips
    assert [(chip.title, chip.how, chip.value) for chip in chips] == [
        ("Project", "is", "a"), ("User", "is not", "(unattributed)"),
    ]  # fmt: skip
    assert chips[0].off == "/explore?by=model&not-user=&status=ok"
    assert chips[0].turned == "/explore?by=model&not-user=&status=ok&not-project=a"
    assert chips[1].turned == "/explore?by=model&project=a&status=ok&user="


def test_suggestions_are_of_the_fields_and_each_once() -> None:
    found = filtering(question("/"), ("project",), suggestions=[("project", "a"), ("project", "a"), ("model", "m")])
    assert found.suggestions == (("a", "Project"),)
