"""A request's page: times, costs, words, and what came over the wire as text."""

import json
from pathlib import Path
from typing import Any

import pytest

from franking.attribution import provenance
from franking.attribution.values import Attribution, Candidate, Fault, Sourced
from franking.ledger import reader
from franking.web.pages.request import One, one
from franking.web.pages.requests import address
from support.dashboard import HOSTILE, NOW, client, question
from support.ledgers import made, record

PRICE = "genai-prices 0.2.3: openai/gpt-5"


def proven(name: str = "example-repo") -> str:
    found = Attribution(
        project=Sourced(name, "git-remote"),
        candidates=(
            Candidate("project", "git-remote", name, f"https://example.com/{name}", "won"),
            Candidate("project", "sidecar", "fallback", "config.toml", "git-remote comes first"),
        ),
        faults=(Fault("/r/.kilocode/config.json:3:7", f"expected a string, not {name}"),),
    )
    text = provenance.encode(found, (("X-KILOCODE-PROJECTID", name),))
    return f'{text[:-1]},"metering":{{"complete":true,"price":"{PRICE}"}}}}'


def of(tmp_path: Path, **values: Any) -> One:
    row = record(NOW, **values)
    with reader.opened(made(tmp_path / "one.db", [row])) as ledger:
        found = one(ledger, row.id, question())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("first", "ended", "output", "timing"),
    [
        (300_000, 2_300_000, 100, (2_300_000, 300_000, 2_000_000, 50)),
        (None, 2_000_000, 100, (2_000_000, None, None, None)),
        (300_000, None, None, (None, 300_000, None, None)),
        (300_000, 300_000, 5, (300_000, 300_000, 0, None)),
        (-5, 1000, None, (1000, 0, 1000, None)),
    ],
)
def test_times(
    tmp_path: Path, first: int | None, ended: int | None, output: int | None, timing: tuple[int | None, ...]
) -> None:
    found = of(
        tmp_path,
        first_token_at=None if first is None else NOW + first,
        ended_at=None if ended is None else NOW + ended,
        output_tokens=output,
        status="ok" if ended is not None else "in_flight",
    ).timing
    assert (found.whole, found.wait, found.stream, found.rate) == timing


def test_costs_and_the_price_used(tmp_path: Path) -> None:
    found = of(tmp_path, cost=5, reported_cost=5, estimated_cost=6, cost_source="gateway", provenance=proven())
    assert (found.price, found.charged) == (PRICE, "as the gateway reported it")
    assert of(tmp_path, provenance="no json").price is None


def test_the_page(tmp_path: Path) -> None:
    row = record(
        NOW, first_token_at=NOW + 300_000, model="openai/gpt-5", input_tokens=48_210, output_tokens=1204,
        http_status=200, cost=78_000_000, reported_cost=78_000_000, estimated_cost=79_000_000, cost_source="gateway",
        user="ada", rejected_feature="mine", provenance=proven(), prompt_preview="Say hello",
    )  # fmt: skip
    with client(made(tmp_path / "one.db", [row])) as visitor:
        text = visitor.get(f"/requests/{row.id}").text
        for said in (
            "300ms until the first token, then a stream of 700ms; 1.0s in all", "48,210", "$0.078", "$0.079",
            f"price used: {PRICE}", "the git remote origin: example-repo",
            "found in config.toml. Lost: git-remote comes",
            "the proxy&#39;s URL holds none", "X-KILOCODE-PROJECTID", "/r/.kilocode/config.json:3:7",
            f"frank explain {row.id}", "frank prices openai/gpt-5", "outside the allow-list", "Say hello",
            "/requests?period=all&amp;user=ada",
        ):  # fmt: skip
            assert said in text, said
        assert "&#34;started_at&#34;" not in text
        raw = visitor.get(f"/requests/{row.id}?raw=1").text
        assert "&#34;started_at&#34;: &#34;2026-11-22T12:00:00.000000Z&#34;" in raw


def test_the_raw_row_is_json(tmp_path: Path) -> None:
    told = json.loads(of(tmp_path, cost=1, provenance=proven()).raw)
    assert (told["cost"], told["provenance"]["metering"]["price"]) == ("0.000000001", PRICE)


def test_errors_are_said(tmp_path: Path) -> None:
    row = record(NOW, status="http_error", http_status=429, error_type="rate_limit", error_message="Slow down")
    with client(made(tmp_path / "one.db", [row])) as visitor:
        text = visitor.get(f"/requests/{row.id}").text
        assert "rate_limit" in text
        assert "Slow down" in text
        assert "no cost is known; it is not free" in text


def test_commands_are_safe_to_paste(tmp_path: Path) -> None:
    row = record(NOW, id="a b;rm", model="$(reboot)")
    with client(made(tmp_path / "one.db", [row])) as visitor:
        text = visitor.get("/requests/a%20b%3Brm").text
        assert "frank explain &#39;a b;rm&#39;" in text
        assert "frank prices &#39;$(reboot)&#39;" in text


def test_ids_from_elsewhere_and_the_session(tmp_path: Path) -> None:
    row = record(NOW, id="a/b\nc?", session_id="ses/1")
    with client(made(tmp_path / "one.db", [row])) as visitor:
        told = visitor.get(address(row.id))
        assert (told.status_code, "/sessions/ses%2F1" in told.text) == (200, True)


def test_only_what_runs_is_live(tmp_path: Path) -> None:
    rows = [record(NOW, id="done"), record(NOW, id="runs", status="in_flight")]
    with client(made(tmp_path / "two.db", rows)) as visitor:
        assert "data-live" not in visitor.get("/requests/done").text
        told = visitor.get("/requests/runs").text
        assert "data-live" in told
        assert "It is still running" in told


def test_there_is_none(ledger: Path) -> None:
    with client(ledger) as visitor:
        assert visitor.get("/requests/none").status_code == 404


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(tmp_path: Path, name: str) -> None:
    values: dict[str, Any] = dict.fromkeys(
        ("project_id", "feature", "rejected_feature", "model", "requested_model", "user", "session_id", "branch",
         "path", "repository", "worktree", "command", "error_type", "error_message", "message_id", "prompt_preview",
         "finish_reason", "client_version", "editor_name"),
        name,
    )  # fmt: skip
    row = record(NOW, **values, provenance=proven("x") if '"' in name or "\n" in name else proven(name))
    with client(made(tmp_path / "hostile.db", [row])) as visitor:
        text = visitor.get(f"/requests/{row.id}?raw=1").text
        for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
            assert bad not in text
