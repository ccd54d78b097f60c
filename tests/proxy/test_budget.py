"""The check at the proxy: a fault of ours lets the request pass, and a refused one has exactly one row."""

import pytest
from mitmproxy.test import tflow

from franking.budgets import refusal
from franking.budgets.estimates import Assumed, Estimator
from franking.budgets.guard import Guard
from franking.budgets.refusal import Refusal
from franking.gateways.routes import Routes
from franking.metering.pricing import Pricer
from franking.metering.request_tap import RequestTap
from franking.proxy.budget import Blocked, Budget
from franking.proxy.opening import Opening
from franking.proxy.under_way import UnderWay
from franking.settings import load
from support import ledgers
from support.sinks import Sink

PATH = "/api/openrouter/chat/completions"


def opened() -> Opening:
    gateway = load().gateway[0]
    route = Routes(load().gateway).find(gateway, "POST", PATH)
    assert route is not None
    row = ledgers.record(1, status="in_flight", provenance="{}")
    return Opening(route, row, RequestTap("openai-chat", PATH, "", None, 20), 20)


def test_a_fault_of_ours_lets_the_request_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    sink, running, flow = Sink(), UnderWay(), tflow.tflow()
    checked = Budget(Guard(), sink, Estimator(Pricer(), Assumed(0, 0, 0)), running)

    def broken(*words: object) -> None:
        raise RuntimeError

    for name in ("check", "refuse"):
        monkeypatch.setattr(checked.sink, "check", broken)
        if name == "refuse":
            monkeypatch.setattr(checked.sink, "check", lambda *words: object())
            monkeypatch.setattr(refusal, "refusal", broken)
        assert checked.refuses(flow, opened()) is False
        assert flow.response is None
    assert len(running) == 0


def test_a_refused_request_has_one_row_however_it_ends() -> None:
    sink = Sink()
    answer = Refusal((), b"{}", "because")
    blocked = Blocked(opened(), answer, sink)
    blocked.read(b'{"model":"m","stream":true}')
    blocked.finish("blocked")
    blocked.finish("client_aborted", "client_closed")
    [row] = sink.rows
    assert (row.status, row.http_status, row.error_type, row.error_message) == (
        "blocked", 429, "budget_exceeded", "because"
    )  # fmt: skip
    assert (row.requested_model, row.streamed, row.cost, row.request_bytes) == ("m", True, None, 27)
