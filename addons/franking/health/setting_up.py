"""Checks of the set-up: configuration, home and its modes, sidecar and ports, certificate authority, git."""

import contextlib
import datetime
import os
import shutil
import socket
import stat
import subprocess
from pathlib import Path

from franking import paths, settings
from franking.health.values import Finding
from franking.settings_addresses import reached

__all__ = ["authority", "configuration", "git", "home", "sidecar"]

_PRIVATE = ("ledger.db", "ledger.db-wal", "ledger.db-shm", "journal", "ca/issuer-*.pem")
_SHORT = datetime.timedelta(days=7)


def configuration() -> tuple[Finding, settings.Settings | None]:
    """It can be loaded. Gives the settings to the other checks."""
    file = paths.config_file()
    try:
        loaded = settings.load()
    except settings.SettingsError as fault:
        return Finding("configuration", "fail", "; ".join(str(fault).splitlines()), f"correct {file}"), None
    where = str(file) if file.exists() else f"the shipped defaults ({file} is not there, which is fine)"
    gateways = sum(bool(gateway.hosts) for gateway in loaded.gateway)
    return Finding("configuration", "ok", f"{where}; {gateways} gateways"), loaded


def home() -> Finding:
    """The home is there, it is ours to write, and nobody else can read what is secret in it."""
    folder = paths.home()
    if not folder.exists():
        return Finding("home", "warn", f"{folder} is not there yet", "frank start makes it")
    if not folder.is_dir():
        return Finding("home", "fail", f"{folder} is no folder", "move it away, or set FRANKING_HOME")
    if not os.access(folder, os.W_OK | os.X_OK):
        says = f"{folder} cannot be written: a sidecar goes on, but keeps rows in memory alone"
        return Finding("home", "fail", says, "make it writable for you")
    private = [(folder, 0o700), *((file, 0o600) for pattern in _PRIVATE for file in folder.glob(pattern))]
    if (folder / "ca").exists():
        private.append((folder / "ca", 0o700))
    for path, mode in private:
        with contextlib.suppress(FileNotFoundError):
            found = stat.S_IMODE(path.stat().st_mode)
            if found & 0o077:
                says = f"{path} can be read by others (mode {found:04o})"
                return Finding("home", "fail", says, f"chmod {mode:o} {path}")
    return Finding("home", "ok", f"{folder}, for you alone")


def sidecar() -> Finding:
    """One runs on this home, and its ports answer."""
    from franking.supervisor.state import read_state

    state = read_state()
    if state is None:
        return Finding("sidecar", "warn", "none runs on this home", "frank start --detach, or frank run -- COMMAND")
    ports = [("proxy", *state.proxy), *([("dashboard", *state.web)] if state.web else [])]
    ports += [(url, state.proxy[0], port) for url, port in state.reverse.items()]
    for name, host, port in ports:
        address = reached(host)
        try:
            socket.create_connection((address, port), timeout=3).close()
        except OSError as fault:
            says = f"the {name} on {address}:{port} does not answer: {fault.strerror or fault}"
            return Finding("sidecar", "fail", says, "frank stop, then frank start")
    if state.restarts:
        died = f"the proxy was started anew {state.restarts} times; the last one ended: {state.last_death}"
        return Finding("sidecar", "warn", died, "look at what frank start wrote on stderr")
    return Finding("sidecar", "ok", f"runs (pid {state.pid}), {', '.join(f'{n} {h}:{p}' for n, h, p in ports)}")


def authority(loaded: settings.Settings) -> Finding:
    """It is there, has time left, and may sign for every gateway."""
    from franking.proxy.authority import load

    hosts = [host for gateway in loaded.gateway for host in gateway.hosts]
    held = load(paths.ca_folder(), hosts)
    if held is None:
        return Finding("certificate authority", "warn", "there is none yet", "frank start makes it")
    left = held.not_after - datetime.datetime.now(datetime.UTC)
    until = f"valid until {held.not_after.astimezone():%d %b %Y}"
    outside = [host for host in hosts if not held.newest.permits(host.removeprefix("*."))]
    if outside:
        says = f"it may not sign for {', '.join(outside)}, which was added since"
        return Finding("certificate authority", "warn", says, "restart the sidecar: frank stop, then frank start")
    if left < _SHORT:
        return Finding("certificate authority", "warn", f"{until} only", "restart the sidecar, which renews it")
    return Finding("certificate authority", "ok", f"{until}, for {len(held.newest.names)} names: {held.files.root}")


def git() -> Finding:
    """It is on PATH: users' names and ``frank costs --mine`` come from its configuration."""
    program = shutil.which("git")
    if program is None:
        return Finding("git", "warn", "it is not on PATH", "install git; projects are found without it")
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError) as fault:
        return Finding("git", "warn", f"{program} does not run: {fault}", "install git anew")
    return Finding("git", "ok", f"{told.stdout.strip().removeprefix('git version ')}, {Path(program)}")
