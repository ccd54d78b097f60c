"""Requests through stock mitmdump and through franking: how many a second, how long each, and their ratios.

Both proxies run beside each other and are loaded in turn, a few rounds each, the order turned round every time. A
ratio is the median of the rounds' own, so that what else the machine does for a moment changes no figure.
"""

import statistics
from typing import Any

from benchmarks.stage import Proxy, Stage, franking, load, stage, stock

__all__ = ["proxy"]

LOADS = {
    "16 kept connections": ("plain", 16),
    "1 kept connection": ("plain", 1),
    "a new connection each, 8 at a time": ("plain-new", 8),
    "answers of 200 events, 16 connections": ("burst", 16),
}
ROUNDS = 12


def proxy(seconds: float) -> dict[str, Any]:
    """Each load through both. seconds: of each load for each proxy, all rounds together."""
    report: dict[str, Any] = {}
    with stage() as at, stock(at) as plain, franking(at) as ours:
        for name, (kind, connections) in LOADS.items():
            for each in (plain, ours):
                load(at, each, kind, connections, 0.5)  # what is imported and remembered at first
            report[name] = _compared(at, plain, ours, kind, connections, seconds / ROUNDS)
            print(f"{name}:")
            for words in report[name].items():
                print("  {:16} {}".format(*words), flush=True)
    return report


def _compared(at: Stage, plain: Proxy, ours: Proxy, kind: str, connections: int, seconds: float) -> dict[str, Any]:
    stocks: list[dict[str, Any]] = []
    frankings: list[dict[str, Any]] = []
    for number in range(ROUNDS):
        turn = [(plain, stocks), (ours, frankings)]
        for each, found in reversed(turn) if number % 2 else turn:
            found.append(load(at, each, kind, connections, seconds))
    return {
        "stock": _middle(stocks),
        "franking": _middle(frankings),
        "throughput_ratio": _ratio(stocks, frankings, "per_second"),
        "p50_ratio": _ratio(stocks, frankings, "p50_ms"),
    }


def _middle(rounds: list[dict[str, Any]]) -> dict[str, float]:
    keys = ("per_second", "p50_ms", "p99_ms")
    return {key: round(statistics.median(each[key] for each in rounds), 3) for key in keys}


def _ratio(stocks: list[dict[str, Any]], frankings: list[dict[str, Any]], key: str) -> float:
    return round(statistics.median(b[key] / a[key] for a, b in zip(stocks, frankings, strict=True)), 2)
