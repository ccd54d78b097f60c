"""``frank env``: the variables that send a tool through the sidecar and make it trust the certificate authority.

``variables`` is pure and is what ``frank run`` sets, too. Some tools read the upper-case names, some the lower-case
ones, and one of HTTPS_PROXY and HTTP_PROXY alone makes some calls go round the proxy; so all are set.

What the caller's environment says already is kept: NO_PROXY and JAVA_TOOL_OPTIONS are added to, and a variable that
names roots of the caller's own gets a bundle that holds them, too (``bundles``). Setting them twice changes nothing.
"""

import json
import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from franking import paths, trust
from franking.cli.errors import Failure
from franking.cli.java import java_options
from franking.settings_addresses import is_loopback, url_of
from franking.trust import Files

__all__ = ["SHELLS", "bundles", "env", "ready_authority", "render", "variables", "with_token"]

_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ADDING = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")  # add to the tool's own roots, so that ours alone are enough

Shell = Literal["bash", "zsh", "fish", "powershell", "json"]


def variables(
    url: str, ca: Files, base: Mapping[str, str], bundles: Mapping[str, Path] | None = None
) -> dict[str, str]:
    """The variables to set over the environment ``base``.

    url: the proxy's, with userinfo where there is any.  bundles: variable → a bundle other than ca's own.
    """
    found = {spelt: url for name in _PROXIES for spelt in (name, name.lower())}
    around = _no_proxy(base)
    found |= {"NO_PROXY": around, "no_proxy": around, "NODE_USE_ENV_PROXY": "1"}
    for name in trust.VARIABLES:
        usual = ca.root if name in _ADDING else ca.bundle
        found[name] = str((bundles or {}).get(name, usual))
    java = java_options(url, ca.java, base.get("JAVA_TOOL_OPTIONS", ""), around)
    return found | ({} if java is None else {"JAVA_TOOL_OPTIONS": java})


def bundles(ca: Files, base: Mapping[str, str]) -> dict[str, Path]:
    """For each variable by which ``base`` names roots of its own: a bundle that holds them, made where needed.

    Raises OSError where the authority's folder cannot be written.
    """
    named = {name: Path(base[name]).expanduser() for name in trust.VARIABLES if base.get(name)}
    return {name: trust.covering(ca, place) for name, place in named.items() if place != ca.root and place.exists()}


def with_token(address: tuple[str, int], userinfo: str = "") -> str:
    """Userinfo with ``listen.token`` added where the sidecar listens off loopback and so demands it."""
    if is_loopback(address[0]):
        return userinfo
    from franking import settings

    token = settings.load().listen.token
    # Twice: the client decodes once, and the token must not be parted at its own "&", "=" or ":".
    return f"{userinfo or ':'}&token={quote(quote(token, safe=''), safe='')}" if token else userinfo


def _no_proxy(base: Mapping[str, str]) -> str:
    """Loopback, and whatever either spelling lists already."""
    listed = [entry.strip() for name in ("NO_PROXY", "no_proxy") for entry in base.get(name, "").split(",")]
    return ",".join(dict.fromkeys(entry for entry in (*_LOOPBACK, *listed) if entry))


def _posix(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{escaped}'"


def _powershell(name: str, value: str) -> str:
    for mark in "'\u2018\u2019\u201a\u201b":  # PowerShell ends a string at any of these
        value = value.replace(mark, mark * 2)
    return f"$env:{name} = '{value}'"


SHELLS: Mapping[str, Callable[[str, str], str]] = {
    "bash": _posix,
    "zsh": _posix,
    "fish": _fish,
    "powershell": _powershell,
}


def render(values: Mapping[str, str], shell: str) -> str:
    """The variables as commands of a shell, one a line, or as a JSON object."""
    if shell == "json":
        return json.dumps(values, indent=2)
    return "\n".join(SHELLS[shell](name, value) for name, value in values.items())


def ready_authority() -> Files:
    """The authority's files, made by the settings where there are none yet. Raises what ``ensure`` raises."""
    files = Files(paths.ca_folder())
    if not (files.bundle.exists() and files.java.exists() and files.root.exists()):
        from franking import settings
        from franking.proxy import authority

        paths.ensure_home()
        read = settings.load()
        authority.ensure(files.folder, [host for gate in read.gateway for host in gate.hosts], read.upstream.ca_file)
    return files


def _address() -> tuple[str, int]:
    """Where the sidecar of this home listens, or will by its settings."""
    from franking.supervisor.state import read_state

    if state := read_state():
        return state.proxy
    from franking import settings

    host, port = settings.split_address(settings.load().listen.proxy)
    if port == 0:
        raise Failure("no sidecar is running, and listen.proxy leaves its port open: run `frank start --detach` first")
    typer.echo("frank: no sidecar is running yet: `frank start --detach` starts it", err=True)
    return host, port


def _usual_shell() -> str:
    if sys.platform == "win32":
        return "powershell"
    name = Path(os.environ.get("SHELL", "")).name
    return name if name in SHELLS else "bash"


def env(
    shell: Annotated[Shell | None, typer.Option(help="How to write them; by default for the shell you use.")] = None,
) -> None:
    """Print the variables that send a tool through the sidecar: eval "$(frank env)"."""
    address = _address()
    ca = ready_authority()
    values = variables(url_of(address, with_token(address)), ca, os.environ, bundles(ca, os.environ))
    typer.echo(render(values, shell or _usual_shell()))
