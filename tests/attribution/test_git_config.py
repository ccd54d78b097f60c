"""The syntax of git's configuration: the same entries as ``git config --list`` gives, or refused as git refuses it."""

import contextlib
from pathlib import Path

import pytest

from franking.attribution.git_config import Entry, MalformedError, parse
from support.checkouts import git

GOOD = [
    "",
    "k = v\n",
    "# nothing\n; at all\n",
    '[remote "origin"]\n\turl = git@example.com:co/repo.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n',
    '[remote "Origin"] url = x\n',
    "[core] bare = true # why\n",
    "[core]\nbare\n",
    "[core]\nbare\t\t\n[user]\nname = a",
    "[core]\nBare = 1\n[CORE]\nbare = 0\n",
    "[remote.Origin]\nurl = old style\n",
    '[url "https://github.com/"]\ninsteadOf = gh:\ninsteadOf = "git://github.com/"\n',
    '[a "b\\"c\\\\d.e"]\nk = v\n',
    '[a "b#c;d]e"]\nk = v\n',
    "[a]\nk = one two   three   \n",
    '[a]\nk = "  kept  "  \n',
    '[a]\nk = be"tw"een\n',
    '[a]\nk = "with # no comment" ; a comment\n',
    "[a]\nk = x#y\n",
    "[a]\nk = one\\\n  two \\\nthree\n",
    '[a]\nk = "one\\\ntwo"\n',
    '[a]\nk = "\\t\\n\\b\\"\\\\"\n',
    "[a]\nk =\n",
    '[a]\nk = ""\n',
    "[a]\nk = a = b : c\n",
    "[a]\nk-2x = v\n",
    "[a-b.c]\nk = v\n",
    "\ufeff[a]\nk = v\n",
    "[a]\r\nk = v\r\nl = w\r\n",
    "[a]\nk = café\n",
    "[a][b]\nk = v\n",
    "[a] k = v\n[a] l = w",
    "[a]\n   k   =   v   \n",
    "[a]\nk = v\\\n",
    "[a]\nk = v # comment \\\nl = w\n",
]

BAD = [
    ("[a\nk = v\n", 1),
    ("[a]\nk: v\n", 2),
    ("[a]\nk v\n", 2),
    ("[a]\nk # v\n", 2),
    ("[a]\n2k = v\n", 2),
    ("[a]\nk_l = v\n", 2),
    ('[a]\nl = w\nk = "open\n', 3),
    ("[a]\nk = \\q\n", 2),
    ('[a "b]\nk = v\n', 1),
    ("[]\nk = v\n", 1),
]


@pytest.mark.parametrize("text", GOOD)
def test_as_git_reads_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config"
    file.write_bytes(text.encode())
    said = git(tmp_path, "config", "--file", str(file), "--null", "--list")
    expected = [
        Entry(name, value if is_set else None)
        for name, is_set, value in (e.partition("\n") for e in said.split("\0")[:-1])
    ]
    assert parse(text) == expected


@pytest.mark.parametrize(("text", "line"), BAD)
def test_refused_as_by_git(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "config"
    file.write_text(text)
    assert git(tmp_path, "config", "--file", str(file), "--list", may_fail=True) in ("", "a.l=w")
    with pytest.raises(MalformedError) as caught:
        parse(text)
    assert caught.value.line == line
    assert caught.value.entries == [entry for entry in (Entry("a.l", "w"),) if "l = w" in text]


@pytest.mark.parametrize(
    "text", ["[" * 500_000, '[a]\nk = "' + "\\" * 500_001, "[a]\n" + "k" * 900_000, "[a]\nk = " + '""' * 300_000]
)
def test_a_hostile_text_takes_linear_time(text: str) -> None:
    with contextlib.suppress(MalformedError):
        parse(text)
