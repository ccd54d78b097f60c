"""What a link is: by which address it is reached, and whether it opens."""

from dataclasses import replace

import pytest

from franking.projects.link_tokens import Key, Named, read
from franking.projects.link_values import Link, at_moment, origin
from franking.projects.values import Project, ProjectsError

KEY = Key(b"k" * 32)
DOCS = Project("docs", number=7)
LINK = Link("0123456789ab", 7, "https://costs.example.com", None, "month", False, KEY.mark, 100, 200, None, None)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://costs.example.com", "https://costs.example.com"),
        (" HTTPS://Costs.Example.com/ ", "https://costs.example.com"),
        ("https://costs.example.com:443", "https://costs.example.com"),
        ("http://costs.example.com:80", "http://costs.example.com"),
        ("http://192.0.2.7:8788", "http://192.0.2.7:8788"),
        ("http://[2001:DB8::1]:8788", "http://[2001:db8::1]:8788"),
        ("https://kosten.bücher.example", "https://kosten.xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_as_browsers_say_it(text: str, kept: str) -> None:
    assert origin(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "costs.example.com", "ftp://x", "javascript:alert(1)", "https://", "https://x/costs", "https://x?y", "//x",
        "https://x#y", "https://me:secret@x", "https://x:99999", "https://x y", "https://x\n.y", "https://[bad",
        "https://x<script>",
    ],
)  # fmt: skip
def test_what_is_more_or_less_is_none(text: str) -> None:
    with pytest.raises(ProjectsError, match="expected such as https://") as fault:
        origin(text)
    assert "secret" not in str(fault.value)


@pytest.mark.parametrize(
    ("link", "at", "key", "project", "status"),
    [
        (LINK, 199, KEY, DOCS, "open"),
        (LINK, 200, KEY, DOCS, "expired"),
        (replace(LINK, revoked_at=150), 160, KEY, DOCS, "revoked"),
        (replace(LINK, revoked_at=150), 300, KEY, DOCS, "revoked"),
        (LINK, 199, Key(b"j" * 32), DOCS, "void"),
        (LINK, 199, None, DOCS, "void"),
        (LINK, 199, KEY, None, "void"),
        (LINK, 199, KEY, DOCS._replace(merged_into="all"), "void"),
        (LINK, 199, KEY, DOCS._replace(archived_at=1), "open"),
    ],
)
def test_whether_it_opens(link: Link, at: int, key: Key | None, project: Project | None, status: str) -> None:
    found = at_moment(link, project, key, at)
    assert found.status == status
    assert (found.url is not None) == (status == "open")


def test_its_address() -> None:
    url = at_moment(LINK, DOCS, KEY, 150).url
    assert url is not None
    start, _, shown = url.rpartition("/")
    assert start == "https://costs.example.com/shared"
    assert read(KEY, shown) == Named(LINK.id, 7, 200)
