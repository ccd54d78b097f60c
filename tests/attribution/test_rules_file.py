"""A rules file in its form, and errors that say where: the file, the key, what was expected."""

from pathlib import Path

import pytest

from franking.attribution.rules_file import CommandRule, RulesFile, checked, pattern, read
from franking.settings import SettingsError


def _file(folder: Path, text: str | bytes) -> Path:
    file = folder / "rules.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_every_table_may_be_left_out(tmp_path: Path) -> None:
    assert read(_file(tmp_path, "")) == RulesFile()
    rules = read(_file(tmp_path, b'\xef\xbb\xbf[[command]]\nnames = ["kilo"]\nsubcommands = ["serve", "serve"]\n'))
    assert rules == RulesFile(command=(CommandRule(names=("kilo",), subcommands=frozenset({"serve"})),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"\xff", "cannot be read (mine names it): "),
        ("[[client]\n", "not valid TOML: "),
        ("[what]\n", "the file's top: Object contains unknown field `what`"),
        ("[[client]]\nname = 'x'\n", "client[0]: Object missing required field `match`"),
        ("[[client]]\nmatch = 'x'\nname = 1\n", "client[0].name: Expected `str`, got `int`"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    file = _file(tmp_path, text)
    with pytest.raises(SettingsError) as fault:
        checked(file, RulesFile, "mine")
    assert str(fault.value).startswith(f"{file}: {said}")


def test_a_header_that_nothing_reads(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"headers\.colour: unknown key; expected feature, project, "):
        read(_file(tmp_path, '[headers]\ncolour = ["X-Colour"]\nfeature = ["X-Feature"]\n'))


def test_a_pattern_is_searched_without_regard_to_case() -> None:
    assert pattern("f: k", "^kilo/").search("Kilo/7.0")
    with pytest.raises(SettingsError, match=r"^f: k: no regular expression: "):
        pattern("f: k", "(")
