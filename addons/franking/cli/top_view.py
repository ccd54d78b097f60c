"""What ``frank top`` draws, as rich renderables that fit a width. Pure; the tables are those of every command."""

from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from franking.cli import tables
from franking.cli.tables import Column, Lines
from franking.cli.tail_view import FAILED, MARKS
from franking.cli.top_figures import DIMENSIONS, Line, Rates, Snapshot, filtered, lines, rates, value
from franking.ledger.listings import Row
from franking.words import NOBODY, UNKNOWN, clean, count, duration, local, money, percent, plural, short

__all__ = ["groups", "head", "keys", "requests"]

_IN_FLIGHT = ("▸", "cyan")


def head(snapshot: Snapshot, width: int) -> Text:
    """Today, the rates, and what is in flight; what does not fit is left out from the right."""
    if snapshot.fault:
        return Text("The ledger cannot be read.", style="red")
    if snapshot.today is None:
        return Text("No ledger yet. Send a request: frank run -- COMMAND", overflow="ellipsis", no_wrap=True)
    total, now = snapshot.today.total, rates(snapshot, snapshot.ended)
    today = money(total.cost if total.cost is not None or total.requests else 0)
    pieces = [
        (today, " today" if not total.unpriced_ok else "+ today", "bold"),
        (str(len(snapshot.running)), " in flight", "cyan"),
        (money(0 if now.hourly is None and not now.requests else now.hourly), "/hour", "bold"),
        (_tenths(now.requests), " req/min", ""),
        (short(now.tokens), " tok/s", ""),
        (count(total.requests), " requests today", ""),
        (count(total.errors), " failed", "red"),
    ]
    line = Text(no_wrap=True, overflow="crop")
    for figure, words, style in pieces:
        gap = "   " if line else ""
        if len(line) + len(gap) + len(figure) + len(words) > width:
            break
        line.append(gap).append(figure, style).append(words, "dim")
    return line


def keys(dimension: str, typed: str, width: int) -> Text:
    """The keys, or what is typed to filter by."""
    following = DIMENSIONS[(DIMENSIONS.index(dimension) + 1) % len(DIMENSIONS)]
    if typed:
        return Text.assemble(
            (" Filter: ", "reverse"), f" {clean(typed)}▏", ("  Esc clears", "dim"), no_wrap=True, overflow="ellipsis"
        )
    said = Text(no_wrap=True, overflow="crop")
    for key, what in (("Tab", f"by {following}"), ("type", "to filter"), ("↑↓", "scroll"), ("Ctrl+C", "quit")):
        if len(said) + len(key) + len(what) + 3 <= width:
            said.append(f" {key} ", "reverse").append(f" {what} ", "dim")
    return said


def groups(snapshot: Snapshot, dimension: str, typed: str, width: int) -> Lines | Text:
    """Today by the dimension, with rates; or why there is nothing."""
    if snapshot.fault:
        return Text(clean(snapshot.fault))
    nobody = NOBODY[dimension]
    shown = [line for line in lines(snapshot, dimension) if typed.casefold() in (line.name or nobody).casefold()]
    if not shown:
        said = "Nothing matches." if typed else "No requests today." if snapshot.today else ""
        return Text(said, style="dim")
    whole = snapshot.today.total.cost or 0 if snapshot.today else 0
    most = max(line.today.cost or 0 for line in shown)
    columns = [
        Column(dimension.capitalize(), [nobody if line.name is None else line.name for line in shown], least=18,
               styles=["dim italic" if line.name is None else "" for line in shown]),
        Column("Today", [_cost(line) for line in shown], "right", style="bold"),
        Column("Share", [percent(line.today.cost or 0, whole) for line in shown], "right", keep=5),
        Column("", [tables.bar(line.today.cost or 0, most, 6) for line in shown], keep=4, style="cyan"),
        Column("Requests", [count(line.today.requests) for line in shown], "right", keep=3),
        Column("In flight", [count(line.running) if line.running else "" for line in shown], "right", keep=9,
               style="cyan"),
        Column("$/hour", [_hourly(line.rates) for line in shown], "right", keep=8),
        Column("Req/min", [_tenths(line.rates.requests) if line.rates.requests else "" for line in shown], "right",
               keep=6),
        Column("Tok/s", [short(line.rates.tokens) if line.rates.tokens else "" for line in shown], "right", keep=2),
        Column("Errors", [count(line.today.errors) if line.today.errors else "" for line in shown], "right", keep=1,
               style="red"),
    ]  # fmt: skip
    return tables.render(columns, width)


def requests(snapshot: Snapshot, typed: str, width: int, height: int) -> Group | Text:
    """What is in flight, longest first, and below what ended last; as many as fit."""
    running = filtered(snapshot, snapshot.running, typed)
    ended = filtered(snapshot, snapshot.ended, typed)
    rows = [*running, *ended][: max(0, height - 1)]
    if not rows:
        return Text("")
    marks = [_IN_FLIGHT if row["ended_at"] is None else MARKS.get(row["status"], FAILED) for row in rows]
    took = [(row["ended_at"] or snapshot.at) - row["started_at"] for row in rows]
    more = len(running) - len(rows)
    columns = [
        Column("", [f"{mark} {row['http_status'] or ''}".rstrip() for (mark, _), row in zip(marks, rows, strict=True)],
               styles=[style for _, style in marks]),
        Column("Began", [_began(row, snapshot.at) for row in rows], keep=5, style="dim"),
        Column("Took", [duration(micros) for micros in took], "right", keep=8),
        Column("Cost", [money(row["cost"]) for row in rows], "right", keep=9, style="bold"),
        _names("Project", snapshot, rows, "project", 0),
        _names("Model", snapshot, rows, "model", 7),
        _names("Client", snapshot, rows, "client", 3),
        Column("In → out", [_tokens(row) for row in rows], "right", keep=4),
        _names("Feature", snapshot, rows, "feature", 2),
        _names("User", snapshot, rows, "user", 1),
    ]  # fmt: skip
    table = tables.render(columns, width)
    return Group(table, Text(f"… and {plural(more, 'more')} in flight", style="dim")) if more > 0 else Group(table)


def _began(row: Row, at: int) -> str:
    """The time of day, or the day where that is another than now's."""
    same = local(row["started_at"], form="%F") == local(at, form="%F")
    return local(row["started_at"], form="%H:%M:%S" if same else "%d %b")


def _names(title: str, snapshot: Snapshot, rows: Sequence[Row], dimension: str, keep: int) -> Column:
    found = [value(snapshot, row, dimension) for row in rows]
    shown = [UNKNOWN if name is None else name.rpartition("/")[2] if dimension == "model" else name for name in found]
    return Column(title, shown, keep=keep, least=12)


def _cost(line: Line) -> str:
    return money(line.today.cost) + ("+" if line.today.unpriced_ok and line.today.cost is not None else "")


def _hourly(found: Rates) -> str:
    return "" if found.hourly is None else money(found.hourly)


def _tenths(number: int) -> str:
    return f"{number // 10}.{number % 10}"


def _tokens(row: Row) -> str:
    if row["input_tokens"] is None and row["output_tokens"] is None:
        return UNKNOWN
    return f"{short(row['input_tokens'])} → {short(row['output_tokens'])}"
