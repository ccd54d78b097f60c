"""The page: drawn, looked at as text and as a picture, whatever the names and however many lines."""

from decimal import Decimal
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from franking.reports import fonts, invoice_pdf, invoice_text
from franking.reports.invoices import Charge, Invoice, Party, Terms, composed
from support.dashboard import HOSTILE

TERMS = Terms("EUR", Decimal("0.92"), Decimal(15), Decimal(19), ("day", "client", "model"))
NAMES = (*HOSTILE, "Ωμέγα", "Привет", "東京都株式会社", "简体中文", "繁體中文", "한국어", "\u0627\u0644", "x" * 300)


def invoice(lines: int, *, number: str | None = "F-1", late: int = 0) -> Invoice:
    charges = [
        Charge(("2026-10-01", None, NAMES[place % len(NAMES)]), place >= lines - late, 3, 10**7 + place, None, 5)
        for place in range(lines)
    ]
    return composed(
        charges, TERMS, number=number, project="p", title=NAMES[0], since=0, until=1, period="2026-10",
        issued="2026-11-01", sender=Party("Jörg", "Straße 1\nBerlin", "DE1"),
        client=Party("株式会社 Ελλάς Клиент 한국", "x\n" * 5),
        late_of=("F-0",) if late else (),
    )  # fmt: skip


def drawn(made: Invoice) -> tuple[list[str], fonts.Fonts]:
    own = fonts.Fonts()
    page = invoice_pdf.pdf(made, own)
    found = pypdfium2.PdfDocument(page)
    return [one.get_textpage().get_text_range() for one in found], own


@pytest.mark.parametrize("lines", [0, 1, 400])
def test_lines_go_on_over_pages(lines: int) -> None:
    pages, _ = drawn(invoice(lines, late=min(lines, 1)))
    assert len(pages) == {0: 1, 1: 1}.get(lines, len(pages))
    assert (len(pages) > 10) == (lines == 400)
    assert all("Invoice F-1, page" in page for page in pages)
    assert "Total, EUR" in pages[-1]
    assert ("Nothing to charge." in pages[0]) == (lines == 0)
    assert sum("see F-0" in page for page in pages) == (lines > 0)


def test_every_script_is_embedded_and_what_is_not_there_is_an_escape() -> None:
    pages, own = drawn(invoice(len(NAMES)))
    text = "".join(pages)
    for name in ("株式会社", "Ελλάς", "Клиент", "Ωμέγα", "简体中文", "繁體中文", "한국어", "日本語", "{{7*7}}"):
        assert name in text
    assert own.missing == {"\u0627", "\u0644"}
    assert "\\u202egnp.exe" in text.replace("\r\n", "")
    assert "<script>" in text


def test_the_letters_are_really_there() -> None:
    made = invoice(1)
    blank = Invoice(**{name: getattr(made, name) for name in Invoice.__slots__} | {"client": Party("\u3000" * 5)})
    assert ink(made) > ink(blank) + 50


def ink(made: Invoice) -> int:
    """How many dots of the first page are dark."""
    picture = pypdfium2.PdfDocument(invoice_pdf.pdf(made, fonts.Fonts()))[0].render(scale=1).to_pil().convert("L")
    return sum(picture.histogram()[:128])


def test_the_same_bytes_for_the_same_invoice_and_a_draft_says_so() -> None:
    assert invoice_pdf.pdf(invoice(30), fonts.Fonts()) == invoice_pdf.pdf(invoice(30), fonts.Fonts())
    pages, _ = drawn(invoice(2, number=None))
    assert "DRAFT, not issued" in pages[0]


def test_a_font_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(b"nothing")
    with pytest.raises(fonts.FontError, match=r"invoice.fonts: .*x.ttf"):
        fonts.Fonts((tmp_path / "x.ttf",))


def test_csv_has_no_formula_and_adds_up() -> None:
    made = invoice(len(NAMES))
    rows = invoice_text.as_csv(made).splitlines()
    assert any("'=cmd" in row for row in rows)
    assert rows[-1].split(",")[-2:] == [str(made.total), "EUR"]
