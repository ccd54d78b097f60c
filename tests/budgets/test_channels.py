"""Channels against real receivers; no word of theirs, and no URL, is in what is told of a failure."""

import hashlib
import hmac
import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from franking.budgets import channels
from franking.budgets.channels import EXTRA, Message, deliver
from franking.settings_budgets import Alert as Channel
from support.clients import refusing_port, silent_port
from support.hooks import Receiver, receiver
from support.mail import mail_server

MESSAGE = Message("1-2-80", "Budget acme is at 80 %", "--text", b'{"budget": "acme"}')
SECRET = "canary-hook-path-77aa"


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """What comes to the root's handlers. (pytest's own listens to loggers that keep their words to themselves, too.)"""
    root, level, words = logging.getLogger(), logging.getLogger().level, io.StringIO()
    handler = logging.StreamHandler(words)
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield words
    root.setLevel(level)
    root.removeHandler(handler)


def webhook(url: str, secret: str | None = None) -> Channel:
    return Channel.model_validate({"name": "hook", "kind": "webhook", "url": url, "secret": secret})


def test_a_webhook_gets_json_and_a_signature(hook: Receiver) -> None:
    assert deliver(webhook(hook.url, "key"), MESSAGE) is None
    [(path, headers, body)] = hook.got
    assert (path, body, headers["Content-Type"]) == (f"/hook/{SECRET}", MESSAGE.body, "application/json")
    assert headers["X-Franking-Signature"] == f"sha256={hmac.new(b'key', body, hashlib.sha256).hexdigest()}"
    assert headers["X-Franking-Delivery"] == "1-2-80"


def test_without_a_secret_it_is_not_signed(hook: Receiver) -> None:
    hook.status = 204
    assert deliver(webhook(hook.url), MESSAGE) is None
    assert hook.got[0][1]["X-Franking-Signature"] is None


@pytest.mark.parametrize(
    ("status", "said"),
    [(500, "HTTP 500"), (404, "HTTP 404"), (302, "redirects are not followed"), (307, "redirects are not followed")],
)
def test_whatever_is_not_taken_is_told(hook: Receiver, status: int, said: str) -> None:
    hook.status = status
    told = deliver(webhook(hook.url, "key"), MESSAGE)
    assert told is not None
    assert said in told
    assert SECRET not in told
    assert len(hook.got) == 1


def test_a_receiver_that_is_not_there_or_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "SECONDS", 0.2)
    with refusing_port() as gone, silent_port() as silent:
        assert deliver(webhook(f"http://127.0.0.1:{gone}/{SECRET}"), MESSAGE) == (
            "the receiver cannot be reached: connection refused"
        )
        assert "did not answer within" in (deliver(webhook(f"http://127.0.0.1:{silent}/{SECRET}"), MESSAGE) or "")


def test_apprise_takes_the_rest(hook: Receiver, heard: io.StringIO) -> None:
    url = f"json://127.0.0.1:{hook.port}/{SECRET}"
    channel = Channel.model_validate({"name": "team", "kind": "url", "url": url})
    assert deliver(channel, MESSAGE) is None
    assert b"Budget acme is at 80 %" in hook.got[0][2]
    hook.status = 500
    assert deliver(channel, MESSAGE) == "the receiver answered HTTP 500"
    assert SECRET not in heard.getvalue()
    strange = Channel.model_validate({"name": "team", "kind": "url", "url": "nobody://x"})
    assert "does not know" in (deliver(strange, MESSAGE) or "")


def test_mail_goes_out_with_its_files(tmp_path: Path, heard: io.StringIO) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(b"<p>x")
    with mail_server() as server:
        url = f"mailto://127.0.0.1:{server.port}?from=franking@example.com&to=canary@example.com&mode=insecure"
        channel = Channel.model_validate({"name": "mail", "kind": "url", "url": url})
        assert deliver(channel, replace(MESSAGE, files=(file,))) is None
        server.recipients = b"550 no canary here"
        assert deliver(channel, MESSAGE) == (
            "the mail server answered 550: it does not take mail for a recipient, or from this sender"
        )
    [mail] = server.taken
    for told in (b"Subject: Budget acme is at 80 %", b"--text", b'filename="report.html"', b"PHA+eA=="):
        assert told in mail
    assert "canary" not in heard.getvalue()


def test_files_go_along_where_a_channel_takes_any_and_else_their_place_is_told(
    tmp_path: Path, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a?b%20.html"
    file.write_bytes(b"x")
    message = Message("k", "Title", "Text", b"{}", (file,), f"Files: {file}")
    channel = Channel.model_validate({"name": "team", "kind": "url", "url": f"json://127.0.0.1:{hook.port}/x"})
    assert deliver(channel, message) is None
    monkeypatch.setattr("apprise.plugins.custom_json.NotifyJSON.attachment_support", False)
    assert deliver(channel, message) is None
    assert deliver(webhook(hook.url), message) is None
    first, second, third = (json.loads(body) for _, _, body in hook.got)
    assert ([one["filename"] for one in first["attachments"]], first["message"]) == ([file.name], "Text")
    assert (second["attachments"], second["message"]) == ([], f"Text\nFiles: {file}")
    assert third == {}


def test_without_the_extra_one_line_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    channel = Channel.model_validate({"name": "team", "kind": "url", "url": "json://x"})
    assert deliver(channel, MESSAGE) == EXTRA


@pytest.mark.parametrize(("script", "said"), [("exit 0", None), ("exit 1", "status 1"), (None, "not installed")])
def test_the_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, said: str | None) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if script is not None:
        program = tmp_path / "notify-send"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path / "words"}\n{script}\n')
        program.chmod(0o755)
    told = deliver(Channel(name="desk", kind="desktop"), MESSAGE)
    assert told is None if said is None else said in (told or "")
    if script is not None:
        words = (tmp_path / "words").read_text().splitlines()
        assert words[-3:] == ["--", MESSAGE.title, MESSAGE.text]  # a text that begins with - is no option
