"""Ledgers for looking at every page of the dashboard: one with all that a page can show, one full of hostile names."""

import json
import time
from contextlib import closing
from pathlib import Path

from franking.attribution import provenance
from franking.attribution.values import Attribution, Candidate, Fault
from franking.budgets import changes as budget_changes
from franking.budgets.values import Budget
from franking.ledger.connection import patient
from franking.projects import changes
from franking.projects.values import Member, Project
from support.dashboard import HOSTILE, seed
from support.ledgers import made, record

__all__ = ["full", "hostile", "proven"]

CENT = 10_000_000


def proven(name: str) -> str:
    """A provenance whose project is that name, as a row keeps it."""
    found = Attribution(
        candidates=(
            Candidate("project", "git-remote", name, f"https://example.com/{name}", "won"),
            Candidate("project", "sidecar", "fallback", "config.toml", "git-remote comes first"),
            Candidate("user", "git-config", "ada@example.com", "/home/ada/.gitconfig", "won"),
        ),
        faults=(Fault("/r/.kilocode/config.json:3:7", "expected a string"),),
    )
    return provenance.encode(found, (("X-KILOCODE-PROJECTID", name),))


def full(file: Path) -> Path:
    """``seed``, requests ``good`` and ``bad``, many sessions, a rejected feature, an id of two repositories; a client's
    project ``docs`` with budgets in every state, and the project ``shop`` of an organization.
    """
    now = time.time_ns() // 1000
    rows = seed(now)
    rows += [record(now - place * 10**8, session_id=f"many-{place}", cost=CENT) for place in range(60)]
    rows += [record(now - 10**9, project_id="api", repository=f"https://github.com/{each}/api") for each in "ab"]
    proof = proven("example-repo")
    rows += [
        record(now - 5_000_000, rejected_feature="Chatt", client="kilo"),
        record(now, id="good", first_token_at=now + 200_000, cost=1, output_tokens=50, provenance=proof),
        record(now, id="bad", status="http_error", http_status=429, error_type="rate_limit"),
    ]
    made(file, rows)
    client: dict[str, str | bool] = {"billable": True, "client_name": "Example GmbH", "client_address": "1 High Street"}
    shop = Project("shop", "The shop", "one\ntwo", "#2f6f4f", "S", "ClientB", {"vat_note": "1\n2"}, (Member("old"),))
    docs = {"project": ("docs",)}
    with closing(patient(file)) as ledger:
        changes.create(ledger, Project("docs", display_name="The docs", colour="#2f6f4f", metadata=client), now)
        changes.create(ledger, shop, now)
        for budget in (
            Budget("over", CENT, hard=True, thresholds=(50, 80), include=docs),
            Budget("large", 10_000 * CENT, "quarter", "Europe/Berlin", docs),
            Budget("near", 10 * CENT, "quarter", include=docs),
        ):
            budget_changes.create(ledger, budget, now)
        budget_changes.raise_(ledger, "large", CENT, now, now + 10**12, "for the fair")
    return file


def hostile(file: Path) -> Path:
    """Every name that the wire or a user can give is a hostile one, on each page; and one that is only long."""
    now = time.time_ns() // 1000
    names = [*HOSTILE, "a" * 200]
    fields = (
        "project_id", "feature", "model", "user", "client", "branch", "session_id", "organization_id", "path",
        "repository", "error_type", "error_message",
    )  # fmt: skip
    rows = [
        record(now - place, id=f"hostile-{place}", **dict.fromkeys(fields, name), cost=10**9, provenance=proven(name))
        for place, name in enumerate(names)
    ]
    rows += [record(now - place, rejected_feature=name, client=name) for place, name in enumerate(names)]
    made(file, rows)
    members = tuple(f"my {name[:200]}" for name in HOSTILE if name.isprintable())
    told: dict[str, str | bool] = {"billable": True, "client_name": HOSTILE[0], "client_address": "1\n" + "x" * 80}
    with closing(patient(file)) as ledger:
        shop = Project("shop", HOSTILE[0], organization=members[0], metadata=told, members=tuple(map(Member, members)))
        changes.create(ledger, shop, now)
        for budget in (
            Budget("hostile", 100 * CENT, include={"project": members, "user": (*members, None)}),
            Budget("<script>document.title='owned'</script>" + "x" * 200, CENT, ends=now - 1),
        ):
            budget_changes.create(ledger, budget, now)
        budget_changes.raise_(ledger, "hostile", CENT, now, now + 10**12, "<b>note</b>")
    refused = [{"client": name, "host": name, "when": now, "count": 3, "error": name} for name in names]
    (file.parent / "refused.json").write_text(json.dumps(refused), encoding="utf-8")
    return file
