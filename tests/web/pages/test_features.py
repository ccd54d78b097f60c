"""The coverage matrix: what was seen of the allow-list, what was not, what was rejected, and how features were told."""

from pathlib import Path

import pytest

from franking.attribution.features import Feature
from franking.ledger import reader
from franking.web.asked import WrongError
from franking.web.pages.features import Coverage, features
from support.dashboard import DAY, HOSTILE, NOW, client, question
from support.ledgers import made, record

CENT = 10_000_000
ALLOWED = {name: Feature(name, f"meaning of {name}", f"how {name} is set") for name in ("cli", "chat", "never")}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Two of the list, one that left it, one without (which sent what is not on it), on two days, one long ago."""
    rows = [
        record(NOW - 1, feature="cli", feature_source="command", user="ada", project_id="docs", cost=CENT),
        record(NOW - 2, feature="cli", feature_source="client-header", user="grace", project_id="docs", cost=CENT),
        record(NOW - 20 * DAY, feature="cli", feature_source="command", user="linus", cost=CENT),
        record(NOW - DAY, feature="chat", feature_source="process-env", cost=3 * CENT),
        record(NOW - DAY, feature="old", feature_source="process-env"),
        record(NOW - DAY, rejected_feature="Chatt", client="kilo", cost=5 * CENT),
    ]
    return made(tmp_path / "features.db", rows)


def of(ledger: Path, address: str = "/features?period=month") -> Coverage:
    with reader.opened(ledger) as opened:
        return features(opened, question(address), ALLOWED)


def test_the_matrix(ledger: Path) -> None:
    found = of(ledger)
    assert [row.cells for row in found.matrix.rows] == [
        ("cli", 3, 3, 3 * CENT, 2, NOW - 1, "command, client-header", "meaning of cli"),
        (None, 1, 1, 5 * CENT, 0, NOW - DAY, "", "no source told one"),
        ("chat", 1, 1, 3 * CENT, 0, NOW - DAY, "process-env", "meaning of chat"),
        ("old", 1, 1, None, 0, NOW - DAY, "process-env", "on the allow-list no longer"),
    ]
    assert [row.cells for row in found.unseen.rows] == [("never", "meaning of never", "how never is set")]
    assert [row.cells[:2] for row in found.sources.rows] == [("command", 2), ("process-env", 2), ("client-header", 1)]
    assert [row.cells for row in found.rejected.rows] == [("Chatt", 1, NOW - DAY, "kilo")]
    assert found.rejected.rows[0].href == "/requests?period=month&rejected_feature=Chatt"


def test_shares(ledger: Path) -> None:
    found = of(ledger)
    assert (found.share.requests, found.share.feature, found.share.attributed, found.share.unaided) == (6, 5, 2, 1)
    assert found.nobody == 5 * CENT
    assert [(series.name, series.sum) for series in found.chart.series] == [
        ("with a feature", 5), ("without a feature", 1)
    ]  # fmt: skip
    assert found.chart.unit == "count"


def test_filters(ledger: Path) -> None:
    found = of(ledger, "/features?period=month&project=docs")
    assert [row.cells[:2] for row in found.matrix.rows] == [("cli", 2)]
    assert [row.cells[0] for row in found.unseen.rows] == ["chat", "never"]
    with pytest.raises(WrongError, match="features are not told by branch"):
        of(ledger, "/features?branch=main")


def test_the_page_and_its_csv(ledger: Path, tmp_path: Path) -> None:
    with client(ledger) as visitor:
        assert "Rejected values: 1 request" in visitor.get("/features?since=2026-11-01").text
        lines = visitor.get("/features?since=2026-11-22&until=2026-11-22&csv=features").text.splitlines()
        assert lines[0] == "feature,requests,share,cost,users,last_seen,sources,meaning"
        assert lines[1].startswith("cli,2,1.0000,0.020000000,")
        assert "No requests in this time" in visitor.get("/features?since=2020&until=2021").text
    with client(made(tmp_path / "empty.db")) as visitor:
        assert "frank run -- COMMAND" in visitor.get("/features").text


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_text(tmp_path: Path, name: str) -> None:
    rows = [record(NOW, feature=name, cost=CENT), record(NOW, rejected_feature=name, client=name)]
    with client(made(tmp_path / "hostile.db", rows)) as visitor:
        text = visitor.get("/features?since=2026-11-01").text
    for bad in ("<script>document", "<img", "\u202e", "\x00", 'href="javascript'):
        assert bad not in text
