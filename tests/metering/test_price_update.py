"""A newer price list: fetched when asked, kept, and used as long as the package beside it is the same."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import genai_prices
import pytest

from franking.metering import price_update
from franking.metering.price_table import PriceTable
from franking.metering.price_update import PriceUpdateError
from franking.metering.pricing import Pricer
from franking.metering.values import Usage
from support.serving import serving

NOW = 1_795_300_000_000_000
LIST = [
    {
        "id": "openai",
        "name": "OpenAI",
        "api_pattern": "https://api\\\\.openai\\\\.com",
        "models": [
            {
                "id": "gpt-of-tomorrow",
                "match": {"equals": "gpt-of-tomorrow"},
                "prices": {"input_mtok": 1, "output_mtok": 2},
            }
        ],
    }
]


@pytest.fixture
def publisher() -> Iterator[tuple[str, dict[str, Any]]]:
    """A URL, and what it answers: status and body."""
    answer: dict[str, Any] = {"status": 200, "body": json.dumps(LIST).encode()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answer["status"])
            self.send_header("Content-Length", str(len(answer["body"])))
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_: Any) -> None:
            return

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/data.json", answer


def test_a_fetched_list_is_used(tmp_path: Path, publisher: tuple[str, dict[str, Any]]) -> None:
    file = tmp_path / "prices.json"
    usage = Usage(model="gpt-of-tomorrow", input_tokens=10, output_tokens=10)
    assert Pricer(None, file).price(usage, None, "openai", "openai-chat", NOW).cost is None
    found = price_update.update(file, url=publisher[0])
    cost = Pricer(None, file).price(usage, None, "openai", "openai-chat", NOW)
    assert cost.cost == 30_000
    assert cost.price == f"genai-prices {genai_prices.__version__}+{found.fetched}: openai/gpt-of-tomorrow"
    about = PriceTable(file).about()
    assert (about.version, about.fetched, about.models) == (genai_prices.__version__, found.fetched, 1)


def test_a_later_package_brings_its_own(tmp_path: Path, publisher: tuple[str, dict[str, Any]]) -> None:
    file = tmp_path / "prices.json"
    price_update.update(file, url=publisher[0])
    kept = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(kept | {"package": "0.0.1"}), encoding="utf-8")
    assert price_update.load(file) is None
    assert PriceTable(file).about().fetched is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"package":1}', "\\xff"])
def test_a_broken_file_is_as_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(text, encoding="utf-8")
    assert price_update.load(file) is None
    version = genai_prices.__version__
    file.write_text(
        json.dumps({"package": version, "fetched": "2026-11-01", "providers": [{"id": 7}]}), encoding="utf-8"
    )
    assert price_update.load(file) is None
    assert PriceTable(file).about().models > 100


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"", "answered with status 404"),
        (200, b"<html>", "something that is no price list"),
        (200, b"[]", "something that is no price list"),
        (200, b'[{"id": 7}]', "something that is no price list"),
    ],
)
def test_what_is_no_list_is_not_kept(
    tmp_path: Path, publisher: tuple[str, dict[str, Any]], status: int, body: bytes, says: str
) -> None:
    publisher[1].update(status=status, body=body)
    with pytest.raises(PriceUpdateError, match=says):
        price_update.update(tmp_path / "prices.json", url=publisher[0])
    assert list(tmp_path.iterdir()) == []


def test_no_network(tmp_path: Path) -> None:
    with pytest.raises(PriceUpdateError, match=r"prices\.invalid cannot be reached"):
        price_update.update(tmp_path / "prices.json", url="http://prices.invalid/data.json")
