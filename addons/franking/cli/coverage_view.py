"""The coverage matrix: every feature of the allow-list beside what was seen of it; for people and for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from franking.attribution.features import Feature
from franking.cli import tables
from franking.cli.tables import Column
from franking.ledger.coverage import FeatureUse, Rejected, Share
from franking.periods import Period
from franking.words import clean, count, iso, local, percent, plural

__all__ = ["Coverage", "as_json", "show"]

_NONE = Share(0, 0, 0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the ledger tells. weekly: feature → known users of the past week."""

    used: tuple[FeatureUse, ...] = ()
    weekly: Mapping[str | None, int] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()
    share: Share = _NONE


def _rows(listed: Mapping[str, Feature], found: Coverage) -> list[tuple[Feature, FeatureUse | None]]:
    """The list in its order, then what was stored that is on it no longer; unattributed is told apart."""
    used = {use.feature: use for use in found.used if use.feature is not None}
    gone = [Feature(name) for name in used if name not in listed]
    return [(feature, used.get(feature.name)) for feature in (*listed.values(), *gone)]


def as_json(listed: Mapping[str, Feature], found: Coverage, period: Period) -> str:
    """``{period, features: […], unattributed, rejected: […], share: {…}}``; counts of requests, times ISO 8601 UTC."""
    shape: dict[str, Any] = {
        "period": {"since": iso(period.since), "until": iso(period.until)},
        "features": [
            {
                "feature": feature.name,
                "allowed": feature.name in listed,
                "meaning": feature.meaning,
                "set_by": feature.set_by,
                "requests": use.requests if use else 0,
                "last_seen": iso(use.last_seen) if use else None,
                "weekly_active_users": found.weekly.get(feature.name, 0),
                "sources": {source or "unknown": requests for source, requests in use.sources} if use else {},
            }
            for feature, use in _rows(listed, found)
        ],
        "rejected": [
            {
                "value": entry.value,
                "requests": entry.requests,
                "last_seen": iso(entry.last_seen),
                "clients": list(entry.clients),
            }
            for entry in found.rejected
        ],
        "share": {
            "requests": found.share.requests,
            "with_project": found.share.project,
            "with_feature": found.share.feature,
            "attributed": found.share.attributed,
            "filled_in_later": found.share.inferred,
            "found_without_help": found.share.unaided,
            "opted_out": found.share.opted_out,
            "without_feature": found.share.requests - found.share.feature,
        },
    }
    return json.dumps(shape, indent=2)


def show(listed: Mapping[str, Feature], found: Coverage, period: Period) -> None:
    """Print the matrix, and in words what is rejected, missing, and how well attribution does."""
    out = tables.console()
    out.print(Text.assemble(("Features", "bold"), (f", {period.words}", "dim")))
    out.print()
    rows = _rows(listed, found)
    seen = [local(use.last_seen, form="%Y-%m-%d %H:%M") if use else "never" for _, use in rows]
    columns = [
        Column("Feature", [feature.name for feature, _ in rows]),
        Column("Requests", [count(use.requests if use else 0) for _, use in rows], "right"),
        Column("Users (week)", [count(found.weekly.get(feature.name, 0)) for feature, _ in rows], "right", keep=5),
        Column("Last seen", seen, keep=6),
        Column("Seen by", [", ".join(source for source, _ in use.sources) if use else "" for _, use in rows], keep=3,
               least=14),
        Column("Meaning", [feature.meaning for feature, _ in rows], keep=4, least=24, style="dim"),
        Column("Set by", [feature.set_by for feature, _ in rows], keep=2, least=24, style="dim"),
    ]  # fmt: skip
    out.print(tables.render(columns, out.width))
    out.print()
    _words(out, found)


def _words(out: Console, found: Coverage) -> None:
    share = found.share
    if not share.requests:
        out.print("No requests in this time. Send one through franking: frank run -- COMMAND")
        return
    for entry in found.rejected:
        whose = f" from {', '.join(entry.clients)}" if entry.clients else ""
        out.print(
            clean(f"Rejected: {entry.value!r}, {plural(entry.requests, 'request')}{whose}; stored as unattributed.")
        )
    lines: dict[str, tuple[int, int]] = {
        "without a feature": (share.requests - share.feature, share.requests),
        "with a feature": (share.feature, share.requests),
        "with a project": (share.project, share.requests),
        "attributed (both)": (share.attributed, share.requests),
    }
    if share.inferred:
        lines["of those, filled in later by frank backfill"] = share.inferred, share.attributed
    others = "of the others" if share.inferred else "of those"
    lines[f"{others}, found without help"] = share.unaided, share.at_once
    for words, (part, whole) in lines.items():
        out.print(f"{percent(part, whole):>5}  {words} ({part:,} of {whole:,})")
    if share.opted_out:
        out.print(f"{plural(share.opted_out, 'request')} without a project came from projects that opted out.")
