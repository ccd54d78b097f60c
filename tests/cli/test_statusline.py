"""``frank statusline``: one line, at once, whatever is the matter."""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from franking import paths
from franking.budgets import changes
from franking.budgets.periods import local_zone_name
from franking.budgets.values import Budget
from franking.cli import prompt, prompt_memory, prompt_plan, prompt_words
from franking.ledger.connection import patient
from franking.projects import changes as projects
from franking.projects.values import Member, Project
from support import ledgers, repositories
from support.commands import Frank

HOSTILE = "\x1b[31mevil\r\n\u202e{today}"


def midday() -> int:
    """Microseconds: a moment of the local today that is over, whatever the time."""
    now = time.localtime()
    return int(time.mktime((*now[:3], 0, 0, 0, 0, 0, -1))) * 1_000_000


@pytest.fixture
def ledger(home: Path) -> Path:
    today = midday()
    return ledgers.made(
        home / "ledger.db",
        [
            ledgers.record(today, project_id="shop", cost=1_500_000_000),
            ledgers.record(today, project_id="shop", cost=None),
            ledgers.record(today, project_id="other", cost=250_000_000),
            ledgers.record(today, project_id="shop", status="in_flight"),
            ledgers.record(today - 1, project_id="shop", cost=40_000_000_000),
            ledgers.record(today, project_id=HOSTILE, cost=1_000_000_000),
        ],
    )


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = repositories.make(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


def test_today_and_this_project(ledger: Path, shop: Path, frank: Frank) -> None:
    told = frank("statusline")
    assert (told.status, told.out, told.err) == (0, "$2.75+ today · shop $1.50+\n", "")


def test_another_directory(ledger: Path, shop: Path, tmp_path: Path, frank: Frank) -> None:
    repositories.make(tmp_path / "other", origin="https://example.com/co/other.git")
    assert frank("statusline", "--cwd", str(tmp_path / "other")).out == "$2.75+ today · other $0.25\n"
    assert frank("statusline", f"--cwd={tmp_path}").out == "$2.75+ today\n"
    assert frank("statusline", "--cwd", str(tmp_path / "none")).out == "$2.75+ today\n"


def test_json(ledger: Path, shop: Path, frank: Frank) -> None:
    told = json.loads(frank("statusline", "--json").out)
    assert told.pop("since").endswith("Z")
    assert told == {
        "today": {"cost": "2.750000000", "requests": 5, "unpriced": 1},
        "project": "shop",
        "project_today": {"cost": "1.500000000", "requests": 3, "unpriced": 1},
        "budgets": [],
    }


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("{today}|{project}|{project_today}|{requests}|{project_requests}", "$2.75+|shop|$1.50+|5|3"),
        ("[{budget}]", "[]"),
        ("%F{cyan}{today}%f {nonsense} {", "%F{cyan}$2.75+%f {nonsense} {"),
        ("", ""),
    ],
)
def test_a_form_of_ones_own(ledger: Path, shop: Path, frank: Frank, form: str, line: str) -> None:
    assert frank("statusline", "--format", form).out == f"{line}\n"


def test_hostile_names_are_one_plain_line(
    ledger: Path, shop: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shop / ".kilocode").mkdir()
    (shop / ".kilocode" / "config.json").write_text(json.dumps({"project": {"id": HOSTILE}}))
    for out in (frank("statusline").out, frank("statusline", "--format", "{project}").out):
        assert out.count("\n") == 1
        assert out[:-1].isprintable()
    assert frank("statusline", "--format", "{project}").out.count("{today}") == 1


def test_a_name_that_nobody_cleaned_is_shown_as_text() -> None:
    figures = {"today": (1, 1, 0), "project": HOSTILE, "project_today": (1, 1, 0), "budgets": []}
    assert prompt_words.as_text(figures).isprintable()
    plan = {"name": HOSTILE, "amount": 10**9, "unknown_cost": None}
    assert prompt_words.as_text(figures | {"budgets": [(plan, (1, 1, 0))]}, "{budget}").isprintable()


