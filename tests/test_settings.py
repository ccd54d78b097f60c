"""The configuration: defaults under the user's file under the environment, and errors that say where."""

from pathlib import Path

import pytest

from franking import settings
from franking.settings import SettingsError, load


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FRANKING_CONFIG", "FRANKING_LISTEN__PROXY"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str) -> Path:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_an_absent_file_is_fine(tmp_path: Path) -> None:
    found = load(tmp_path / "none.toml")
    assert found.listen.proxy == "127.0.0.1:8787"
    assert [gateway.name for gateway in found.gateway] == ["kilo", "openrouter", "openai", "anthropic", "gemini"]
    assert found.privacy.prompts == "none"


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, '[listen]\nproxy = "127.0.0.1:1"\nweb = "127.0.0.1:2"\n')
    monkeypatch.setenv("FRANKING_LISTEN__PROXY", "127.0.0.1:3")
    monkeypatch.setenv("FRANKING_PROJECT", "is no option")
    assert (load(file).listen.proxy, load(file).listen.web) == ("127.0.0.1:3", "127.0.0.1:2")


def test_a_gateway_of_the_same_name_replaces_the_keys_it_names(tmp_path: Path) -> None:
    file = written(tmp_path, '[[gateway]]\nname = "kilo"\nhosts = ["kilo.example.com"]\n[[gateway]]\nname = "mine"\n')
    gateways = {gateway.name: gateway for gateway in load(file).gateway}
    assert gateways["kilo"].hosts == ("kilo.example.com",)
    assert gateways["kilo"].stamp == {"feature": "X-KILOCODE-FEATURE", "project": "X-KILOCODE-PROJECTID"}
    assert list(gateways)[-1] == "mine"


CHANNEL = '[[alerts]]\nname = "a"\nkind = "desktop"\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[listen]\nproxi = "x"\n', 2, "listen.proxi: unknown key"),
        ('[listen]\n\nproxy = "nonsense"\n', 3, "listen.proxy: expected HOST:PORT"),
        ("[lissen]\n", 1, "lissen: unknown key"),
        ("stray = 1\n", 1, "stray: unknown key"),
        ('[privacy]\nprompts = "some"\n', 2, "'none', 'preview' or 'full'"),
        ("[ledger]\nretention_days = 0\n", 2, "greater than or equal to 1"),
        ('[upstream]\nproxy = "proxy.example.com"\n', 2, "expected a proxy's URL"),
        ('[upstream]\nresolve = {"a" = "b"}\n', 2, "expected HOST:PORT"),
        ('[[gateway]]\nname = "a"\n[[gateway]]\nname = "b"\nhosts = ["a b"]\n', 5, "'a b' is no host name"),
        ('[[gateway]]\nname = "a"\nstamp = {project = "X Y"}\n', 3, "no header name"),
        ('[listen]\nreverse = ["https://a.example.com"]\n', 2, "expected URL@PORT"),
        ('[budgets]\ninput_price = "-1"\n', 2, "greater than or equal to 0"),
        ('[[alerts]]\nname = "a"\nkind = "desktop"\n[[alerts]]\nname = "B"\nkind = "desktop"\n', 5, "alerts.1.name"),
        ('[[alerts]]\nname = "a"\nkind = "pigeon"\n', 3, "'desktop', 'webhook' or 'url'"),
        ('[[alerts]]\nname = "a"\nkind = "webhook"\n', 1, "a webhook needs a url"),
        ('[[alerts]]\nname = "a"\nkind = "webhook"\nurl = "https://key@example.com"\n', 1, "a webhook needs a url"),
        ('[[alerts]]\nname = "a"\nkind = "url"\nurl = "slack"\n', 1, "expected a url that apprise knows"),
        ('[[alerts]]\nname = "a"\nkind = "desktop"\nurl = "x://y"\n', 1, "a desktop channel takes no url"),
        ('[[alerts]]\nname = "a"\nkind = "desktop"\nsecret = "x"\n', 1, "only a webhook is signed"),
        ('[[alerts]]\nname = "terminal"\nkind = "desktop"\n', 1, "is always there"),
        (2 * '[[alerts]]\nname = "a"\nkind = "desktop"\n', 1, "have the same name"),
        ('[[reports]]\nname = "a"\nchannels = []\n', 3, "reports.0.channels"),
        (CHANNEL + '[[reports]]\nname = "A"\nchannels = ["a"]\n', 5, "reports.0.name"),
        ('[[reports]]\nname = "a"\nchannels = ["b"]\n', 1, "goes to 'b', a name that no [[alerts]] has"),
        (CHANNEL + '[[reports]]\nname = "a"\nchannels = ["a"]\nday = 29\n', 7, "less than or equal to 28"),
        (CHANNEL + '[[reports]]\nname = "a"\nchannels = ["a"]\nprojects = ["b", "b"]\n', 7, "a name stands twice"),
        (CHANNEL + 2 * '[[reports]]\nname = "a"\nchannels = ["a"]\n', 4, "two reports have the same name"),
        ("[ledger]\nretention_days = true\n", 2, "true means nothing here"),
        ("[ledger]\nlayouts = 5\n", 2, "expected a file's path, in quotes"),
        ("gateway = [1]\n", 1, "gateway.0: expected a table"),
        ("alerts = [1]\n", 1, "alerts.0: expected a table"),
        ('[[gateway]]\nname = "a"\n[[gateway]]\nname = ["b"]\n', 4, "gateway.1.name: expected text, in quotes"),
        ('[[gateway]]\nhosts = ["a.b"]\n', 1, "gateway.0.name: it is missing"),
        ("[metering]\nask_for_usage = 1\n", 2, "expected a list"),
        ('[listen]\nreverse = ["https://a.b@1", "http://a.b@1", "https://a.b@2"]\n', 2, "https://a.b stands twice"),
    ],
)
def test_an_error_names_file_line_key_and_what_was_expected(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        load(file)
    assert str(raised.value).startswith(f"{file}:{line}: ")
    assert said in str(raised.value)


@pytest.mark.parametrize("text", ["[listen\n", "a = \n", "\x00"])
def test_what_is_no_toml_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match="not valid TOML"):
        load(written(tmp_path, text))


