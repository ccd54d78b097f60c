"""What may be written as a name, a colour, metadata, a remote: tables of cases."""

import pytest

from franking.projects import checks
from franking.projects.values import Member, ProjectsError


@pytest.mark.parametrize(("text", "kept"), [(" acme/api ", "acme/api"), ("Café 店", "Café 店"), ("x" * 256, "x" * 256)])
def test_names(text: str, kept: str) -> None:
    assert checks.name(text) == kept


@pytest.mark.parametrize(
    ("text", "says"), [("", "empty"), (" \t", "empty"), ("a\x1b[31m", "cannot be printed"), ("x" * 257, "at most 256")]
)
def test_names_that_are_refused(text: str, says: str) -> None:
    with pytest.raises(ProjectsError, match=says):
        checks.name(text)


@pytest.mark.parametrize(("text", "kept"), [("#2F6f4f", "#2f6f4f"), ("", None), (None, None)])
def test_colours(text: str | None, kept: str | None) -> None:
    assert checks.colour(text) == kept


@pytest.mark.parametrize("text", ["red", "#fff", "#2f6f4", "#2f6f4g", "#2f6f4f;x"])
def test_colours_that_are_none(text: str) -> None:
    with pytest.raises(ProjectsError, match="expected #rrggbb"):
        checks.colour(text)


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("billable", "TRUE", True),
        ("billable", "no", False),
        ("billable", True, True),
        ("billing_rate", "1.20", "1.20"),
        ("billing_rate", "100", "100"),
        ("github_repo", "acme/api.js", "acme/api.js"),
        ("client_name", " Acme Ltd ", "Acme Ltd"),
        ("client_address", "Street 1\n1000 Town", "Street 1\n1000 Town"),
        ("anything_else", "x=y", "x=y"),
    ],
)
def test_metadata_has_its_types(key: str, value: str | bool, kept: str | bool) -> None:
    assert checks.metadata({key: value}) == {key: kept}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("billable", "maybe", "true or false"),
        ("billing_rate", "-1", "decimal number"),
        ("billing_rate", "NaN", "decimal number"),
        ("billing_rate", "1E+9999999", "decimal number"),
        ("billing_rate", "a lot", "decimal number"),
        ("github_repo", "api", "OWNER/REPOSITORY"),
        ("Client", "x", "no metadata key"),
        ("client_name", "a\x1bb", "printable"),
        ("client_name", "x" * 4001, "4000"),
    ],
)
def test_metadata_that_is_refused(key: str, value: str, says: str) -> None:
    with pytest.raises(ProjectsError, match=says):
        checks.metadata({key: value})


@pytest.mark.parametrize("text", ["billable", "=true", ""])
def test_a_pair_has_a_key_and_a_value(text: str) -> None:
    with pytest.raises(ProjectsError, match="key=value"):
        checks.pair(text)
    assert checks.pair("note=a=b") == ("note", "a=b")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("git@github.com:Acme/api.git", "github.com/acme/api"),
        ("https://me:secret@github.com/acme/api", "github.com/acme/api"),
        ("github.com/acme/api.git", "github.com/acme/api"),
        ("github.com/acme/*", "github.com/acme/*"),
        ("*/acme/api", "*/acme/api"),
        ("acme/api", "*/acme/api"),
        ("/srv/git/api.git", "/srv/git/api"),
    ],
)
def test_remotes_are_kept_as_addresses(text: str, kept: str) -> None:
    assert checks.remote(text) == kept
    assert checks.member(None, text) == Member(repository=kept)


@pytest.mark.parametrize("text", ["", "*", "*/*", "a\x00b"])
def test_remotes_that_are_none(text: str) -> None:
    with pytest.raises(ProjectsError, match="no remote"):
        checks.remote(text)


def test_a_pattern_that_takes_everything_is_refused() -> None:
    with pytest.raises(ProjectsError, match="every project"):
        checks.member("**", None, pattern=True)
    assert checks.member("acme-*", None, pattern=True) == Member("acme-*", pattern=True)
