"""Whose each request is, and what is stamped on it: at once where all that it rests on is at hand, else awaited.

Requests mostly rest on the same things as earlier ones did, so verdicts are remembered.
"""

from dataclasses import replace
from typing import Any

from franking.attribution.values import Peer
from franking.ledger.record import Record
from franking.proxy import rows
from franking.proxy.callers import Callers, Connection
from franking.proxy.stages import Request, Stages, Verdict
from franking.proxy.whereabouts import Whereabouts

__all__ = ["Verdicts"]

REMEMBERED = 2048


class Verdicts:
    """What ``stages`` judge of what ``callers`` know."""

    def __init__(self, stages: Stages, callers: Callers) -> None:
        self._stages = stages
        self._callers = callers
        self._memo: dict[Any, tuple[Verdict, Any]] = {}

    def at_once(self, known: Connection, request: Request) -> Verdict | None:
        """The verdict, where nothing has to be looked up for it; else None. known: the request's connection."""
        at_hand = self._callers.at_hand(known)
        return None if at_hand is None else self._judged(known, request, *at_hand)

    async def awaited(self, known: Connection, request: Request) -> Verdict:
        """The verdict, once its caller and its directory are looked up, or the bound for that is over."""
        peer = await self._callers.peer(known)
        return self._judged(known, request, peer, await self._callers.whereabouts(known))

    def retold(self, request: Request, upgrade: Verdict, row: Record, told: tuple[tuple[str, str], ...]) -> Record:
        """A row of a WebSocket whose upgrade found no project, judged again with the headers that a message holds.

        request, upgrade: the upgrade's, from whose caller and directory the message comes too.
        """
        if row.project_source not in (None, "sidecar"):
            return row
        names = {name for name, _ in told}
        headers = (*(pair for pair in request.headers if pair[0] not in names), *told)
        verdict = self._stages.judge(replace(request, headers=headers), upgrade.peer, upgrade.where)
        return rows.attributed(row, verdict.attribution, verdict.provenance)

    def _judged(self, known: Connection, request: Request, peer: Peer, where: Whereabouts) -> Verdict:
        basis = (peer, where.caller, where.sidecar)
        key = (
            *map(id, basis),
            tuple(known.userinfo.items()),
            request.gateway.name,
            request.route,
            request.method,
            request.host,
            request.path,
            request.headers,
        )
        if (found := self._memo.get(key)) is not None:
            return found[0]
        verdict = self._stages.judge(request, peer, where)
        if len(self._memo) >= REMEMBERED:
            self._memo.clear()
        self._memo[key] = (verdict, basis)  # holding what it rests on keeps the ids their own
        return verdict
