"""The rules file: the shipped one, a user's before it, and errors that name file and key."""

import re
from pathlib import Path

import pytest

from franking import settings
from franking.attribution.command import read
from franking.attribution.request_headers import client_of
from franking.attribution.resolve import resolve
from franking.attribution.rules import Rules
from franking.settings import SettingsError
from support.contexts import context

OWN = """
[headers]
session = ["X-My-Session"]
[operations]
embeddings = "managed-indexing"
[[editor]]
match = "^Visual Studio Code"
feature = "agent-manager"
[[client]]
match = "^curl/"
name = "my-script"
[[path]]
match = "^/internal/"
feature = "webhook"
[[command]]
names = ["mytool"]
subcommands = ["go", "up"]
feature = "app-builder"
daemons = ["up"]
[[wrapper]]
names = ["mywrap"]
"""


def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Rules:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    monkeypatch.setenv("FRANKING_ATTRIBUTION__RULES", str(file))
    return Rules.load(settings.load(tmp_path / "none.toml"))


def test_a_users_rules_come_first_and_the_shipped_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = load(tmp_path, monkeypatch, OWN)
    assert rules.headers["session"][0] == "x-my-session"
    assert "x-kilo-session" in rules.headers["session"]
    assert "x-my-session" in rules.relevant_headers
    assert rules.operations == {"fim": "autocomplete", "embeddings": "managed-indexing"}
    assert client_of({"user-agent": ("curl/8",)}, rules) == ("my-script", None, "user-agent")
    assert read(["mywrap", "mytool", "up"], rules).daemon
    assert read(["mytool", "go"], rules).feature == "app-builder"
    assert read(["kilo", "serve"], rules).feature == "unknown"
    editor = context({"x-kilocode-editorname": "Visual Studio Code 1.1"})
    assert resolve(editor, rules).feature.value == "agent-manager"
    assert resolve(context(path="/internal/x"), rules).feature.value == "webhook"


def test_the_gateways_own_headers_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[[gateway]]\nname = "own"\nhosts = ["llm.example.com"]\nstamp = { project = "X-My-Project" }\n')
    rules = Rules.load(settings.load(config))
    assert "x-my-project" in rules.relevant_headers
    assert resolve(context({"X-My-Project": "p"}), rules).project.value == "p"


WRONG = [
    ("[[command]]\nname = 'x'", r"command\[0\]: Object contains unknown field `name`"),
    ("[[command]]\nnames = 'x'", r"command\[0\]\.names: Expected `array`, got `str`"),
    ("[[client]]\nmatch = '('\nname = 'x'", r"client\[0\]\.match: no regular expression: "),
    ("[[editor]]\nmatch = '('\nfeature = 'x'", r"editor\[0\]\.match: no regular expression: "),
    ("[[organization]]\nmatch = '^/o/'", r"organization\[0\]\.match: expected a group \(\?P<id>…\)"),
    ("[headers]\nsesion = ['x']", r"headers\.sesion: unknown key; expected feature, project"),
    ("[headers]\nsession = 'x'", r"headers\[\.\.\.\]: Expected `array`, got `str`"),
    ("[rules]\n", r"the file's top: Object contains unknown field `rules`"),
    ("[[command]\n", r"not valid TOML: "),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_file_is_named_with_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(str(tmp_path / "mine.toml")) + ": " + words):
        load(tmp_path, monkeypatch, text)


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_ATTRIBUTION__RULES", str(tmp_path / "gone.toml"))
    with pytest.raises(SettingsError, match=r"gone\.toml: cannot be read \(attribution\.rules names it\)"):
        Rules.load(settings.load(tmp_path / "none.toml"))


def test_every_shipped_feature_is_on_the_allow_list() -> None:
    rules = Rules.load()
    told = {feature for _, feature in (*rules.editors, *rules.paths)} | set(rules.operations.values())
    for command in rules.commands.values():
        told |= {command.feature or "", *command.features.values()}
        assert command.daemons <= command.subcommands | {"*"}
        assert command.features.keys() <= command.subcommands
    assert told - {""} <= set(rules.features.listed)
