"""``[invoice]``: its defaults, and what it refuses."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from franking import settings


def loaded(folder: Path, **values: Any) -> settings.Settings:
    file = folder / "config.toml"
    file.write_text("[invoice]\n" + "".join(f"{name} = {value!r}\n" for name, value in values.items()))
    return settings.load(file)


def test_defaults(tmp_path: Path) -> None:
    found = loaded(tmp_path).invoice
    assert (found.currency, found.sender) == ("USD", "")
    assert [found.rate, found.markup, found.tax] == [Decimal(1), Decimal(0), Decimal(0)]
    assert found.lines == ("day", "client", "model")
    assert loaded(tmp_path, rate="0.1", zone="Asia/Tokyo").invoice.rate == Decimal("0.1")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("series", "2026", "around one {number}"),
        ("series", "{number}{number}", "around one {number}"),
        ("series", "{number}{0.__class__}", "around one {number}"),
        ("currency", "euro", "pattern"),
        ("rate", "0", "greater than 0"),
        ("rate", "nan", "finite"),
        ("tax", "101", "less than or equal to 100"),
        ("lines", [], "one to four"),
        ("lines", ["day", "day"], "one to four different"),
        ("lines", ["cost"], "expected 'day'"),
        ("zone", "Berlin", "such as Europe/Berlin"),
        ("color", "red", "unknown key"),
    ],
)
def test_what_is_refused_is_named(tmp_path: Path, name: str, value: Any, says: str) -> None:
    with pytest.raises(settings.SettingsError, match=f"config.toml:2: invoice.{name}") as fault:
        loaded(tmp_path, **{name: value})
    assert says in str(fault.value)
