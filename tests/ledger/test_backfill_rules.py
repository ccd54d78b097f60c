"""The rules of ``frank backfill``: the shipped ones, a user's before them, and what is wrong with a file."""

from pathlib import Path

import pytest

from franking.ledger.backfill_rules import BackfillRules
from franking.settings import Settings, SettingsError, load


def with_rules(folder: Path, text: str) -> Settings:
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    (folder / "config.toml").write_text(f'[ledger]\nbackfill_rules = "{folder / "rules.toml"}"\n', encoding="utf-8")
    return load(folder / "config.toml")


def test_the_shipped_rules() -> None:
    rules = BackfillRules.load()
    assert [(rule.source, rule.field) for rule in rules.neighbours] == [
        (f"backfill:neighbour-{name}", field)
        for field in ("project", "feature")
        for name in ("session", "caller", "machine")
    ]
    assert {rule.width for rule in rules.neighbours} == {rules.reach} == {60_000_000}
    assert [rule.source for rule in rules.shipped] == ["backfill:route", "backfill:client"]
    assert rules.own == ()


def test_a_users_own_go_first_and_take_the_place_of_those_with_their_name(tmp_path: Path) -> None:
    text = """
    [[pattern]]
    name = "ops"
    match = { command = "^nightly", user = "^ops@" }
    project = "operations"
    feature = ""
    [[neighbour]]
    name = "machine"
    field = "project"
    same = ["machine_id"]
    seconds = 0
    [[neighbour]]
    name = "session"
    field = "feature"
    same = ["session_id"]
    seconds = 600
    [silent]
    project = ["scratch"]
    """
    rules = BackfillRules.load(with_rules(tmp_path, text))
    assert [(rule.source, rule.field, rule.value) for rule in rules.own] == [
        ("backfill:ops", "project", "operations"),
        ("backfill:ops", "feature", None),
    ]
    found = {(rule.source, rule.field): rule.width for rule in rules.neighbours}
    assert ("backfill:neighbour-machine", "project") not in found
    assert found["backfill:neighbour-session", "feature"] == rules.reach == 600_000_000
    assert rules.silent["project"] == {"scratch"}
    assert "unknown" in rules.silent["feature"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[pattern]]\nname = 'x'\nmatch = { path = '(' }\nfeature = 'cli'", r"pattern\[0\].match.path: no regular"),
        ("[[pattern]]\nname = 'x'\nmatch = { colour = 'a' }\nfeature = 'cli'", "colour: unknown column; expected edi"),
        ("[[pattern]]\nname = 'x'\nmatch = { path = 'a' }\nfeature = 'Chat'", "'Chat' is not on the list of features"),
        ("[[pattern]]\nname = 'x'\nmatch = { path = 'a' }", "expected match, and project or feature"),
        ("[[pattern]]\nname = 'x'\nmatch = {}\nfeature = 'cli'", "expected match, and project or feature"),
        (
            "[[pattern]]\nname = 'X Y'\nmatch = { path = 'a' }\nfeature = 'cli'",
            "pattern.0..name: 'X Y': expected small",
        ),
        ("[[pattern]]\nnmae = 'x'", "nmae"),
        ("[[neighbour]]\nname = 'x'\nfield = 'user'\nsame = ['pid']\nseconds = 1", r"neighbour\[0\].field"),
        ("[[neighbour]]\nname = 'x'\nfield = 'project'\nsame = []\nseconds = 1", "same with a column at least"),
        ("[[neighbour]]\nname = 'x'\nfield = 'project'\nsame = ['pid']\nseconds = 4000", "seconds from 0 to 3600"),
        ("[[neighbour]]\nname = 'x'\nfield = 'project'\nsame = ['path']\nseconds = 1", "path: unknown column"),
        ("[silent]\nuser = ['x']", "silent"),
        ("[[pattern", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        BackfillRules.load(with_rules(tmp_path, text))
    assert str(tmp_path / "rules.toml") in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    settings = with_rules(tmp_path, "")
    (tmp_path / "rules.toml").unlink()
    with pytest.raises(SettingsError, match=r"cannot be read \(ledger\.backfill_rules names it\)"):
        BackfillRules.load(settings)
