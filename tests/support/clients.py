"""Clients: one in this process whose every byte is known, and real ones as child processes."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.sidecar import Sidecar, clean_environment

__all__ = [
    "CANARIES",
    "CHAT",
    "Reply",
    "ask",
    "chat",
    "curl",
    "has",
    "opened",
    "python_script",
    "refusing_port",
    "silent_port",
]

KILO = "api.kilo.ai"
CHAT = "/api/openrouter/chat/completions"

CANARIES = {
    "authorization": "sk-canary-authorization-7f3a",
    "cookie": "canary-cookie-91bc",
    "api-key": "canary-api-key-55de",
    "proxy-password": "canary-proxy-password-20aa",
    "prompt": "canary prompt about nothing 64ef",
}
"""Secrets that every request here carries, and that no file of the sidecar may hold."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a client got. fault: the error's class and text where the body did not end as it should."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    fault: str | None = None


def chat(model: str = "openai/gpt-4o-mini", **more: Any) -> bytes:
    """The body of a chat request, with the prompt canary in it."""
    return json.dumps({"model": model, "messages": [{"role": "user", "content": CANARIES["prompt"]}], **more}).encode()


@contextmanager
def opened(
    sidecar: Sidecar,
    host: str = KILO,
    path: str = CHAT,
    body: bytes | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    scenario: str | None = None,
    method: str = "POST",
    proxy_user: str = "",
    timeout: float = 15.0,
) -> Iterator[http.client.HTTPResponse]:
    """A request through the sidecar's CONNECT, its answer begun; leaving the block drops the connection."""
    port = 443
    if ":" in host:
        host, _, number = host.partition(":")
        port = int(number)
    context = ssl.create_default_context(cafile=str(sidecar.ca_file))
    connection = http.client.HTTPSConnection("127.0.0.1", sidecar.port, context=context, timeout=timeout)
    credentials = {"Proxy-Authorization": f"Basic {proxy_user}"} if proxy_user else {}
    connection.set_tunnel(host, port, credentials)
    sent = {
        "Authorization": f"Bearer {CANARIES['authorization']}",
        "Cookie": f"session={CANARIES['cookie']}",
        "X-Api-Key": CANARIES["api-key"],
        "Content-Type": "application/json",
    } | dict(headers or {})
    if scenario is not None:
        sent["x-demo-scenario"] = scenario
    response: http.client.HTTPResponse | None = None
    try:
        connection.request(method, path, chat() if body is None else body, sent)
        response = connection.getresponse()
        yield response
    finally:
        if connection.sock:
            connection.sock.close()
        if response:
            response.close()
        connection.close()


def ask(sidecar: Sidecar, *arguments: Any, **options: Any) -> Reply:
    """The same, to its end. A refused CONNECT is a Reply of its status."""
    try:
        with opened(sidecar, *arguments, **options) as response:
            return _whole(response)
    except OSError as fault:
        refused = str(fault).partition("Tunnel connection failed: ")[2]
        if not refused:
            raise
        return Reply(int(refused[:3]), {}, b"", str(fault))


def _whole(response: http.client.HTTPResponse) -> Reply:
    pieces, fault = [], None
    try:
        while piece := response.read1(65_536):
            pieces.append(piece)
        if response.length:
            fault = f"{response.length} bytes are missing"
    except (http.client.HTTPException, OSError) as broken:
        fault = f"{type(broken).__name__}: {broken}"
    return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, b"".join(pieces), fault)


def has(program: str) -> bool:
    """Is a program at hand?"""
    return shutil.which(program) is not None


def curl(
    sidecar: Sidecar, url: str, *arguments: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """curl through the sidecar, set up as ``frank env`` would."""
    return subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "15", *arguments, url],
        env=_through(sidecar) | dict(environment or {}),
        cwd=cwd,
        capture_output=True,
        timeout=60,
        check=False,
    )


def python_script(
    sidecar: Sidecar, script: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A Python program in a process of its own, through the sidecar; gives the JSON that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=_through(sidecar) | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _through(sidecar: Sidecar) -> dict[str, str]:
    return clean_environment(
        HTTPS_PROXY=sidecar.proxy_url, https_proxy=sidecar.proxy_url, SSL_CERT_FILE=str(sidecar.ca_file)
    )


@contextmanager
def refusing_port() -> Iterator[int]:
    """A port of 127.0.0.1 that nobody listens on, and that nobody else can take."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def silent_port() -> Iterator[int]:
    """A port of 127.0.0.1 that takes connections and never says a word."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(16)
        yield held.getsockname()[1]
