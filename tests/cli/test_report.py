"""``frank report``: files, figures, sending; what it refuses, and how the scheduled ones are shown."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from franking.ledger.connection import patient
from franking.reports import sent
from franking.reports.sent import Sent
from support import ledgers
from support.commands import Frank
from support.hooks import Receiver, receiver

OCTOBER = int(datetime(2026, 10, 5, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOSTILE = "\x1b[31mevil\r\n[red]x[/red]../" + "x" * 100
MONTH = ("--monthly", "--month", "2026-10")


@pytest.fixture
def ledger(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [
        ledgers.record(OCTOBER, project_id="acme", cost=10**9, model="gpt-5"),
        ledgers.record(OCTOBER, project_id=HOSTILE, cost=2 * 10**9),
        ledgers.record(OCTOBER),
    ]
    return ledgers.made(home / "ledger.db", rows)


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[Receiver]:
    with receiver() as running:
        text = f'[[alerts]]\nname = "hook"\nkind = "webhook"\nurl = "{running.url}"\n'
        (tmp_path / "config.toml").write_text(text)
        yield running


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-")])
def test_a_file_for_each_and_for_everything(
    ledger: Path, frank: Frank, tmp_path: Path, form: str, begins: bytes
) -> None:
    told = frank("report", *MONTH, "--format", form)
    assert (told.status, told.err) == (0, "")
    folder = tmp_path / "franking-2026-10"
    assert [name.partition("~")[0].removesuffix(f".{form}") for name in files(folder)] == [
        "franking-2026-10-all", f"franking-2026-10-project-31mevil-red-x-red-{22 * 'x'}",
        "franking-2026-10-project-acme", "franking-2026-10-unattributed",
    ]  # fmt: skip
    assert all(file.read_bytes().startswith(begins) for file in folder.iterdir())
    assert "\x1b" not in told.out


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    table = frank("report", *MONTH).out.splitlines()[:-1]
    assert all(cell_len(line) <= width for line in table)
    assert [line.split()[1] for line in table if line.startswith(("Everything", "acme", "Unattr"))] == [
        "$3.00", "$1.00", "-",
    ]  # fmt: skip


def test_where_to(ledger: Path, frank: Frank, tmp_path: Path) -> None:
    one = (*MONTH, "--project", "acme")
    assert frank("report", *one, "-o", "a.pdf").status == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert frank("report", *one, "-o", "out/deep").status == 0
    assert files(tmp_path / "out" / "deep") == ["franking-2026-10-project-acme.html"]
    told = frank("report", *one, "-o", "-")
    assert told.out.startswith("<!doctype html>")
    assert told.out.endswith("</html>")
    assert not (tmp_path / "franking-2026-10").exists()


def test_figures_alone_write_no_file(ledger: Path, frank: Frank, tmp_path: Path) -> None:
    told = json.loads(frank("report", *MONTH, "--json").out)["reports"]
    assert [(one["kind"], one["project"], one["cost"], one["file"]) for one in told] == [
        ("all", None, "3.000000000", None), ("project", HOSTILE, "2.000000000", None),
        ("project", "acme", "1.000000000", None), ("unattributed", None, None, None),
    ]  # fmt: skip
    assert told[2]["by"]["model"] == [{"value": "gpt-5", "other": False, "requests": 1, "cost": "1.000000000"}]
    assert told[3]["notes"][0] == "1 request ended well without a known price: not in the cost."
    assert files(tmp_path) == ["home"]
    told = json.loads(frank("report", *MONTH, "--project", "acme", "--json", "-o", "a.html").out)["reports"]
    assert [one["file"] for one in told] == ["a.html"]


def test_the_last_month_without_a_name(ledger: Path, frank: Frank) -> None:
    told = json.loads(frank("report", "--monthly", "--json").out)["reports"]
    assert told[0]["month"] < f"{datetime.now(UTC):%Y-%m}"


def test_it_is_sent_now(ledger: Path, frank: Frank, home: Path, hook: Receiver) -> None:
    told = frank("report", *MONTH, "--project", "acme", "--send", "hook")
    assert (told.status, told.err) == (0, "hook: taken\n")
    assert [json.loads(body)["title"] for _, _, body in hook.got] == ["acme, October 2026: $1.00"]
    assert files(home / "reports" / "2026-10") == ["franking-2026-10-project-acme.html"]
    hook.status = 500
    told = frank("report", *MONTH, "--send", "hook")
    assert (told.status, told.err) == (1, "hook: NOT taken: the receiver answered HTTP 500\n")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--month", "2026-10"), 2, "--monthly"),
        (("--monthly", "--month", "2026-13"), 2, "expected a month, such as 2026-11"),
        (("--monthly", "--month", "2199-01"), 2, "January 2199 has not begun"),
        ((*MONTH, "--format", "odt"), 2, "'odt' is none of html, pdf"),
        ((*MONTH, "-o", "a.pdf"), 2, "these are 4 reports"),
        ((*MONTH, "-o", "-"), 2, "these are 4 reports"),
        ((*MONTH, "--project", "acme", "-o", "-", "--json"), 2, "cannot be combined"),
        ((*MONTH, "--project", "nope"), 1, "frank: there is no project 'nope'"),
        ((*MONTH, "--send", "nope"), 1, "frank: there is no channel 'nope' to send to; none is configured"),
        ((*MONTH, "-o", "home/ledger.db/x"), 1, "home/ledger.db"),
    ],
)
def test_what_it_refuses(
    ledger: Path, frank: Frank, tmp_path: Path, arguments: tuple[str, ...], status: int, said: str
) -> None:
    told = frank("report", *arguments)
    assert told.status == status
    assert said in told.err
    assert "Traceback" not in told.err
    assert files(tmp_path) == ["home"]


def test_without_a_ledger_one_line_says_so(home: Path, frank: Frank) -> None:
    told = frank("report", *MONTH)
    assert (told.status, len(told.err.splitlines())) == (1, 1)
    assert "there is no ledger yet" in told.err
    assert frank("report").out.startswith("No report is sent by schedule")


def test_the_scheduled_ones(ledger: Path, frank: Frank, tmp_path: Path, hook: Receiver) -> None:
    with (tmp_path / "config.toml").open("a") as config:
        config.write('[[reports]]\nname = "team"\nchannels = ["hook"]\nprojects = ["acme", ""]\n')
    with closing(patient(ledger)) as writing:
        sent.note(writing, [Sent("team", month, "hook", OCTOBER) for month in ("2026-08", "2026-09", "2026-10")])
        for month, fault in (("2026-08", None), ("2026-09", "the receiver answered HTTP 500")):
            one = Sent("team", month, "hook", OCTOBER)
            assert sent.claim(writing, one, OCTOBER)
            sent.settle(writing, one, OCTOBER, fault)
    told = frank("report")
    assert told.out.startswith("team: acme, (unattributed), as html, on day 1 of each month to hook\n")
    assert [line.split()[-1] for line in told.out.splitlines()[2:]][1:] == ["500", "waits"]
    shape = json.loads(frank("report", "--json").out)
    assert [(one["month"], one["attempts"], one["fault"]) for one in shape["sent"]] == [
        ("2026-08", 1, None), ("2026-09", 1, "the receiver answered HTTP 500"), ("2026-10", 0, None),
    ]  # fmt: skip
    assert shape["scheduled"][0]["projects"] == ["acme", ""]