def test_a_wrong_variable_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRANKING_LISTEN__TOKN", "secret-token")
    with pytest.raises(SettingsError) as raised:
        load(tmp_path / "none.toml")
    assert "FRANKING_LISTEN__TOKN" in str(raised.value)
    assert "secret-token" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("FRANKING_LISTN__PROXY", "127.0.0.1:1", "$FRANKING_LISTN__PROXY: unknown section; expected one of alerts, "),
        ("FRANKING_UPSTREAM__RESOLVE", "a:1", "$FRANKING_UPSTREAM__RESOLVE: expected a list or a table as JSON"),
        ("FRANKING_GATEWAY", "[{", "$FRANKING_GATEWAY: expected a list or a table as JSON"),
    ],
)
def test_a_variable_that_nothing_can_be_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as raised:
        load(tmp_path / "none.toml")
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("named", "found"),
    [("own.toml", "{folder}/own.toml"), ("~/own.toml", "{home}/own.toml"), ("/etc/own.toml", "/etc/own.toml")],
)
def test_a_file_that_is_named_is_sought_beside_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, found: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = written(tmp_path, f'[prices]\nfile = "{named}"\n')
    assert str(load(file).prices.file) == found.format(folder=tmp_path, home=tmp_path / "home")


def test_what_cannot_be_read_is_told_without_python_s_words(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(b"[listen]\nproxy = \xff\n")
    with pytest.raises(SettingsError, match=r"it is no UTF-8 text: line 2$"):
        load(file)
    with pytest.raises(SettingsError, match=r"cannot be read: Is a directory$"):
        load(tmp_path)


def test_a_secret_s_value_is_not_in_the_error(tmp_path: Path) -> None:
    file = written(tmp_path, '[upstream]\nproxy = "socks://user:secret-word@proxy.example.com"\n')
    with pytest.raises(SettingsError) as raised:
        load(file)
    assert "secret-word" not in str(raised.value)


def test_an_alert_channel_s_url_is_shown_nowhere(tmp_path: Path) -> None:
    channel = '[[alerts]]\nname = "team"\nkind = "url"\nurl = "slack://secret-word/x"\n'
    assert "secret-word" not in repr(load(written(tmp_path, channel)))
    with pytest.raises(SettingsError) as raised:
        load(written(tmp_path, channel + 'secret = "another-word"\nmore = 1\n'))
    assert "-word" not in str(raised.value)


def test_credentials_are_kept_apart_from_the_address(tmp_path: Path) -> None:
    file = written(tmp_path, '[upstream]\nproxy = "http://us%40er:pass%3Aword@proxy.example.com:3128/"\n')
    upstream = load(file).upstream
    assert upstream.proxy_address == "http://proxy.example.com:3128"
    assert upstream.proxy_credentials == "us@er:pass:word"


def test_other_listeners_than_configured(tmp_path: Path) -> None:
    found = settings.listening(load(tmp_path / "none.toml"), proxy="127.0.0.1:1", reverse=["https://api.kilo.ai@2"])
    assert (found.listen.proxy, found.listen.reverse) == ("127.0.0.1:1", ("https://api.kilo.ai@2",))
    with pytest.raises(SettingsError, match="--listen: expected HOST:PORT"):
        settings.listening(found, proxy="nonsense")


@pytest.mark.parametrize(
    ("proxy", "demanded"),
    [
        ("127.0.0.1:1", None),
        ("127.8.8.8:1", None),
        ("[::1]:1", None),
        ("localhost:1", None),
        ("0.0.0.0:1", "word"),
        ("[::]:1", "word"),
        ("10.0.0.1:1", "word"),
        ("sandbox.example.com:1", "word"),
    ],
)
def test_a_token_is_demanded_off_loopback_alone(tmp_path: Path, proxy: str, demanded: str | None) -> None:
    file = written(tmp_path, f'[listen]\nproxy = "{proxy}"\ntoken = "word"\n')
    assert load(file).listen.demanded_token == demanded
