"""Which requests an address means."""

import pytest

from franking.ledger.browsing import Place
from franking.ledger.wanted import FIELDS
from franking.web.asked import WrongError
from franking.web.pages._wanted import meant, places
from support.dashboard import question


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in {"http_status", "pid"}])
def test_every_field_includes_excludes_and_is_not_known(field: str) -> None:
    found = meant(question(f"/requests?{field}=a&{field}=&not-{field}=b"))
    assert (found.include, found.exclude) == ({field: ("a", None)}, {field: ("b",)})


def test_numbers_money_and_text() -> None:
    found = meant(question("/requests?http_status=429&pid=&cost_from=$0.25&cost_to=1&search= Rate limit "))
    assert found.include == {"http_status": (429,), "pid": (None,)}
    assert (found.cost_from, found.cost_to, found.text, found.id_begins) == (250_000_000, 10**9, "Rate limit", None)


def test_an_id_is_looked_for_as_such() -> None:
    found = meant(question("/requests?search=019A71EE-4faa-7704-81e4-0000000005b3"))
    assert (found.text, found.id_begins) == (None, "019A71EE-4faa-7704-81e4-0000000005b3")


def test_only_mine() -> None:
    assert meant(question("/requests?mine=1", me=("me",))).include == {"user": ("me",)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("http_status=many", "http_status: 'many' is no whole number"),
        ("cost_from=cheap", "cost_from: 'cheap' is no amount"),
        ("cost_to=-1", "no amount"),
        (f"search={'x' * 201}", "200 characters"),
    ],
)
def test_what_cannot_be_asked(words: str, said: str) -> None:
    with pytest.raises(WrongError, match=said):
        meant(question(f"/requests?{words}"))


def test_places() -> None:
    assert places(question("/requests")) == (None, None)
    assert places(question("/requests?before=12_a%2Fb".replace("%2F", "%252F"))) == (Place(12, "a%2Fb"), None)
    assert places(question("/requests?after=12_")) == (None, Place(12, ""))
    for words in ("before=x", "before=1_a&after=1_a"):
        with pytest.raises(WrongError):
            places(question(f"/requests?{words}"))
