"""A git remote's address: the project that it names, and the address without its credentials. Pure.

The project is the last part of the path without ``.git``: ``git@github.com:example-co/example-repo.git`` is
``example-repo``. Known are URLs, scp-like addresses, paths (POSIX, Windows, UNC), remote helpers (``helper::address``),
and the forms of Azure DevOps and AWS CodeCommit.
"""

import re

TYPE_CHECKING = False  # `typing` is not waited for
if TYPE_CHECKING:
    from typing import Literal

__all__ = ["address", "project_of", "without_credentials"]

LONGEST = 256
HELPER = re.compile(r"(?P<helper>[A-Za-z0-9][A-Za-z0-9+.-]*)::(?P<address>.*)", re.DOTALL)
URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)", re.DOTALL)
WINDOWS = re.compile(r"(?:[A-Za-z]:|\\\\|//)[\\/]?")
SCP = re.compile(r"(?P<user>[^/@]*@)?(?P<host>\[[^\]/]*\]|[^/:@\[]+):(?P<path>.*)", re.DOTALL)
# Schemes whose user name is a name to log in with, never a secret: only a password is removed.
NAMED_USERS = frozenset({"ssh", "git+ssh", "ssh+git", "codecommit"})
LOCAL = frozenset({"", "file"})


def without_credentials(remote: str) -> str:
    """The remote with no user, password, token, query or fragment of a URL; a login name for ssh stays."""
    remote = remote.strip()
    if helper := HELPER.fullmatch(remote):
        if helper["helper"] == "codecommit":  # `region://profile@repository`: a profile is a name
            return f"codecommit::{helper['address']}"
        return f"{helper['helper']}::{without_credentials(helper['address'])}"
    if url := URL.match(remote):
        user, _, rest = url["authority"].rpartition("@")
        rest += url["path"]
        if "@" in rest and re.match(r"[^/\[\]:]*:(?!\d*(?:/|\Z))", rest):
            # What stands where a port should is a password with a `/` in it, which should have been encoded.
            user, _, rest = rest.rpartition("@")
        name = user.partition(":")[0] if url["scheme"].lower() in NAMED_USERS else ""
        return f"{url['scheme']}://{name}{'@' if name else ''}{rest}"
    # `user:secret@host:path` is not an address that git takes, but it is one that people write.
    secret = re.match(r"(?P<user>[^/@:\\]+):[^/@\\]*@(?P<rest>.*)", remote, re.DOTALL)
    if secret and not WINDOWS.match(remote):
        return f"{secret['user']}@{secret['rest']}"
    return remote


def project_of(remote: str, style: 'Literal["repo", "owner/repo"]' = "repo") -> str | None:
    """The project that a remote names, at most 256 characters; None where it names none.

    ``owner/repo`` puts the part before it in front, where the address has one that is an owner: of GitLab's subgroups
    the innermost, of Azure DevOps the project.
    """
    scheme, _, parts = _named(remote)
    if not parts or parts[-1] == "..":
        return None
    name = re.sub(r"\.git\Z", "", parts[-1], flags=re.IGNORECASE).strip()
    if not name:
        return None
    owner = parts[-2].strip() if len(parts) > 1 else ""
    if style == "owner/repo" and owner not in ("", "..") and scheme not in LOCAL:
        name = f"{owner}/{name}"
    return name[:LONGEST]


def address(remote: str) -> str:
    """Host and path alone, so that one repository is told alike however it is reached.

    Hosts compare without case, as do the paths of all forges in use; a path of this machine stays as it is written.

    >>> address("git@github.com:Acme/api.git"), address("https://github.com/acme/api/")
    ('github.com/acme/api', 'github.com/acme/api')
    """
    scheme, host, parts = _named(remote)
    if parts:
        parts[-1] = re.sub(r"\.git\Z", "", parts[-1], flags=re.IGNORECASE)
    path = "/".join(parts)
    return f"/{path}" if scheme in LOCAL and not host else f"{host}/{path}".strip("/").lower()


def _named(remote: str) -> tuple[str, str, list[str]]:
    """The scheme, the host, and the parts of the path that name the repository."""
    scheme, host, path = _split(without_credentials(remote))
    parts = [part for part in path.split("/") if part not in ("", ".")]
    parts = _without_route(host, parts)
    if parts and parts[-1].lower() == ".git":  # a clone's own folder
        parts.pop()
    return scheme, host, parts


def _split(remote: str) -> tuple[str, str, str]:
    """The scheme (``""``: a path of this machine), host and path, the path decoded and with ``/`` between its parts."""
    if helper := HELPER.fullmatch(remote):
        # `codecommit::eu-west-1://profile@repo`: the scheme is a region, the repository stands where a host would.
        scheme, host, path = _split(helper["address"])
        return (scheme, "", f"{host}/{path}") if helper["helper"] == "codecommit" else (scheme, host, path)
    if url := URL.match(remote):
        host = url["authority"].rpartition("@")[2]
        path = _decoded(url["path"])
        if url["scheme"].lower() == "codecommit":
            return "codecommit", "", f"{host}/{path}"
        return url["scheme"].lower(), host.partition(":")[0].lower(), path
    if WINDOWS.match(remote):
        return "", "", re.sub(r"\A[A-Za-z]:", "", remote).replace("\\", "/")
    if scp := SCP.fullmatch(remote):
        return "ssh", scp["host"].lower(), scp["path"]
    return "", "", remote


def _decoded(path: str) -> str:
    if "%" not in path:
        return path
    from urllib.parse import unquote_to_bytes  # a prompt waits for no more than it needs

    try:
        return unquote_to_bytes(path.encode("utf-8", "surrogateescape")).decode("utf-8")
    except UnicodeDecodeError:
        return path


def _without_route(host: str, parts: list[str]) -> list[str]:
    """The path without what belongs to the forge and is no owner."""
    if host.endswith("amazonaws.com") and parts[:2] == ["v1", "repos"]:
        return parts[2:]
    if host.endswith(("dev.azure.com", "visualstudio.com")):
        if parts[:1] == ["v3"]:  # ssh: v3/organization/project/repository
            return parts[1:]
        if "_git" in parts:  # https: organization/project/_git/repository
            at = parts.index("_git")
            return parts[:at] + [part for part in parts[at + 1 :] if part not in ("_full", "_optimized")]
    return parts
