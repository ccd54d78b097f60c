"""The check of hard budgets in memory: what is spent, what is held for requests under way, and whether one may go.

Pure, microseconds, of one thread (the event loop). What the ledger says comes in as a Snapshot, again and again.
Reserve, then settle: a request that may go holds an estimate of its cost until it has ended, and then its cost, until
a Snapshot is taken in which the ledger counts it. So nothing is counted twice and nothing forgotten, in whatever order
requests end, rows are committed and snapshots are taken; and a budget is exceeded by no more than what the requests
under way cost beyond their estimates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from franking.budgets import periods
from franking.budgets.guard_values import Outstanding, Refused, Settled, Snapshot, Terms
from franking.budgets.matching import Request
from franking.budgets.values import Budget, State, Window
from franking.projects.names import Names

__all__ = ["Guard"]


@dataclass(slots=True)
class _Held:
    """One request. settled: None while it is under way. counted: what of it the last snapshot counts already.

    It is kept until two snapshots agree with it: a row may be told a second time in the moments after its end.
    """

    at: int
    asked: Request
    estimate: int
    budgets: tuple[int, ...]
    settled: Settled | None = None
    counted: Settled | None = None


@dataclass(slots=True)
class _Line:
    """One budget's figures. spent: the ledger's. settled, reserved: of what is held. elsewhere: by other sidecars."""

    budget: Budget
    amount: int
    window: Window | None
    spent: int = 0
    settled: int = 0
    reserved: int = 0
    elsewhere: int = 0

    def add(self, held: _Held, sign: int) -> None:
        if self.window is None or not self.window.start <= held.at < self.window.end:
            return
        if held.settled is None:
            self.reserved += sign * held.estimate
        else:
            known = 0 if held.counted is None else held.counted.counts(self.budget)
            self.settled += sign * (held.settled.counts(self.budget) - known)


class Guard:
    """on: there is something to check; else nobody need ask. refused: how many were. models: as in Snapshot."""

    def __init__(self) -> None:
        self.on = False
        self.refused = 0
        self.by_model = False
        self.models: Mapping[str | None, tuple[str, ...]] = {}
        self._paused_until = 0
        self._terms = Terms((), Names())
        self._lines: dict[int, _Line] = {}
        self._held: dict[str, _Held] = {}

    @property
    def names(self) -> Names:
        """Projects as they are named now."""
        return self._terms.names

    def take(self, snapshot: Snapshot | None) -> None:
        """What the ledger says now; None: it has not been readable for too long, and everything may go."""
        self.on = snapshot is not None and bool(snapshot.states)
        if snapshot is None or not snapshot.states:
            self._held.clear()
            self._lines.clear()
            return
        renewed = snapshot.terms is not self._terms
        self._terms, self.models, self.by_model = snapshot.terms, snapshot.models, snapshot.terms.by_model
        self._paused_until = snapshot.paused_until or 0
        self._lines = dict(_line(state, snapshot) for state in snapshot.states)
        for id_, counted in snapshot.settled.items():
            held = self._held.get(id_)
            if held is not None and held.settled is not None:
                if held.settled == held.counted == counted:
                    del self._held[id_]
                held.counted = counted
        for held in self._held.values():
            if renewed:
                held.asked = self._named_now(held.asked)
                held.budgets = self._covering(held.asked)
            self._add(held, 1)

    def pause(self, until: int | None) -> None:
        """A pause has begun, or ended."""
        self._paused_until = until or 0

    def check(self, id_: str, at: int, asked: Request, estimate: int) -> Refused | None:
        """May it go? Then its estimate is held, under its row's id; what was held under that before is not."""
        self.forget(id_)
        budgets = self._covering(asked)
        if self._paused_until <= at:
            worst: Refused | None = None
            for number in budgets:
                over = self._over(self._lines[number], at, asked, estimate)
                if over is not None and (worst is None or _rank(over) > _rank(worst)):
                    worst = over
            if worst is not None:
                self.refused += 1
                return worst
        self._hold(id_, _Held(at, asked, estimate, budgets))
        return None

    def holds(self, id_: str) -> bool:
        """Is it known here?"""
        return id_ in self._held

    def reserve(self, id_: str, at: int, asked: Request, estimate: int) -> None:
        """It is under way already, whatever the budgets say."""
        self._hold(id_, _Held(at, asked, estimate, self._covering(asked)))

    def adjust(self, id_: str, estimate: int) -> None:
        """More is known of a request under way."""
        held = self._held.get(id_)
        if held is not None and held.settled is None:
            self._add(held, -1)
            held.estimate = estimate
            self._add(held, 1)

    def settle(self, id_: str, at: int, asked: Request, settled: Settled) -> None:
        """It has ended; what it came to is held until the ledger counts it. May be told again."""
        before = self._held.get(id_)
        counted = None if before is None else before.counted
        self._hold(id_, _Held(at, asked, 0, self._covering(asked), settled, counted))

    def forget(self, id_: str) -> None:
        """It did not go after all."""
        held = self._held.pop(id_, None)
        if held is not None:
            self._add(held, -1)

    def outstanding(self) -> Outstanding:
        """What to ask the ledger about, and to tell other sidecars."""
        ended = tuple(id_ for id_, held in self._held.items() if held.settled is not None)
        sums = {number: line.reserved + line.settled for number, line in self._lines.items()}
        return Outstanding(ended, {number: amount for number, amount in sums.items() if amount > 0})

    def _named_now(self, asked: Request) -> Request:
        """One under way counts to its project by that one's new name, and to the one that it became a part of."""
        if asked.project is None:
            return asked
        project = self.names.resolved(asked.project)
        return replace(asked, project=project, organization=self.names.organization(project) or asked.organization)

    def _covering(self, asked: Request) -> tuple[int, ...]:
        return tuple(budget.number for budget in self._terms.index.covering(asked) if budget.number in self._lines)

    def _hold(self, id_: str, held: _Held) -> None:
        self.forget(id_)
        self._held[id_] = held
        self._add(held, 1)

    def _add(self, held: _Held, sign: int) -> None:
        for number in held.budgets:
            if (line := self._lines.get(number)) is not None:
                line.add(held, sign)

    def _over(self, line: _Line, at: int, asked: Request, estimate: int) -> Refused | None:
        window = line.window
        if window is not None and at >= window.end:
            window = self._roll(line, at)
        if window is None or at < window.start:
            return None
        spent, reserved = line.spent + line.settled, line.reserved + line.elsewhere
        if spent + reserved < line.amount and spent + reserved + estimate <= line.amount:
            return None
        crowded = spent < line.amount and spent + estimate <= line.amount
        return Refused(line.budget, asked.project, line.amount, spent, reserved, estimate, window, crowded)

    def _roll(self, line: _Line, at: int) -> Window | None:
        """A new period begins before the ledger was asked again: nothing is spent in it yet but what is held."""
        line.window = periods.current(line.budget, at)
        line.spent = line.settled = line.reserved = line.elsewhere = 0
        for held in self._held.values():
            if line.budget.number in held.budgets:
                line.add(held, 1)
        return line.window


def _line(state: State, snapshot: Snapshot) -> tuple[int, _Line]:
    number = state.budget.number or 0
    elsewhere = snapshot.elsewhere.get(number, 0)
    return number, _Line(state.budget, state.amount, state.window, state.spent, elsewhere=elsewhere)


def _rank(refused: Refused) -> tuple[bool, int]:
    """Of several, the one that is in the way for longest."""
    return not refused.crowded, refused.window.end
