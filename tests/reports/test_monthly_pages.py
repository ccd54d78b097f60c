"""A report as HTML and as a PDF: whatever the names, everything is said, and nothing of it runs or is loaded."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pypdfium2  # type: ignore[import-untyped]
import pytest

from franking.reports.fonts import Fonts
from franking.reports.monthly import Figures, Report, Subject, split
from franking.reports.monthly_html import html
from franking.reports.monthly_pdf import pdf
from franking.reports.months import month
from support.dashboard import HOSTILE

OCTOBER = month("2026-10", ZoneInfo("Europe/Berlin"), "Europe/Berlin")
DAYS = tuple(Figures(3, 10**9 * (1 + place % 7)) if place % 5 else Figures() for place in range(31))
NAMES = (*HOSTILE, "Ωμέγα", "Привет", "東京都", "한국어")


def report(title: str = "The Shop", *, parts: int = 3, days: tuple[Figures, ...] = DAYS) -> Report:
    figures = Figures(75, 96 * 10**9, unpriced=2, no_usage=1)
    splits = [
        split(name, [(NAMES[place % len(NAMES)] + str(place // len(NAMES) or ""),) * 2 + (Figures(1, 10**9),)
                     for place in range(parts)])
        for name in ("client", "model")
    ]  # fmt: skip
    subject = Subject("project", "shop", title, "Acme & Söhne")
    return Report(subject, OCTOBER, OCTOBER.until, figures, Figures(9, 48 * 10**9), 2, days, tuple(splits))


class Page(HTMLParser):
    """tags: each with its attributes. words: its text. style: that of the style element."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.style = ""
        self._tag = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._tag = tag

    def handle_data(self, data: str) -> None:
        if self._tag == "style" and not self.style:
            self.style = data
        else:
            self.words.append(data)


@pytest.mark.parametrize("name", NAMES)
def test_html_runs_and_loads_nothing(name: str) -> None:
    page = Page(html(report(name, parts=len(NAMES))))
    assert not {tag for tag, _ in page.tags} & {"script", "img", "link", "iframe", "object", "a", "base", "form"}
    keys = {key for _, attributes in page.tags for key in attributes}
    assert not {key for key in keys if key.startswith("on") or key in {"style", "src", "href"}}
    assert "url(" not in page.style
    assert "@import" not in page.style
    text = "".join(page.words)
    assert not re.search("[\u202e\x00\t]", text)


def test_its_policy_allows_its_own_style_alone() -> None:
    page = Page(html(report()))
    [policy] = [each["content"] for tag, each in page.tags if each.get("http-equiv") == "Content-Security-Policy"]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


SAID = (
    "Monthly report", "Acme & Söhne", "The Shop, October 2026", "Project shop",
    "1 to 31 October 2026, days of Europe/Berlin; made 2026-11-01 00:00", "$96.00", "+100% on September 2026 ($48.00)",
    "2 requests ended well without a known price", "1 request ended well and told no tokens", "By tool", "By model",
    "Total", "3.0000",
)  # fmt: skip


def pages(made: bytes) -> list[str]:
    return [one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(made)]


def test_both_say_what_there_is_to_say() -> None:
    shown = " ".join("".join(Page(html(report())).words).split())
    printed = " ".join("".join(pages(pdf(report(), Fonts()))).split())
    for said in SAID:
        assert said in shown
        assert said in printed


def test_html_draws_a_bar_a_day_and_says_it_as_a_table() -> None:
    made = html(report()).decode()
    assert made.count("<title>") == 32
    assert "<title>Thu 1 Oct 2026: -, 0 requests</title>" in made
    assert "<title>Fri 2 Oct 2026: $2.00, 3 requests</title>" in made
    assert "<bdi>2026-10-02</bdi>" in made
    assert "<bdi>2026-10-01</bdi>" not in made


@pytest.mark.parametrize("days", [(Figures(),) * 31, (Figures(1),) * 31, (Figures(1, -5),) * 31, (Figures(1, 1),) * 31])
def test_odd_days_are_drawn_too(days: tuple[Figures, ...]) -> None:
    empty = replace(report(days=days, parts=0), figures=Figures())
    assert "No requests." in html(empty).decode()
    assert "No requests." in "".join(pages(pdf(empty, Fonts())))


def test_the_pdf_is_the_same_for_the_same_report_and_has_every_script() -> None:
    own = Fonts()
    made = pdf(report("日本語 Ωμέγα", parts=len(NAMES)), own)
    assert made == pdf(report("日本語 Ωμέγα", parts=len(NAMES)), Fonts())
    text = "".join(pages(made))
    for name in ("日本語 Ωμέγα, October 2026, page 1", "<script>document.title='owned'</script>", "{{7*7}}"):
        assert name in text
    assert own.missing == set()


def blue(made: bytes) -> int:
    """How many points of the first page are of the bars' colour."""
    picture = pypdfium2.PdfDocument(made)[0].render(scale=1).to_pil().convert("RGB")
    return sum(count for count, colour in picture.getcolors(1 << 24) if colour == (42, 91, 215))


def test_the_chart_is_really_drawn() -> None:
    nothing = replace(report(parts=0), days=(Figures(),) * 31)
    assert blue(pdf(report(parts=0), Fonts())) > 2_000
    assert blue(pdf(nothing, Fonts())) == 0
