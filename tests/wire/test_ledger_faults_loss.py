"""What could truly not be kept, because the ledger takes nothing and the journal is full: counted and told, after a
restart, too. Requests go on.
"""

import os
from pathlib import Path

import pytest

from franking.demo.certificates import Certificates
from franking.demo.gateway import FakeGateway
from support.clients import ask, chat
from support.ledger_faults import config, locked, settled, told, troubled
from support.sidecar import Sidecar
from support.waiting import until

PROMPT = "word " * 190_000
"""So long that few requests fill the journal."""

ENOUGH = 140


@pytest.mark.skipif(not os.environ.get("FRANKING_LONG"), reason="some seconds of large prompts; FRANKING_LONG=1")
def test_rows_that_could_not_be_kept_are_told(
    tmp_path: Path, certificates: Certificates, upstream: FakeGateway
) -> None:
    settings = config(certificates, upstream) + '[privacy]\nprompts = "full"\n'
    sidecar = Sidecar(tmp_path, settings)
    try:
        watch = sidecar.watch()
        ask(sidecar, body=chat())
        watch.rows(1)
        release = locked(sidecar.home)
        body = chat(messages=[{"role": "user", "content": PROMPT}])
        assert {ask(sidecar, body=body).status for _ in range(ENOUGH)} == {200}
        assert "another program has locked it" in troubled(sidecar)
        release()
        until(lambda: told(sidecar)["rows_waiting"] == 0, "the rows", 60)
        lost = told(sidecar)["rows_lost"]
        assert lost > 0
        assert settled(sidecar) + lost == 1 + ENOUGH
        assert f"rows LOST in the past 30 days: {lost}" in sidecar.run("status").stdout
        assert f"is lost: the ledger takes no rows, nor does {sidecar.home / 'journal'}" in sidecar.output.read_text()
    finally:
        assert sidecar.stop() == 0
    assert f"{lost} rows were lost" in sidecar.run("doctor").stdout
    again = Sidecar(tmp_path, settings)
    try:
        assert ask(again, body=chat()).status == 200
        assert until(lambda: told(again)["rows_lost"], "the loss, still told") == lost
        assert (again.home / "journal").stat().st_size == 16 << 20
    finally:
        assert again.stop() == 0
    assert {row["status"] for row in again.all_rows()} == {"ok", "interrupted"}
