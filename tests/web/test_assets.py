"""Files that pages load: kept for good under a name of what they hold, small, and all that pages ask for is there."""

import gzip
import re
from pathlib import Path

import pytest

from franking.web.assets import Assets
from support.dashboard import client


def test_for_good_and_packed(ledger: Path) -> None:
    with client(ledger) as visitor:
        told = visitor.get(Assets().url("franking.css"), headers={"Accept-Encoding": "gzip"})
        assert told.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert told.headers["content-encoding"] == "gzip"
        assert told.headers["content-type"] == "text/css; charset=utf-8"
        plain = visitor.get(Assets().url("franking.css"), headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.text == told.text


def test_another_version_is_not_kept(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.get("/static/0123/franking.css").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["../site.py", "%2e%2e/site.py", "nothing.js", "", "/etc/passwd"])
def test_nothing_else(ledger: Path, name: str) -> None:
    with client(ledger) as visitor:
        assert visitor.get(f"/static/x/{name}").status_code == 404


def test_a_changed_file_changes_the_address(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = Assets(tmp_path).url("a.js")
    (tmp_path / "a.js").write_text("2")
    assert Assets(tmp_path).url("a.js") != before
    with pytest.raises(KeyError):
        Assets(tmp_path).url("b.js")


def test_the_first_page_is_light(ledger: Path) -> None:
    with client(ledger) as visitor:
        page = visitor.get("/?period=all")
        bytes_ = len(gzip.compress(page.content, 5))
        for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
            bytes_ += int(visitor.get(address, headers={"Accept-Encoding": "gzip"}).headers["content-length"])
    assert bytes_ < 150_000
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page.text)
    assert not re.findall(r"<style|\sstyle=|\son[a-z]+=|<script>", page.text)
