"""The options that say which requests are meant."""

from datetime import UTC
from pathlib import Path

import pytest
import typer

from franking.cli import selection
from franking.ledger.filters import Filters


def test_the_past_month_unless_told_otherwise() -> None:
    assert selection.period(None, None, None, UTC).words.startswith("past month, since ")
    assert selection.period("all", None, None, UTC).since is None


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [("decade", None, None), ("week", "7d", None), (None, "soon", None), (None, "2026-02-01", "2026-01-01")],
)
def test_wrong_ones_are_wrong_usage(name: str | None, since: str | None, until: str | None) -> None:
    with pytest.raises(typer.BadParameter):
        selection.period(name, since, until, UTC)


def test_options_become_filters() -> None:
    meant = selection.period(None, "2026-11-01", "2026-11-02", UTC)
    assert selection.filters(meant, project=["a", ""], model=["m"]) == Filters(
        meant.since, meant.until, {"project": ("a", None), "model": ("m",)}
    )
    assert selection.filters(branch=["main"], session=None, without={"gateway": ["", "kilo"], "user": None}) == Filters(
        include={"branch": ("main",)}, exclude={"gateway": (None, "kilo")}
    )
    assert selection.filters() == Filters()


def test_who_i_am_without_git(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('[attribution]\nuser = "me@example.com"\n')
    monkeypatch.setenv("PATH", str(tmp_path))
    assert selection.me() == ("me@example.com",)
