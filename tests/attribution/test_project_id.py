"""A project id as sent → as the gateway stores it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.project_id import stored

CASES = [
    ("my-project", "my-project"),
    ("My Project", "My Project"),
    ("https://github.com/example-co/example-repo.git", "example-repo"),
    ("https://github.com/example-co/example-repo", "example-repo"),
    ("http://git.example.com/a/b/c.GIT", "c"),
    ("HTTPS://github.com/example-co/Example.Repo.git", "Example.Repo"),
    ("https://me:hunter2@github.com/example-co/example-repo.git", "example-repo"),
    ("git@github.com:example-co/example-repo.git", "example-repo"),
    ("git@github.com:example-repo", "example-repo"),
    ("https://github.com/example-co/example-repo/", "example-repo"),
    # a query, a fragment or a blank: it stands as it came
    ("https://example.com/a/b?x=1", "https://example.com/a/b?x=1"),
    ("https://example.com/a/b#c", "https://example.com/a/b#c"),
    ("https://example.com/a/b c", "https://example.com/a/b c"),
    ("https://example.com", "https://example.com"),
    ("ssh://git@example.com/a/b.git", "ssh://git@example.com/a/b.git"),
    ("me@example.com:a/b.git", "me@example.com:a/b.git"),
    ("example-co/example-repo", "example-co/example-repo"),
    ("x.git", "x.git"),
    ("", None),
    ("  ", None),
    ("\x00", None),
    ("p" * 300, "p" * 256),
    # cut first, read then
    ("https://example.com/" + "a" * 300 + "/b", "a" * 236),
]


@pytest.mark.parametrize(("sent", "kept"), CASES)
def test_it_is_stored_as_the_gateway_stores_it(sent: str, kept: str | None) -> None:
    assert stored(sent) == kept


@given(st.text(max_size=600))
def test_it_is_never_longer_than_the_gateway_keeps(sent: str) -> None:
    kept = stored(sent)
    assert kept is None or 0 < len(kept) <= 256
