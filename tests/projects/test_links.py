"""Links as the ledger keeps them: made, listed, revoked, opened; what becomes of them when projects change."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from franking.ledger.connection import patient
from franking.projects import changes, links, merging
from franking.projects.link_tokens import Key, Named
from franking.projects.link_values import Listed, Terms
from franking.projects.values import Member, Project, ProjectsError
from support.ledgers import made, record

KEY = Key(b"k" * 32)
TERMS = Terms("https://costs.example.com")
DAY = 86_400_000_000
AT = 1_795_348_800_000_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    rows = [record(AT - DAY, project_id=name, cost=1) for name in ("docs", "docs-old", "api", "acme-one")]
    with closing(patient(made(tmp_path / "links.db", rows))) as opened:
        yield opened


def named(listed: Listed) -> Named:
    return Named(listed.link.id, listed.link.project, listed.link.expires_at)


def opens(ledger: sqlite3.Connection, listed: Listed, at: int = AT) -> str | None:
    found = links.behind(ledger, KEY, named(listed), at)
    return found[1].name if found else None


def test_one_is_made_listed_and_opened(ledger: sqlite3.Connection) -> None:
    first = links.make(ledger, KEY, "docs", TERMS, AT)
    terms = Terms("https://costs.example.com:443/", 2, "all", with_users=True, note=" Jane ")
    second = links.make(ledger, KEY, "docs", terms, AT + 1)
    listed = links.listed(ledger, KEY, AT + 1)
    assert [(each.link, each.status, each.url) for each in listed] == [
        (each.link, "open", each.url) for each in (second, first)
    ]
    link = second.link
    assert (link.address, link.note, link.period, link.with_users) == ("https://costs.example.com", "Jane", "all", True)
    assert (link.made_at, link.expires_at - link.made_at) == (AT + 1, 2 * DAY)
    assert first.link.with_users is False
    assert first.link.id != link.id
    assert opens(ledger, first) == opens(ledger, second) == "docs"


def test_neither_token_nor_key_is_in_the_ledger(ledger: sqlite3.Connection) -> None:
    url = links.make(ledger, KEY, "docs", TERMS, AT).url
    assert url is not None
    written = "\n".join(ledger.iterdump())
    assert url.rpartition(".")[2] not in written
    assert (b"k" * 32).hex() not in written


@pytest.mark.parametrize(
    ("name", "terms", "says"),
    [
        ("nothing", TERMS, "there is no project 'nothing'"),
        ("docs", replace(TERMS, days=0), "a link is for 1 to 730 days"),
        ("docs", replace(TERMS, days=731), "a link is for 1 to 730 days"),
        ("docs", replace(TERMS, period="decade"), "'decade' is no period"),
        ("docs", replace(TERMS, address="here"), "no address of a dashboard"),
        ("docs", replace(TERMS, note="a\nb"), "cannot be printed"),
        ("docs", replace(TERMS, note="n" * 257), "at most 256"),
    ],
)
def test_what_cannot_be_made(ledger: sqlite3.Connection, name: str, terms: Terms, says: str) -> None:
    with pytest.raises(ProjectsError, match=says):
        links.make(ledger, KEY, name, terms, AT)
    assert links.listed(ledger, KEY, AT) == []


def test_a_revoked_one_opens_nothing(ledger: sqlite3.Connection) -> None:
    listed, other = (links.make(ledger, KEY, "docs", TERMS, AT) for _ in range(2))
    assert links.revoke(ledger, listed.link.id, AT + 5).revoked_at == AT + 5
    assert links.revoke(ledger, listed.link.id, AT + 9).revoked_at == AT + 5
    assert (opens(ledger, listed), opens(ledger, other)) == (None, "docs")
    with pytest.raises(ProjectsError, match="there is no link 'x'"):
        links.revoke(ledger, "x", AT)


def test_what_a_token_may_not_name(ledger: sqlite3.Connection) -> None:
    listed, api = links.make(ledger, KEY, "docs", TERMS, AT), links.make(ledger, KEY, "api", TERMS, AT)
    good = named(listed)
    for wrong in (
        None, replace(good, project=api.link.project), replace(good, expires_at=good.expires_at + 1),
        replace(good, id="0" * 12),
    ):  # fmt: skip
        assert links.behind(ledger, KEY, wrong, AT) is None
    assert links.behind(ledger, KEY, good, good.expires_at - 1) is not None
    assert links.behind(ledger, KEY, good, good.expires_at) is None
    assert links.behind(ledger, Key(b"j" * 32), good, AT) is None


def test_it_goes_along_with_a_new_name(ledger: sqlite3.Connection) -> None:
    listed = links.make(ledger, KEY, "docs", TERMS, AT)
    changes.rename(ledger, "docs", "handbook", AT)
    assert opens(ledger, listed) == "handbook"
    again = links.make(ledger, KEY, "docs", TERMS, AT)
    assert again.link.project == listed.link.project


def test_merged_into_another_it_would_show_the_others(ledger: sqlite3.Connection) -> None:
    part, whole = links.make(ledger, KEY, "docs-old", TERMS, AT), links.make(ledger, KEY, "docs", TERMS, AT)
    merging.merge(ledger, "docs-old", "docs", AT)
    assert (opens(ledger, part), opens(ledger, whole)) == (None, "docs")
    assert {each.link.id: each.status for each in links.listed(ledger, KEY, AT)} == {
        part.link.id: "void", whole.link.id: "open",
    }  # fmt: skip
    with pytest.raises(ProjectsError, match="'docs-old' is part of 'docs'"):
        links.make(ledger, KEY, "docs-old", TERMS, AT)
    merging.split(ledger, "docs-old", AT)
    assert opens(ledger, part) == "docs-old"


def test_an_id_that_a_pattern_takes_is_the_project_of_the_pattern(ledger: sqlite3.Connection) -> None:
    changes.create(ledger, Project("acme", members=(Member("acme-*", pattern=True),)), AT)
    listed = links.make(ledger, KEY, "acme-one", TERMS, AT)
    assert opens(ledger, listed) == "acme"
    merging.merge(ledger, "acme", "docs", AT)
    with pytest.raises(ProjectsError, match="'acme-one' is part of 'docs'"):
        links.make(ledger, KEY, "acme-one", TERMS, AT)


def test_when_it_was_seen_is_noted_once_a_minute(ledger: sqlite3.Connection) -> None:
    link = links.make(ledger, KEY, "docs", TERMS, AT).link
    assert links.due(link, AT)
    links.used(ledger, link, AT + 7)
    [seen] = links.listed(ledger, KEY, AT)
    assert seen.link.used_at == AT + 7
    assert not links.due(seen.link, AT + 7 + 59_999_999)
    assert links.due(seen.link, AT + 7 + 60_000_000)


def test_a_ledger_from_before_there_were_any(ledger: sqlite3.Connection) -> None:
    ledger.execute("DROP TABLE links")
    assert links.listed(ledger, KEY, AT) == []
