"""``frank prices``: what is charged and where that is from; ``frank prices update`` says what came of it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from franking.demo.certificates import issue
from franking.demo.gateway import FakeGateway
from franking.demo.values import Answer
from support import ledgers
from support.commands import Frank


@pytest.fixture
def ledger(home: Path, tmp_path: Path) -> Path:
    now = time.time_ns() // 1000
    (tmp_path / "prices.toml").write_text('[models."my-model"]\ninput = "1.5"\noutput = 6\nrequest = "0.01"\n')
    (tmp_path / "config.toml").write_text(f'[prices]\nfile = "{tmp_path / "prices.toml"}"\n')
    rows = [
        ledgers.record(now - 1, model="openai/gpt-4o"),
        ledgers.record(now - 2, model="openai/gpt-4o"),
        ledgers.record(now - 3, gateway="anthropic", wire_format="anthropic-messages", model="claude-sonnet-4-5"),
        ledgers.record(now - 4, requested_model="unheard/of"),
        ledgers.record(now - 5, model="x/y:free"),
        ledgers.record(now - 6),
        ledgers.record(now - 400 * 86_400_000_000, model="openai/gpt-4"),
    ]
    return ledgers.made(home / "ledger.db", rows)


def told(frank: Frank, *arguments: str) -> Any:
    return json.loads(frank("prices", "--json", *arguments).out)


def test_the_models_in_use_and_ones_own(ledger: Path, frank: Frank, tmp_path: Path) -> None:
    found = told(frank)
    assert found["own"] == str(tmp_path / "prices.toml")
    assert found["list"]["package"] == "genai-prices"
    assert found["list"]["models"] > 500
    assert found["list"]["fetched"] is None
    prices = {entry["model"]: entry for entry in found["prices"]}
    assert list(prices) == ["openai/gpt-4o", "claude-sonnet-4-5", "unheard/of", "x/y:free", "my-model"]
    assert prices["openai/gpt-4o"]["requests"] == 2
    assert prices["openai/gpt-4o"]["per_million"] == {"input": "2.50", "output": "10.00", "cache_read": "1.25"}
    assert prices["openai/gpt-4o"]["price"].endswith(": openrouter/openai/gpt-4o")
    assert prices["claude-sonnet-4-5"]["per_million"]["cache_write_1h"] == "6.00"
    assert prices["claude-sonnet-4-5"]["each"] == {"web_search": "0.01"}
    (longer,) = prices["claude-sonnet-4-5"]["long_context"]
    assert (longer["above"], longer["per_million"]["input"], longer["per_million"]["output"]) == (
        200000,
        "6.00",
        "22.50",
    )
    assert (prices["unheard/of"]["source"], prices["unheard/of"]["per_million"]) == (None, {})
    assert (prices["x/y:free"]["source"], prices["x/y:free"]["per_million"]) == ("price-table", {})
    assert prices["my-model"] == {
        "model": "my-model",
        "gateway": None,
        "requests": None,
        "source": "price-override",
        "price": "prices.toml: my-model",
        "per_million": {"input": "1.50", "output": "6.00"},
        "each": {"request": "0.01"},
        "long_context": [],
    }


@pytest.mark.parametrize("width", [60, 80, 200])
def test_it_fits(ledger: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = frank("prices").out
    table = out.partition("\n\n")[0].splitlines()
    assert all(cell_len(line) <= width for line in table)
    assert "openai/gpt-4o" in out
    assert "3.00+" in out
    assert "whose newest price is of" in " ".join(out.split())


def test_one_model(ledger: Path, frank: Frank) -> None:
    out = frank("prices", "claude-sonnet-4-5").out
    assert "input, above 200,000 input" in out
    assert "cache write 1h" in out
    assert ": anthropic/claude-sonnet-4-5" in out
    own = frank("prices", "my-model")
    assert own.status == 0
    assert "prices.toml: my-model" in own.out


def test_a_model_without_a_price(ledger: Path, frank: Frank) -> None:
    told_ = frank("prices", "gpt-4o-look-alike")
    assert told_.status == 1
    assert "No price is known for 'gpt-4o-look-alike'" in told_.out


def test_without_a_ledger(home: Path, frank: Frank) -> None:
    out = frank("prices")
    assert out.status == 0
    assert "No requests in the past month." in out.out
    assert "Your own prices: none" in out.out


def test_update_without_a_network(home: Path, frank: Frank, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("genai_prices.update_prices.DEFAULT_UPDATE_URL", "https://prices.invalid/data.json")
    failed = frank("prices", "update")
    assert failed.status == 1
    assert failed.err.count("\n") == 1
    assert failed.err.startswith("frank: prices.invalid cannot be reached (")
    assert "the price list of genai-prices 0." in failed.err
    assert failed.err.endswith("stays in use\n")


PUBLISHED = {
    "id": "openai",
    "name": "OpenAI",
    "api_pattern": r"https://api\.openai\.com",
    "models": [{"id": "gpt-new", "match": {"equals": "gpt-new"}, "prices": {"input_mtok": 1, "output_mtok": 2}}],
}


@pytest.fixture
def publisher(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGateway]:
    """Publishes the list over TLS, as a company's proxy shows it: by a root of its own, which is configured."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    certificates = issue(tmp_path, ["127.0.0.1"])
    (tmp_path / "config.toml").write_text(f'[upstream]\nca_file = "{certificates.ca_file}"\n')
    with FakeGateway(certificates) as running:
        monkeypatch.setattr(
            "genai_prices.update_prices.DEFAULT_UPDATE_URL", f"https://127.0.0.1:{running.port}/data.json"
        )
        yield running


def test_update(publisher: FakeGateway, frank: Frank) -> None:
    publisher.script(Answer(pieces=(json.dumps([PUBLISHED]).encode(),)))
    updated = frank("prices", "update")
    assert updated.out.startswith("1 models, ")
    assert "A sidecar that runs reads them at its next start" in updated.out
    (price,) = told(frank, "gpt-new")["prices"]
    assert price["model"] == "gpt-new"
    publisher.script(Answer(pieces=(json.dumps([PUBLISHED]).encode(),)))
    assert json.loads(frank("prices", "update", "--json").out)["models"] == 1


BROKEN = {
    "cut": (Answer(pieces=(json.dumps([PUBLISHED]).encode()[:90],)), "something that is no price list"),
    "torn": (Answer(headers=(("Content-Length", "500"),), pieces=(b"[",), ending="close"), "cannot be reached"),
    "page": (Answer(pieces=(b"<html>Sign in</html>",)), "something that is no price list"),
    "refused": (Answer(status=403), "status 403"),
}


@pytest.mark.parametrize(("answer", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_update_leaves_the_list_as_it_was(
    publisher: FakeGateway, frank: Frank, home: Path, answer: Answer, words: str
) -> None:
    publisher.script(Answer(pieces=(json.dumps([PUBLISHED]).encode(),)), answer)
    frank("prices", "update")
    before = (home / "prices.json").read_bytes()
    failed = frank("prices", "update")
    assert failed.status == 1
    assert words in failed.err
    assert failed.err.endswith("stays in use\n")
    assert (home / "prices.json").read_bytes() == before


def test_a_publisher_that_is_not_trusted_is_no_publisher(publisher: FakeGateway, frank: Frank, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    assert "CERTIFICATE_VERIFY_FAILED" in frank("prices", "update").err
    (tmp_path / "config.toml").write_text(f'[upstream]\nca_file = "{tmp_path / "none.pem"}"\n')
    assert "the roots to trust cannot be read" in frank("prices", "update").err
    assert publisher.requests == ()
