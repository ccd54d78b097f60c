"""Names of reports' files: they lead nowhere else, and no two are the same."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from franking.reports.monthly import Figures, Report, Subject
from franking.reports.monthly_files import Maker, MakingError, named, write
from franking.reports.months import month
from support.dashboard import HOSTILE

OCTOBER = month("2026-10", ZoneInfo("UTC"), "UTC")
ALL = Report(Subject("all"), OCTOBER, OCTOBER.until, Figures(), Figures(), 0, (Figures(),) * 31, ())


def of(name: str) -> Report:
    return replace(ALL, subject=Subject("project", name, name))


@pytest.mark.parametrize(
    ("report", "name"),
    [
        (ALL, "franking-2026-10-all.html"),
        (replace(ALL, subject=Subject("unattributed")), "franking-2026-10-unattributed.html"),
        (of("acme-api_2"), "franking-2026-10-project-acme-api_2.html"),
        (of("all"), "franking-2026-10-project-all.html"),
    ],
)
def test_plain_names_stay(report: Report, name: str) -> None:
    assert named(report, "html") == name


NAMES = (
    *HOSTILE, "acme/api", "acme-api", "ACME-API", "acme api", "acme/api ", "../../etc/passwd", "..", ".", "~", "", "/",
    "C:\\con", "x" * 60, "x" * 61, "x" * 255, "é", "e\u0301", "\ud800", "日本", "日本語",
)  # fmt: skip


def test_all_others_are_safe_and_different() -> None:
    names = [named(of(name), "pdf") for name in NAMES]
    assert len({name.casefold() for name in names}) == len(NAMES)
    for name in names:
        assert name.isascii()
        assert len(name) < 120
        assert Path(name).name == name
        assert not set(name) & set(' /\\:*?"<>|%\x00\n')


def test_they_are_the_owners_alone(tmp_path: Path) -> None:
    files = write([ALL, of("../up")], tmp_path / "new" / "reports", Maker("html"))
    assert [file.parent for file in files] == [tmp_path / "new" / "reports"] * 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert files[0].parent.stat().st_mode & 0o777 == 0o700
    assert sorted(file.name for file in tmp_path.rglob("*.html")) == sorted(file.name for file in files)


def test_a_font_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_text("no font")
    with pytest.raises(MakingError, match=r"invoice.fonts: .*font.ttf: no TrueType font"):
        write([ALL], tmp_path, Maker("pdf", [tmp_path / "font.ttf"]))