@pytest.fixture
def locked(ledger: Path) -> Iterator[sqlite3.Connection]:
    """The ledger's connection whose transactions readers have to wait for."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as locking:
        locking.execute("PRAGMA journal_mode = DELETE")
        yield locking


@pytest.mark.parametrize("there", ["nothing", "an empty file", "no ledger", "an old one", "a locked one", "no home"])
def test_it_never_fails(
    home: Path,
    shop: Path,
    frank: Frank,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    there: str,
) -> None:
    if there == "an empty file":
        (home / "ledger.db").touch()
    elif there == "no ledger":
        (home / "ledger.db").write_bytes(b"no database at all" * 100)
    elif there == "an old one":
        old = Path(__file__).parents[1] / "ledger" / "fixtures" / "schema-1.db"
        (home / "ledger.db").write_bytes(old.read_bytes())
    elif there == "a locked one":
        request.getfixturevalue("locked").execute("BEGIN EXCLUSIVE")
    elif there == "no home":
        monkeypatch.setenv("FRANKING_HOME", str(home / "none"))
    told = frank("statusline")
    assert (told.status, told.out, told.err) == (0, "\n", "")
    told = frank("statusline", "--json")
    assert (told.status, json.loads(told.out)["today"], told.err) == (0, None, "")
    assert not (home / "none").exists()


@pytest.mark.parametrize("said", ["[attribution\nproject = 3", "attribution = 3", "[attribution]\nproject = 3", "\0"])
def test_what_is_wrong_with_the_configuration_is_for_others_to_say(
    ledger: Path, shop: Path, frank: Frank, said: str
) -> None:
    paths.config_file().write_text(said)
    told = frank("statusline")
    assert (told.status, told.out, told.err) == (0, "$2.75+ today · shop $1.50+\n", "")


def test_a_newer_ledger_is_read_as_far_as_it_is_the_same(ledger: Path, shop: Path, frank: Frank) -> None:
    with closing(sqlite3.connect(ledger)) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert frank("statusline").out == "$2.75+ today · shop $1.50+\n"


def test_no_requests_is_nothing_spent(home: Path, shop: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    ledgers.made(home / "ledger.db", [ledgers.record(midday(), project_id="shop", cost=None)])
    assert frank("statusline").out == "- today · shop -\n"
    assert frank("statusline", "--cwd", "/").out == "- today\n"
    ledgers.made(home / "other" / "ledger.db")
    monkeypatch.setenv("FRANKING_HOME", str(home / "other"))
    assert frank("statusline").out == "$0.00 today · shop $0.00\n"


def test_budgets(ledger: Path, shop: Path, frank: Frank) -> None:
    at, zone = time.time_ns() // 1000, local_zone_name()
    with closing(patient(ledger)) as writing:
        changes.create(writing, Budget("all", 100 * 10**9, "day", zone), at)
    assert frank("statusline", "--cwd", "/").out == "$2.75+ today · all 3% of $100.00\n"
    with closing(patient(ledger)) as writing:
        mine = Budget("mine", 2 * 10**9, "day", zone, {"project": ("shop",)}, unknown_cost=100_000_000)
        changes.create(writing, mine, at)
        changes.create(writing, Budget("theirs", 1, "day", zone, {"project": ("other",)}), at)
    assert frank("statusline").out == "$2.75+ today · shop $1.50+ · mine 80% of $2.00\n"
    told = json.loads(frank("statusline", "--json").out)
    assert [(each["name"], each["spent"]) for each in told["budgets"]] == [
        ("all", "2.750000000"),
        ("mine", "1.600000000"),
    ]


def test_a_project_of_several_ids(ledger: Path, shop: Path, frank: Frank) -> None:
    with closing(patient(ledger)) as writing:
        merged = Project("everything", members=(Member("shop", None), Member("other", None)))
        projects.create(writing, merged, time.time_ns() // 1000)
    assert frank("statusline").out == "$2.75+ today · everything $1.75+\n"


def test_a_plan_is_remembered_until_a_file_changes(
    ledger: Path, shop: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("franking.attribution.reading.SETTLING_NANOSECONDS", 0)
    frank("statusline")
    kept = paths.home() / "statusline.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    with monkeypatch.context() as patched:
        patched.setattr("franking.cli.prompt_plan.whose", None)
        patched.setenv("FRANKING_DEBUG", "1")
        assert frank("statusline").out == "$2.75+ today · shop $1.50+\n"
    (shop / ".kilocode").mkdir()
    (shop / ".kilocode" / "config.json").write_text('{"project": {"id": "other"}}')
    assert frank("statusline").out == "$2.75+ today · other $0.25\n"
    monkeypatch.setenv("FRANKING_PROJECT", "shop")
    assert frank("statusline").out == "$2.75+ today · shop $1.50+\n"
    kept.write_text("{ broken")
    assert frank("statusline").out == "$2.75+ today · shop $1.50+\n"
    assert json.loads(kept.read_text())


def test_another_directory_of_the_same_project_takes_its_plan(
    ledger: Path, shop: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("franking.attribution.reading.SETTLING_NANOSECONDS", 0)
    with closing(patient(ledger)) as writing:
        changes.create(writing, Budget("all", 10 * 10**9, "day", local_zone_name()), time.time_ns() // 1000)
    frank("statusline")
    (shop / "below").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr("franking.cli.prompt_plan.made", None)
        patched.setenv("FRANKING_DEBUG", "1")
        assert (
            frank("statusline", "--cwd", str(shop / "below")).out == "$2.75+ today · shop $1.50+ · all 28% of $10.00\n"
        )
    with closing(patient(ledger)) as writing:
        changes.edit(writing, "all", time.time_ns() // 1000, amount=5 * 10**9)
    assert frank("statusline", "--cwd", str(shop / "below")).out == "$2.75+ today · shop $1.50+ · all 55% of $5.00\n"


def test_only_so_many_directories_are_remembered(
    ledger: Path, tmp_path: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("franking.attribution.reading.SETTLING_NANOSECONDS", 0)
    monkeypatch.setattr(prompt_memory, "_KEPT", 3)
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        frank("statusline", "--cwd", str(tmp_path / str(number)))
    kept = json.loads((paths.home() / "statusline.json").read_text())["places"]
    assert [place.split("\0")[0] for place in kept] == [str(tmp_path / name) for name in "234"]


def test_the_home_is_that_of_every_command(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (None, str(tmp_path / "data"), ""):
        monkeypatch.delenv("FRANKING_HOME", raising=False)
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        if data is not None:
            monkeypatch.setenv("XDG_DATA_HOME", data)
        assert prompt._home() == str(paths.home())


def test_the_configuration_is_that_of_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for named, config in ((None, None), (None, str(tmp_path)), (None, ""), (str(tmp_path / "own.toml"), None)):
        for name, value in (("FRANKING_CONFIG", named), ("XDG_CONFIG_HOME", config)):
            monkeypatch.delenv(name, raising=False)
            if value is not None:
                monkeypatch.setenv(name, value)
        assert prompt_plan._configuration() == str(paths.config_file())
    monkeypatch.setenv("FRANKING_HOME", "~/somewhere")
    assert prompt._home() == str(paths.home())


HEAVY = ["typer", "pydantic", "git", "rich", "msgspec", "platformdirs", "dataclasses", "pathlib", "inspect",
         "fractions", "franking.settings", "franking.attribution.values", "franking.ledger.filters"]  # fmt: skip


@pytest.mark.parametrize(
    ("prepared", "heavy"),
    [("", HEAVY), ("a plan", [*HEAVY, "franking.cli.prompt_plan", "typing"]), ("budgets", HEAVY)],
)
def test_it_loads_little(
    ledger: Path, shop: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, prepared: str, heavy: list[str]
) -> None:
    monkeypatch.delenv("FRANKING_CONFIG")
    if prepared == "budgets":
        with closing(patient(ledger)) as writing:
            projects.create(writing, Project("all", members=(Member("other"),)), time.time_ns() // 1000)
            changes.create(writing, Budget("none", 1, include={"project": ("all",)}), time.time_ns() // 1000)
    elif prepared:
        monkeypatch.setattr("franking.attribution.reading.SETTLING_NANOSECONDS", 0)
        frank("statusline")
    run = "import sys; from franking.cli import main; main(['statusline'])"
    check = f"{run}; print([name for name in {heavy!r} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["$2.75+ today · shop $1.50+", "[]"]


def test_help_and_wrong_usage_are_typers(home: Path, frank: Frank) -> None:
    assert "{project_today}" in frank("statusline", "--help").out
    told = frank("statusline", "--nonsense")
    assert (told.status, told.out) == (2, "")
