"""``frank reconcile``: a gateway's export beside the ledger, as typed."""

import csv
import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len

from support import ledgers
from support.commands import Frank

MIDNIGHT = 1_795_305_600_000_000
"""2026-11-22 UTC."""
HOUR = 3_600_000_000
HEAD = "Date,User,Model,Cost (USD),Requests,Input Tokens,Output Tokens\n"
LONG = "anthropic/claude-with-a-name-that-goes-on-and-on"
EQUAL = HEAD + f"2026-11-22,u,{LONG},1.00,1,1200,34\n2026-11-22,,m,0,1,0,0\n"


@pytest.fixture
def file(home: Path, tmp_path: Path) -> Path:
    rows = [
        ledgers.record(MIDNIGHT + HOUR, model=LONG, user="u", cost=10**9, input_tokens=1200, output_tokens=34),
        ledgers.record(MIDNIGHT + HOUR, model="m"),
    ]
    ledgers.made(home / "ledger.db", rows)
    named = tmp_path / "export.csv"
    named.write_text(EQUAL)
    return named


def differing(file: Path) -> None:
    text = EQUAL.replace("1.00,1,", "1.25,2,").replace(",m,0,1,", ",m,0.5,1,")
    file.write_text(text + "2026-11-22,\x1b[31m=v,m,3,1,1,1\n")


def test_equal_is_0_and_a_difference_1(file: Path, frank: Frank) -> None:
    told = frank("reconcile", str(file))
    assert told.status == 0
    assert "All 2 are equal: 2 requests, $1.00." in told.out
    differing(file)
    assert frank("reconcile", str(file)).status == 1
    assert frank("reconcile", str(file), "--by", "day", "--tolerance", "99").status == 1
    assert "(unattributed)" in frank("reconcile", str(file)).out
    assert frank("reconcile", str(file), "--since", "2026-11-25").out.endswith(
        "The file has no request in this time, and the ledger none.\n"
    )


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits(file: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    differing(file)
    out = frank("reconcile", str(file)).out
    assert all(cell_len(line) <= width for line in out.splitlines())
    assert "+$3.00" in out
    assert "\x1b" not in out
    assert out.index("+$3.00") < out.index("+$0.50") < out.index("+$0.25")
    words = " ".join(out.split())
    assert "0 of 3 are equal." in words
    assert "Only in the file: 1 request, $3.00. They went around the proxy" in words
    assert "Where both have it, 1 request of the ledger has no cost:" in words


def test_only_the_dearest(file: Path, frank: Frank) -> None:
    differing(file)
    assert "and 2 more that differ: --top N, --json or --csv" in frank("reconcile", str(file), "--top", "1").out


def test_json_and_csv(file: Path, frank: Frank) -> None:
    differing(file)
    told = json.loads(frank("reconcile", str(file), "--json").out)
    assert (told["by"], told["keys"], told["equal"], told["layout"]) == (["day", "model", "user"], 3, 0, "kilo-usage")
    assert told["rows"][0]["difference"] == "3.000000000"
    assert (told["rows"][0]["ledger"], told["rows"][0]["file"]["requests"]) == (None, 1)
    assert told["total"]["difference"] == "3.750000000"
    assert told["only_in_file"]["cost"] == "3.000000000"
    assert told["period"] == {"since": "2026-11-22T00:00:00.000000Z", "until": "2026-11-23T00:00:00.000000Z"}
    rows = list(csv.DictReader(io.StringIO(frank("reconcile", str(file), "--csv").out)))
    assert [row["difference"] for row in rows] == ["3.000000000", "0.500000000", "0.250000000"]
    assert (rows[0]["user"], rows[1]["user"], rows[0]["ledger_cost"]) == ("\\x1b[31m=v", "", "")
    file.write_text(EQUAL)
    assert json.loads(frank("reconcile", str(file), "--json").out)["rows"] == []


def test_requests_one_by_one(home: Path, file: Path, frank: Frank) -> None:
    file.write_text("generation_id,created_at,cost_total,model_permaslug\ngen-1,2026-11-22 01:00:00,1,m\n")
    told = frank("reconcile", str(file))
    assert (told.status, "Only in the file: 1 request, $1.00." in " ".join(told.out.split())) == (1, True)
    ledgers.add(home / "ledger.db", ledgers.record(MIDNIGHT, gateway="openrouter", message_id="gen-1", cost=10**9))
    assert frank("reconcile", str(file)).status == 0


def test_a_line_that_cannot_be_read_is_a_difference(file: Path, frank: Frank) -> None:
    file.write_text(EQUAL + "x,u,m,1,1,1,1\n")
    told = frank("reconcile", str(file))
    assert told.status == 1
    assert f"{file}:4: Date: expected a day" in told.err
    assert "1 line of the file could not be read" in told.out


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (["--by", "session"], 2, "not told by the file"),
        (["--tolerance", "x"], 2, "expected US dollars"),
        (["--tolerance", "-1"], 2, "expected US dollars"),
        (["--json", "--csv"], 2, "choose one"),
        (["--period", "decade"], 2, "expected week, month, year, all"),
        (["--map", "Spend=cost"], 1, "it has no column 'Spend'"),
    ],
)
def test_wrong_usage(file: Path, frank: Frank, options: list[str], status: int, says: str) -> None:
    told = frank("reconcile", str(file), *options)
    assert told.status == status
    assert says in " ".join(told.err.split())


def test_without_a_ledger_there_is_nothing_to_compare_with(home: Path, tmp_path: Path, frank: Frank) -> None:
    (tmp_path / "export.csv").write_text(EQUAL)
    told = frank("reconcile", str(tmp_path / "export.csv"))
    assert (told.status, told.err.count("\n")) == (1, 1)
    assert "there is no ledger yet" in told.err
    assert frank("reconcile", str(tmp_path / "none.csv")).status == 1
