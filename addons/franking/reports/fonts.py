"""The fonts of a PDF: which one has a letter. Every text may mix scripts; all fonts are embedded.

Noto Sans (OFL, ``fonts/``) in parts: Latin, Greek and Cyrillic; the Chinese and Japanese letters of GB 2312, Big5's
first level and JIS X 0208; the Korean ones of KS X 1001. Only what a page uses goes into it. Further TrueType files can
be named (``invoice.fonts``). A letter that no font has is written as an escape, and counted.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFError, TTFont  # type: ignore[import-untyped]

__all__ = ["BOLD", "PLAIN", "FontError", "Fonts"]

PLAIN, BOLD = "franking", "franking-bold"

_FOLDER = Path(__file__).parent / "fonts"
_SHIPPED = {PLAIN: "NotoSans-Regular.ttf", BOLD: "NotoSans-Bold.ttf", "franking-sc": "NotoSansSC-subset.ttf",
            "franking-kr": "NotoSansKR-subset.ttf"}  # fmt: skip
_EASTERN = 0x1100
"""Where the letters begin that the two large fonts are for; they are read only where such a letter is written."""

_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class FontError(Exception):
    """A font file cannot be used. The text says which, and why."""


class Fonts:
    """further: TrueType files. Raises FontError."""

    def __init__(self, further: Sequence[Path] = ()) -> None:
        self._further = []
        for place, file in enumerate(further, 1):
            name = f"franking-further-{place}"
            try:
                pdfmetrics.registerFont(TTFont(name, str(file)))
            except (TTFError, OSError) as fault:
                raise FontError(f"invoice.fonts: {file}: no TrueType font that can be embedded: {fault}") from None
            self._further.append(name)
        _shipped(PLAIN)
        _shipped(BOLD)
        self.missing: set[str] = set()
        """Letters so far that no font has."""

    def markup(self, text: str, *, bold: bool = False) -> str:
        """A text as a paragraph's markup, each run of letters in a font that has them; line ends are kept."""
        return "".join(self._runs("".join(self._shown(letter) for letter in text), bold=bold))

    def _runs(self, text: str, *, bold: bool) -> Iterator[str]:
        for name, letters in groupby(text, self._face):
            run = escape("".join(letters)).replace("\n", "<br/>")
            yield run if name == PLAIN and not bold else f'<font name="{BOLD if name == PLAIN else name}">{run}</font>'

    def _shown(self, letter: str) -> str:
        if letter == "\n":
            return letter
        unseen = unicodedata.category(letter) in _UNSEEN
        if not unseen and self._face(letter) is not None:
            return letter
        if not unseen:
            self.missing.add(letter)
        return letter.encode("unicode_escape", "replace").decode()

    def _face(self, letter: str) -> str | None:
        if letter == "\n" or ord(letter) in _letters(_shipped(PLAIN)):
            return PLAIN
        eastern = [name for name in _SHIPPED if name not in {PLAIN, BOLD}] if ord(letter) >= _EASTERN else []
        for name in (*self._further, *eastern):
            if ord(letter) in _letters(_shipped(name) if name in _SHIPPED else name):
                return name
        return None


@cache
def _shipped(name: str) -> str:
    """The font's name, once it is registered."""
    pdfmetrics.registerFont(TTFont(name, str(_FOLDER / _SHIPPED[name])))
    return name


@cache
def _letters(name: str) -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(name).face.charToGlyph)
