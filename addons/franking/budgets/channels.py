"""Channels that alerts are delivered on: a notification on this machine, a webhook, whatever apprise knows.

``deliver`` gives None where it was taken, else a few words on why not. These are our own words: an URL is a secret,
and what a library says may quote it.
"""

import hashlib
import hmac
import http.client
import logging
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from franking.budgets import apprise_faults
from franking.settings_budgets import Alert as Channel

__all__ = ["EXTRA", "Message", "deliver"]

SECONDS = 10.0
"""What a receiver gets to answer."""

EXTRA = "apprise is not installed; pip install 'franking[alerts]'"


@dataclass(frozen=True, slots=True)
class Message:
    """What to say. key: the same at every try. body: JSON, for a webhook.

    files: go along where a channel takes files; place: said where it does not, beneath the text.
    """

    key: str
    title: str
    text: str
    body: bytes
    files: tuple[Path, ...] = ()
    place: str = ""

    @property
    def told(self) -> str:
        """The text of one that goes without its files."""
        return f"{self.text}\n{self.place}" if self.place else self.text


def deliver(channel: Channel, message: Message, roots: Path | None = None) -> str | None:
    """None: it was taken. Else why not. roots: further certificates to trust. Blocks; never raises."""
    try:
        if channel.kind == "desktop":
            return _desktop(message)
        url = channel.url.get_secret_value() if channel.url else ""
        if channel.kind == "webhook":
            secret = channel.secret.get_secret_value() if channel.secret else None
            return _webhook(url, secret, message, roots)
        return _apprise(url, message)
    except Exception as fault:
        return f"a fault of franking's own ({type(fault).__name__})"


def _desktop(message: Message) -> str | None:
    program = shutil.which("notify-send")
    if program is None:
        return "notify-send is not installed"
    words = [program, "--app-name=franking", "--", message.title, message.told]
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        return f"notify-send did not end well ({type(fault).__name__})"
    return None if done.returncode == 0 else f"notify-send ended with status {done.returncode}: is there a desktop?"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words: Any, **more: Any) -> None:
        """Refuse: another address might get what is meant for this one."""


def _webhook(url: str, secret: str | None, message: Message, roots: Path | None) -> str | None:
    headers = {"Content-Type": "application/json", "User-Agent": "franking", "X-Franking-Delivery": message.key}
    if secret is not None:
        digest = hmac.new(secret.encode(), message.body, hashlib.sha256).hexdigest()
        headers["X-Franking-Signature"] = f"sha256={digest}"
    trusted = ssl.create_default_context()
    if roots is not None:
        trusted.load_verify_locations(roots)
    opener = urllib.request.build_opener(_NoRedirects, urllib.request.HTTPSHandler(context=trusted))
    asked = urllib.request.Request(url, message.body, headers, method="POST")  # noqa: S310 - http(s) alone, by settings
    try:
        with opener.open(asked, timeout=SECONDS):
            return None
    except urllib.error.HTTPError as fault:
        fault.close()
        redirected = ": redirects are not followed" if 300 <= fault.code < 400 else ""
        return f"the receiver answered HTTP {fault.code}{redirected}"
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return _unreached(fault)


def _unreached(fault: Exception) -> str:
    cause = fault.reason if isinstance(fault, urllib.error.URLError) else fault
    if isinstance(cause, TimeoutError):
        return f"the receiver did not answer within {SECONDS:.0f} s"
    if isinstance(cause, ssl.SSLError):
        return "the receiver's certificate is not trusted, or it speaks no TLS"
    if isinstance(cause, OSError) and cause.strerror:
        return f"the receiver cannot be reached: {cause.strerror.lower()}"
    return f"the receiver cannot be reached ({type(cause).__name__})"


def _apprise(url: str, message: Message) -> str | None:
    try:
        import apprise
        from apprise.attachment.file import AttachFile
    except ImportError:
        return EXTRA
    _quieten()
    sender = apprise.Apprise()
    if not sender.add(url):
        return "apprise does not know that kind of url, or something in it is wrong"
    files = message.files if all(server.attachment_support for server in sender) else ()
    taken = sender.notify(
        title=message.title,
        body=message.text if files else message.told,
        body_format=apprise.NotifyFormat.TEXT,
        attach=[AttachFile(str(file)) for file in files] or None,  # type: ignore[no-untyped-call]
        log_level=logging.DEBUG,
    )
    if taken:
        return None
    logged = [(entry.level, entry.message) for service in taken for attempt in service for entry in attempt.logs]
    return apprise_faults.why(logged)


def _quieten() -> None:
    """What apprise and its libraries log may quote the URL: it comes to nobody but ``apprise_faults``."""
    own = logging.getLogger("apprise")
    own.propagate = False
    own.setLevel(logging.DEBUG)
    if not own.handlers:
        own.addHandler(logging.NullHandler())
    for name in ("urllib3", "requests"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
