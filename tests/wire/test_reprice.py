"""``frank reprice`` and ``frank costs --drift`` beside a sidecar that runs and writes."""

import json
import threading
from pathlib import Path

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from franking.demo.providers.figures import figures
from support.clients import ask, chat
from support.sidecar import Sidecar

CONFIG = """
[upstream]
ca_file = "{ca_file}"
resolve = {{ "api.kilo.ai:443" = "127.0.0.1:{port}", "api.openai.com:443" = "127.0.0.1:{port}" }}
[prices]
file = "{prices}"
"""
OWN = """
[models."gpt-4o-mini"]
input = "1"
output = "2"
[models."openai/gpt-4o-mini"]
input = "1"
output = "2"
"""


def test_while_requests_come_in(tmp_path: Path, certificates: Certificates, upstream: FakeGateway) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text("", encoding="utf-8")
    sidecar = Sidecar(tmp_path, CONFIG.format(ca_file=certificates.ca_file, port=upstream.port, prices=prices))
    try:
        body, openai = chat(), chat("gpt-4o-mini")
        watch = sidecar.watch()
        for _ in range(5):
            ask(sidecar, body=body)
            ask(sidecar, "api.openai.com", "/v1/chat/completions", openai)
        watch.rows(10)
        prices.write_text(OWN, encoding="utf-8")

        def more() -> None:
            for _ in range(30):
                ask(sidecar, body=body)

        sending = threading.Thread(target=more)
        sending.start()
        done = sidecar.run("reprice", "--json")
        sending.join()
        assert done.returncode == 0, done.stderr
        rows = watch.rows(40)
        assert json.loads(done.stdout)["changed"] >= 10
    finally:
        assert sidecar.stop() == 0
    for row in rows[:10]:
        told = figures(body if row["gateway"] == "kilo" else openai)
        estimate = told.input * 1000 + told.output * 2000
        assert row["estimated_cost"] == estimate
        if row["gateway"] == "kilo":
            assert (row["cost"], row["cost_source"]) == (told.cost, "gateway")
        else:
            assert (row["cost"], row["cost_source"]) == (estimate, "price-override")
        assert json.loads(row["provenance"])["metering"]["price"].startswith("prices.toml: ")
    assert {(row["status"], row["cost"]) for row in rows if row["gateway"] == "kilo"} == {("ok", figures(body).cost)}
    drift = json.loads(sidecar.run("costs", "--drift", "--json").stdout)["rows"]
    assert [(row["model"], row["compared"], row["parted"]) for row in drift] == [("openai/gpt-4o-mini", 35, 35)]
