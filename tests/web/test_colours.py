"""The dark colours stand twice in the style sheet, since CSS cannot name a set of them: for a system that is dark, and
for a visitor who chose it. They are the same.
"""

import re
from pathlib import Path

import franking.web

SHEET = Path(franking.web.__file__).parent / "static" / "franking.css"


def _colours(selector: str) -> list[str]:
    found = re.search(re.escape(selector) + r" \{([^}]*)\}", SHEET.read_text(encoding="utf-8"))
    assert found is not None, selector
    return [line.strip() for line in found[1].strip().splitlines()]


def test_dark_is_dark_whoever_chose_it() -> None:
    chosen = _colours(':root[data-theme="dark"]')

    assert "color-scheme: dark;" in chosen
    assert _colours(':root:not([data-theme="light"])') == chosen


def test_every_colour_of_the_light_ones_has_a_dark_one() -> None:
    def names(selector: str) -> set[str]:
        return {line.partition(":")[0] for line in _colours(selector)}

    assert names(":root") - names(':root[data-theme="dark"]') == {"--font", "--mono"}
