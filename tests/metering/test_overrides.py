"""The user's prices file: what it may say, and what is said of a mistake."""

from pathlib import Path

import pytest

from franking.metering.overrides import Overrides
from franking.metering.values import Usage
from franking.settings import SettingsError

DAY = 86_400_000_000
USAGE = Usage(
    input_tokens=1_000_000,
    output_tokens=1_000_000,
    cache_read_tokens=100_000,
    cache_write_tokens=200_000,
    cache_write_1h_tokens=50_000,
    reasoning_tokens=300_000,
    web_searches=3,
)


def prices(tmp_path: Path, text: str) -> Overrides:
    file = tmp_path / "prices.toml"
    file.write_text(text, encoding="utf-8")
    return Overrides(file)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ('input = "1"\noutput = "2"', 3_000_000_000),
        ("input = 1\noutput = 2.0", 3_000_000_000),
        ("input = 0", 0),
        ("input = 0.1\noutput = 0.2", 300_000_000),
        ('input = "1"\noutput = "0"\ncache_read = "0.1"', 910_000_000),
        ('input = "1"\ncache_write = "2"', 1_200_000_000),
        ('input = "1"\ncache_write = "2"\ncache_write_1h = "4"', 1_300_000_000),
        ('input = "0"\noutput = "1"\nreasoning = "3"', 1_600_000_000),
        ('input = "0"\nweb_search = "0.01"\nrequest = "0.005"', 35_000_000),
        ('input = "1"\nlong_context = [{above = 1000000, input = "9"}]', 1_000_000_000),
        ('input = "1"\nlong_context = [{above = 999999, input = "9"}]', 9_000_000_000),
        ('input = "1"\nlong_context = [{above = 500000, input = "9"}, {above = 100, input = "5"}]', 9_000_000_000),
    ],
)
def test_costs(tmp_path: Path, text: str, cost: int) -> None:
    found = prices(tmp_path, f'[models."m"]\n{text}\n').find("g", "M", 0)
    assert found is not None
    assert found[0].cost(USAGE) == cost
    assert found[1] == "prices.toml: m"


def test_the_gateways_own_price_wins_and_dates_hold(tmp_path: Path) -> None:
    own = prices(
        tmp_path,
        '[models."g/m"]\ninput = "5"\n[[models."m"]]\ninput = "1"\n[[models."m"]]\nsince = 1970-01-03\ninput = "2"\n',
    )

    def cost(gateway: str, when: int) -> int | None:
        found = own.find(gateway, "m", when)
        assert found is not None
        return found[0].cost(Usage(input_tokens=1_000_000))

    assert cost("g", 0) == 5 * 10**9
    assert cost("other", 2 * DAY - 1) == 10**9
    assert cost("other", 2 * DAY) == 2 * 10**9
    assert own.find("other", "m-foo", 0) is None


def test_no_file_has_no_prices() -> None:
    assert Overrides(None).find("g", "m", 0) is None


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("[models", "", "not valid TOML"),
        ('[model."m"]\ninput = 1', "model", "unknown key"),
        ("models = 3", "models", "expected tables"),
        ('models."m" = 3', 'models."m"', "expected a table of prices"),
        ('[models."m"]\noutput = 1', 'models."m"', "input is missing"),
        ('[models."m"]\ninput = 1\ninputs = 2', 'models."m".inputs', "unknown key; expected one of input, output"),
        ('[models."m"]\ninput = "two"', 'models."m".input', "expected US dollars"),
        ('[models."m"]\ninput = -1', 'models."m".input', "expected US dollars"),
        ('[models."m"]\ninput = nan', 'models."m".input', "expected US dollars"),
        ('[models."m"]\ninput = true', 'models."m".input', "expected US dollars"),
        ('[models."m"]\ninput = "1e30"', 'models."m".input', "expected US dollars"),
        ('[models."m"]\ninput = 1\nsince = "2026"', 'models."m".since', "expected a date"),
        ('[models."m"]\ninput = 1\nlong_context = 3', 'models."m".long_context', "expected [{"),
        ('[models."m"]\ninput = 1\nlong_context = [{input = 2}]', 'models."m".long_context.above', "number of input"),
        ('[models."m"]\ninput = 1\nlong_context = [{above = 5, output = 2}]', "long_context.output", "has no price"),
    ],
)
def test_a_mistake_stops_the_start_and_says_where(tmp_path: Path, text: str, where: str, expected: str) -> None:
    with pytest.raises(SettingsError) as fault:
        prices(tmp_path, text)
    assert str(fault.value).startswith(str(tmp_path / "prices.toml"))
    assert where in str(fault.value)
    assert expected in str(fault.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: the prices file \(prices\.file\) cannot be read"):
        Overrides(tmp_path / "nowhere.toml")
