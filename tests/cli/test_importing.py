"""``frank import`` of CSV and JSON Lines, as typed; another ledger's is in test_care.py."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from franking.health import books
from support import ledgers
from support.commands import Frank

KILO = """Date,User,Model,Provider,Cost (USD),Requests,Input Tokens,Output Tokens
2026-11-01,jane@example.com,anthropic/claude-sonnet-4.5,anthropic,1.234567,12,12000,340
2026-11-02,jane@example.com,openai/gpt-4o,openai,0.50,2,10,3
"""
ACTIVITY = "generation_id,created_at,cost_total,model_permaslug\ngen-1,2026-11-01 03:46:57.713,0.0123,m\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    named = tmp_path / "export.csv"
    named.write_text(KILO)
    return named


def test_totals_are_in_every_view(file: Path, frank: Frank) -> None:
    dry = frank("import", str(file), "--dry-run")
    assert dry.out == (
        "2 lines as kilo-usage: 2 totals would be added; 0 stood here already; 0 refused\nnot used: Provider\n"
    )
    assert json.loads(frank("costs", "--period", "all", "--json").out)["total"]["requests"] == 0
    told = frank("import", str(file))
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("2 lines as kilo-usage: 2 totals added; 0 stood here already; 0 refused\n")
    for by in ("day", "session", "user,model", "day,month"):
        total = json.loads(frank("costs", "--period", "all", "--by", by, "--json").out)["total"]
        assert (total["requests"], total["cost"]) == (14, "1.734567000")
    file.write_text(KILO.replace("0.50,2,", "0.75,3,"))
    again = frank("import", str(file)).out
    assert "0 totals added; 1 replaced by other sums; 1 stood here already; 0 refused" in again


def test_a_dry_run_makes_no_ledger(home: Path, file: Path, frank: Frank) -> None:
    frank("import", str(file), "--dry-run")
    assert list(home.iterdir()) == []


def test_each_bad_line_is_named(file: Path, frank: Frank) -> None:
    file.write_text(KILO + '2026-11-03,x,m,p,"1,5",1,1,1\n2026-11-03,x\n2026-11-03,x\x1b[31m,m,p,1,\x1b[31m,1,1\n')
    told = frank("import", str(file))
    assert told.status == 1
    lines = told.err.splitlines()
    assert lines[0].startswith(f"{file}:4: Cost (USD): expected an amount of dollars")
    assert lines[1] == f"{file}:5: expected 8 columns, found 2"
    assert lines[2].startswith(f"{file}:6: Requests: expected a whole number")
    assert "\x1b" not in told.err
    assert "5 lines as kilo-usage: 2 totals added; 0 stood here already; 3 refused" in told.out


def test_overlap_is_refused_unless_allowed(home: Path, file: Path, frank: Frank) -> None:
    row = ledgers.record(1_793_530_000_000_000, user="jane@example.com", model="anthropic/claude-sonnet-4.5", cost=1)
    ledgers.made(home / "ledger.db", [row])
    told = frank("import", str(file))
    assert told.status == 1
    assert (
        "1 request of its own at that time with the same model, user, gateway: `frank reconcile` compares" in told.err
    )
    assert frank("import", str(file), "--allow-overlap").status == 0
    assert json.loads(frank("costs", "--period", "all", "--json").out)["total"]["requests"] == 15


def test_maps_layouts_and_a_users_own(tmp_path: Path, frank: Frank) -> None:
    file = tmp_path / "bill.csv"
    file.write_text("when;spend;what\n1793530000;2500000;m\n")
    options = ["--map", "when=started_at:seconds", "--map", "spend=cost:micro-dollars", "--map", "what=model"]
    told = frank("import", str(file), *options, "--gateway", "mine")
    assert told.out == "1 line as map: 1 request added; 0 were here already; 0 refused\n"
    total = json.loads(frank("costs", "--period", "all", "--by", "gateway,model", "--json").out)["rows"][0]
    assert (total["gateway"], total["model"], total["cost"]) == ("mine", "m", "2.500000000")
    own = tmp_path / "own.toml"
    own.write_text(
        '[[layout]]\nname = "bill"\nkind = "requests"\nheader = ["spend"]\ngateway = "mine"\ncost = "micro-dollars"\n'
        'time = "seconds"\n[layout.columns]\nwhen = "started_at"\nspend = "cost"\nwhat = "model"\n'
    )
    (tmp_path / "config.toml").write_text(f'[ledger]\nlayouts = "{own}"\n')
    assert "1 line as bill: 0 requests added; 1 were here already" in frank("import", str(file)).out
    own.write_text("[[layout]]\nname = 7\n")
    wrong = frank("import", str(file))
    assert (wrong.status, f"{own}: layout[0].name" in wrong.err) == (1, True)


def test_a_pipe_will_do(tmp_path: Path, frank: Frank) -> None:
    ends = os.pipe()
    with os.fdopen(ends[1], "w") as writing:
        writing.write(ACTIVITY)
    told = frank("import", f"/dev/fd/{ends[0]}")
    os.close(ends[0])
    assert told.out == "1 line as openrouter-activity: 1 request added; 0 were here already; 0 refused\n"


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (["--layout", "none"], 2, "'none' is no layout; expected one of franking-rows"),
        (["--map", "Mode"], 2, "expected COLUMN=FIELD"),
        (["--map", "Spend=cost"], 1, "it has no column 'Spend'; there are Date, User"),
        (["--zone", "Mars"], 2, "'Mars' is no time zone"),
        (["--layout", "openrouter-activity"], 1, "no column is the field started_at"),
    ],
)
def test_wrong_choices(file: Path, frank: Frank, options: list[str], status: int, says: str) -> None:
    told = frank("import", str(file), *options)
    assert told.status == status
    assert says in " ".join(told.err.split())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "no layout has its columns (a, b); --map COLUMN=FIELD says what they are"),
        ("", "it is empty"),
        ('[{"a": 1}]', "jq -c"),
    ],
)
def test_files_that_are_none(file: Path, frank: Frank, text: str, says: str) -> None:
    file.write_text(text)
    told = frank("import", str(file))
    assert (told.status, told.err.count("\n"), told.out) == (1, 1, "")
    assert says in told.err


def test_a_ledger_takes_no_layout(home: Path, tmp_path: Path, frank: Frank) -> None:
    other = ledgers.made(tmp_path / "other.db", [ledgers.record(1)])
    assert frank("import", str(other), "--layout", "kilo-usage").status == 2
    assert frank("import", str(other)).out == "1 requests added; 0 were here already\n"


def test_doctor_and_its_repair_count_them(home: Path, file: Path, frank: Frank) -> None:
    frank("import", str(file))
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as ledger:
        assert books.totals(ledger).verdict == "ok"
        ledger.execute("UPDATE days SET cost = 1")
        assert books.totals(ledger).verdict == "fail"


def test_another_ledgers_totals_come_too_once(
    home: Path, tmp_path: Path, file: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRANKING_HOME", str(tmp_path / "other"))
    assert frank("import", str(file)).status == 0
    monkeypatch.setenv("FRANKING_HOME", str(home))
    other = str(tmp_path / "other" / "ledger.db")
    assert "\n2 totals would be added; 0 were here already; 0 refused\n" in frank("import", other, "--dry-run").out
    assert "\n2 totals added; 0 were here already; 0 refused\n" in frank("import", other).out
    assert "\n0 totals added; 2 were here already; 0 refused\n" in frank("import", other).out
    assert "0 totals added; 2 stood here already" in frank("import", str(file)).out
    assert json.loads(frank("costs", "--period", "all", "--json").out)["total"]["requests"] == 14
    (home / "ledger.db").unlink()
    row = ledgers.record(1_793_530_000_000_000, user="jane@example.com", model="anthropic/claude-sonnet-4.5", cost=1)
    ledgers.made(home / "ledger.db", [row])
    told = frank("import", other)
    assert (told.status, "1 request of its own" in told.err) == (1, True)
    assert "\n1 totals added; 0 were here already; 1 refused\n" in told.out
