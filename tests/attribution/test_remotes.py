"""Remotes: a table of addresses, what project each names, and what is left of it without credentials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from franking.attribution.remotes import address, project_of, without_credentials

# remote → project, project with its owner
PROJECTS = [
    ("git@github.com:example-co/example-repo.git", "example-repo", "example-co/example-repo"),
    ("git@github.com:example-co/example-repo", "example-repo", "example-co/example-repo"),
    ("github.com:example-co/example-repo.git", "example-repo", "example-co/example-repo"),
    ("alias:example-repo.git", "example-repo", "example-repo"),
    ("git@host:/srv/git/shop.git/", "shop", "git/shop"),
    ("git@[::1]:example-co/shop.git", "shop", "example-co/shop"),
    ("[git.example.com:2222]:example-co/shop.git", "shop", "example-co/shop"),
    ("host:~user/shop.git", "shop", "~user/shop"),
    ("ssh://git@github.com/example-co/shop.git", "shop", "example-co/shop"),
    ("ssh://git@git.example.com:7999/example-co/shop.git", "shop", "example-co/shop"),
    ("ssh://git@[fe80::1]:22/example-co/shop", "shop", "example-co/shop"),
    ("git+ssh://git@github.com/example-co/shop.git", "shop", "example-co/shop"),
    ("https://github.com/example-co/shop.git", "shop", "example-co/shop"),
    ("https://github.com/example-co/shop.GIT", "shop", "example-co/shop"),
    ("https://github.com/example-co/shop.Git//", "shop", "example-co/shop"),
    ("https://github.com/example-co/shop.git.git", "shop.git", "example-co/shop.git"),
    ("https://github.com/example-co/shop.js", "shop.js", "example-co/shop.js"),
    ("https://github.com/example-co/.github", ".github", "example-co/.github"),
    ("https://me:ghp_secret@github.com/example-co/shop.git", "shop", "example-co/shop"),
    ("https://github.com/example-co/shop.git?token=secret#readme", "shop", "example-co/shop"),
    ("HTTPS://GitHub.com/example-co/shop", "shop", "example-co/shop"),
    ("https://gitlab.com/group/sub/shop.git", "shop", "sub/shop"),
    ("https://github.com/example-co/my%20shop.git", "my shop", "example-co/my shop"),
    ("https://github.com/example-co/caf%C3%A9.git", "café", "example-co/café"),
    ("https://github.com/example-co/%FF.git", "%FF", "example-co/%FF"),
    ("https://gitlab.com/group%2Fshop.git", "shop", "group/shop"),
    ("https://git.example.com/例え/店.git", "店", "例え/店"),
    ("  https://github.com/example-co/shop.git \n", "shop", "example-co/shop"),
    ("git://git.example.com/shop.git", "shop", "shop"),
    ("file:///srv/git/shop.git", "shop", "shop"),
    ("file:///C:/git/shop.git", "shop", "shop"),
    ("/srv/git/shop.git", "shop", "shop"),
    ("/srv/git/shop?.git", "shop?", "shop?"),
    ("../shop.git", "shop", "shop"),
    ("./a:b/shop", "shop", "shop"),
    ("/home/me/shop/.git", "shop", "shop"),
    ("/home/me/shop/.git/", "shop", "shop"),
    (r"C:\git\shop.git", "shop", "shop"),
    ("C:/git/shop.git", "shop", "shop"),
    (r"\\server\share\shop.git", "shop", "shop"),
    ("//server/share/shop.git", "shop", "shop"),
    ("https://dev.azure.com/example-co/Project/_git/shop", "shop", "Project/shop"),
    ("https://me@dev.azure.com/example-co/My%20Project/_git/My%20Shop", "My Shop", "My Project/My Shop"),
    ("git@ssh.dev.azure.com:v3/example-co/Project/shop", "shop", "Project/shop"),
    ("example-co@vs-ssh.visualstudio.com:v3/example-co/Project/shop", "shop", "Project/shop"),
    ("https://example-co.visualstudio.com/DefaultCollection/Project/_git/shop", "shop", "Project/shop"),
    ("https://example-co.visualstudio.com/_git/shop", "shop", "shop"),
    ("https://example-co.visualstudio.com/Project/_git/_full/shop", "shop", "Project/shop"),
    ("codecommit::eu-west-1://shop", "shop", "shop"),
    ("codecommit::eu-west-1://profile@shop", "shop", "shop"),
    ("codecommit://profile@shop", "shop", "shop"),
    ("codecommit://shop", "shop", "shop"),
    ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", "shop", "shop"),
    ("ssh://KEYID@git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", "shop", "shop"),
    ("hg::https://hg.example.com/example-co/shop", "shop", "example-co/shop"),
    ("https://bitbucket.example.com/scm/PROJ/shop.git", "shop", "PROJ/shop"),
]

NO_PROJECT = [
    "",
    " ",
    "/",
    "..",
    "../..",
    ".",
    ".git",
    "https://github.com",
    "https://github.com/",
    "host:",
    "file://",
    "C:\\",
]

BARE = [
    ("https://me:ghp_secret@github.com/a/b.git", "https://github.com/a/b.git"),
    ("https://ghp_secret@github.com/a/b.git", "https://github.com/a/b.git"),
    ("https://x-access-token:se/cret@github.com/a/b", "https://github.com/a/b"),
    ("https://host:8443/a/b@c", "https://host:8443/a/b@c"),
    ("https://[::1]:8443/a/b@c", "https://[::1]:8443/a/b@c"),
    ("https://a@b:secret@github.com/a/b", "https://github.com/a/b"),
    ("https://github.com/a/b.git?private_token=secret", "https://github.com/a/b.git"),
    ("https://github.com/a/b.git#secret", "https://github.com/a/b.git"),
    ("ssh://git@github.com/a/b.git", "ssh://git@github.com/a/b.git"),
    ("ssh://git:secret@github.com:22/a/b.git", "ssh://git@github.com:22/a/b.git"),
    ("git@github.com:a/b.git", "git@github.com:a/b.git"),
    ("me:secret@github.com:a/b.git", "me@github.com:a/b.git"),
    ("hg::https://me:secret@hg.example.com/a/b", "hg::https://hg.example.com/a/b"),
    ("codecommit::eu-west-1://profile@shop", "codecommit::eu-west-1://profile@shop"),
    ("ftp://me:secret@example.com/b.git", "ftp://example.com/b.git"),
    ("/srv/git/a@b.git", "/srv/git/a@b.git"),
    (r"C:\git\a@b.git", r"C:\git\a@b.git"),
]


@pytest.mark.parametrize(("remote", "project", "owned"), PROJECTS)
def test_project(remote: str, project: str, owned: str) -> None:
    assert project_of(remote) == project
    assert project_of(remote, "owner/repo") == owned


@pytest.mark.parametrize("remote", NO_PROJECT)
def test_no_project(remote: str) -> None:
    assert project_of(remote) is None
    assert project_of(remote, "owner/repo") is None


@pytest.mark.parametrize(("remote", "bare"), BARE)
def test_without_credentials(remote: str, bare: str) -> None:
    assert without_credentials(remote) == bare


def test_at_most_256_characters() -> None:
    assert project_of(f"https://github.com/example-co/{'é' * 400}.git") == "é" * 256


@given(st.text(alphabet="ab:/@.?#%[]\\gitGIT ~é\udcff", max_size=60))
def test_any_text(remote: str) -> None:
    bare = without_credentials(remote)
    assert without_credentials(bare) == bare
    project = project_of(remote)
    assert project is None or (0 < len(project) <= 256 and "/" not in project)
    assert project_of(bare) == project


@pytest.mark.parametrize(
    ("remote", "told"),
    [
        ("git@github.com:Acme/api.git", "github.com/acme/api"),
        ("https://me:secret@github.com/acme/api/", "github.com/acme/api"),
        ("ssh://git@github.com:22/acme/api.git", "github.com/acme/api"),
        ("https://gitlab.com/group/sub/shop.git", "gitlab.com/group/sub/shop"),
        ("https://dev.azure.com/o/Project/_git/shop", "dev.azure.com/o/project/shop"),
        ("codecommit::eu-west-1://profile@shop", "shop"),
        ("/srv/git/Shop.git", "/srv/git/Shop"),
        ("file:///srv/git/Shop", "/srv/git/Shop"),
    ],
)
def test_one_repository_has_one_address_however_it_is_reached(remote: str, told: str) -> None:
    assert address(remote) == told
