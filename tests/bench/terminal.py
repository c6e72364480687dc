"""Bytes to the terminal: nothing when nothing changes, little for what does, and far less than monitors under churn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from threading import Event

from sqlalchemy.engine import URL

from console.drill.private import PrivateServer
from console.drill.server import PrivatePostgres, available
from tests.bench import crowd, peers
from tests.bench.crowd import MARK
from tests.bench.load import MY_ROOM, ROOM
from tests.bench.peers import Peer
from tests.bench.pty import Child, child
from tests.bench.shop import USEFUL, Shop, shop
from tests.bench.table import BYTES, Row
from tests.bench.watch import SETTLED, together
from tests.mysql_servers import private
from tests.waiting import eventually

PAGES = {"Incident": b"1", "Migrations": b"2", "Schema": b"3", "Locks": b"4", "Diff": b"5", "Recover": b"6",
         "Journal": b"7"}  # fmt: skip
_STILL = "nothing was written while everything changed: the page stood still"
_BUSY = ("Incident", "Locks")
"""Pages on which something changes when sessions do."""
_CALM, _CHURN = 30.0, 10.0
"""Seconds that are looked at with nothing changing, and in each window of churn."""
_FRAME = 0.5
"""Seconds between two looks at the cells: a sweep is drawn at once, and the next comes later."""
_ANSWERED = 5.0
_A_CELL = 200.0
_OF_PG_ACTIVITY, _OF_DOLPHIE = 1 / 30, 1 / 700


def rows() -> Iterator[Row]:
    """Calm first."""
    with PrivatePostgres(max(available()), ROOM) as server, shop(server.url) as made:
        yield _calm(made)
    with ThreadPoolExecutor(2) as both:
        for done in both.map(lambda work: work(), (_on_postgres, _on_mysql)):
            yield from done


def _calm(made: Shop) -> Row:
    """A console on each page at the same time, with nobody else there."""
    with ExitStack() as stack:
        consoles = [stack.enter_context(child(made.line(), made.environ(page))) for page in PAGES]
        for console, key in zip(consoles, PAGES.values(), strict=True):
            console.until(USEFUL)
            _open(console, key)
        Event().wait(2 * SETTLED)
        before = sum(console.bytes for console in consoles)
        Event().wait(_CALM)
        written = sum(console.bytes for console in consoles) - before
    return Row.within(BYTES, f"nothing changes for {_CALM:.0f} s, {len(PAGES)} pages", written, "bytes", 0)


def _on_postgres() -> list[Row]:
    title = f"PostgreSQL {max(available())}"
    with ExitStack() as stack:
        server = stack.enter_context(PrivatePostgres(max(available()), ROOM))
        made = stack.enter_context(shop(server.url))
        stack.enter_context(crowd.crowd(made.url, churning=True))
        cells = _cells(made, title)
        return [cells, *_churning(made, server, title, peers.PG_ACTIVITY, peers.pg_activity, _OF_PG_ACTIVITY)]


def _on_mysql() -> list[Row]:
    with private("mysql", MY_ROOM) as server, shop(server.url) as made, crowd.crowd(made.url, churning=True):
        return _churning(made, server, server.title, peers.DOLPHIE, peers.dolphie, _OF_DOLPHIE)


def _cells(made: Shop, title: str) -> Row:
    """The frame that costs most for a cell: what came between two looks, against what looks otherwise then."""
    with child(made.line(), made.environ()) as console:
        console.until(USEFUL)
        _open(console, PAGES["Locks"])
        console.settle(SETTLED)
        worst, frames = 0.0, 0
        for _ in range(int(_CALM / _FRAME)):
            shown, before = _all(console), console.bytes
            console.settle(_FRAME)
            changed = sum(a != b for a, b in zip(shown, _all(console), strict=True))
            if console.bytes > before:
                frames += 1
                worst = max(worst, (console.bytes - before) / max(changed, 1))
    return Row.within(BYTES, f"{title}, churn: a changed cell, worst of {frames} frames", worst, "bytes", _A_CELL)


def _all(console: Child) -> list[object]:
    """Every cell, with its colours."""
    lines, columns = range(console.screen.lines), range(console.screen.columns)
    return [console.screen.buffer[y][x] for y in lines for x in columns]


def _churning(
    made: Shop, server: PrivateServer, title: str, peer: Peer, line: Callable[[URL], Sequence[str]], bar: float
) -> list[Row]:
    """The pages on which it shows, and the peer, all at the same time."""
    why = peers.why_not(peer)
    with ExitStack() as stack:
        monitors = {page: stack.enter_context(child(made.line(), made.environ(page))) for page in _BUSY}
        for page, console in monitors.items():
            console.until(USEFUL)
            _open(console, PAGES[page])
        if not why:
            environ = peer.environ(HOME=str(made.home))
            monitors[peer.name] = stack.enter_context(child(line(server.url), environ))
            monitors[peer.name].until(MARK)
        Event().wait(SETTLED)
        taken = {name: each.kilobytes for name, each in together(monitors, server.pid or 0, _CHURN).items()}
    unit = "KB/min"
    if why:
        return [Row.missing(BYTES, f"{title}, churn", why), *(Row.seen(BYTES, p, taken[p], unit) for p in _BUSY)]
    what = f"{title}, churn, page"
    return [
        Row.against(BYTES, f"{what} {p}", taken[p], unit, peer.title, taken[peer.name], bar)
        if taken[p]
        else Row.missing(BYTES, f"{what} {p}", _STILL)
        for p in _BUSY
    ]


def _open(console: Child, key: bytes) -> None:
    """Go to a page; its tab then stands in brackets. What is typed at the first picture may come too early."""

    def is_there() -> bool:
        console.draw()
        return f"[{key.decode()} " in console.text

    while not is_there():
        console.type(key)
        with suppress(AssertionError):
            eventually(is_there, _ANSWERED)
