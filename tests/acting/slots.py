"""Servers without a free connection: everybody waits behind one session, and nobody of the application gets in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import URL

from console.acting import Acting
from console.core.assessment import Assessment
from console.core.intent import Intent, Verb
from console.core.plan import Result
from console.incident import Incident
from console.lanes.riding import Rider
from console.responding import responder
from console.wiring import Options, find, source
from tests.mysql_servers import MyConnection, ask, open_connection
from tests.servers import conninfo
from tests.waiting import eventually


@dataclass
class Crowd:
    """Who has all the connections."""

    root: str = ""
    """The session that all wait for."""
    waiting: list[Thread] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    ends: ExitStack = field(default_factory=ExitStack)

    def waits(self, work: Callable[[], object], n: int) -> None:
        def run() -> None:
            with suppress(pymysql.Error, psycopg.Error, OSError):
                work()
                self.done.append(n)

        self.waiting.append(Thread(target=run, daemon=True))
        self.waiting[-1].start()

    def disperse(self, leave: Callable[[], None]) -> None:
        """The root leaves, everybody else gets through."""
        leave()
        for thread in self.waiting:
            thread.join(15)

    def all_free(self) -> bool:
        """Everybody who waited got what it waited for."""
        for thread in self.waiting:
            thread.join(15)
        return len(self.done) == len(self.waiting) > 0


@contextmanager
def postgres_crowd(url: URL, places: int) -> Iterator[Crowd]:
    """Sessions of `url` in all places there are for it; all but the first wait for that one."""
    crowd = Crowd()
    with crowd.ends:
        opened: list[psycopg.Connection[Any]] = []

        def is_full() -> bool:
            with suppress(psycopg.OperationalError):  # who was here before is still leaving
                opened.append(psycopg.connect(conninfo(url), autocommit=True))
                crowd.ends.callback(opened[-1].close)
            return len(opened) == places

        eventually(is_full)
        root, *others = opened
        crowd.ends.callback(crowd.disperse, root.close)
        root.execute("BEGIN")
        root.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        crowd.root = str(root.info.backend_pid)
        for n, one in enumerate(others):
            crowd.waits(partial(one.execute, "SELECT count(*) FROM orders"), n)
        yield crowd


@contextmanager
def mysql_crowd(url: URL, places: int) -> Iterator[Crowd]:
    """The same on MySQL and MariaDB."""
    crowd = Crowd()
    with crowd.ends:
        opened: list[MyConnection] = []

        def is_full() -> bool:
            with suppress(pymysql.err.OperationalError):  # who was here before is still leaving
                opened.append(open_connection(url))
                crowd.ends.callback(_closed, opened[-1])
            return len(opened) == places

        eventually(is_full)
        root, *others = opened
        crowd.ends.callback(crowd.disperse, partial(_closed, root))
        ask(root, "BEGIN")
        ask(root, "UPDATE orders SET total = 1")
        crowd.root = str(vars(root)["server_thread_id"][0])
        for n, one in enumerate(others):
            crowd.waits(partial(ask, one, "UPDATE orders SET total = 2"), n)
        yield crowd


def _closed(connection: Any) -> None:
    with suppress(pymysql.Error, OSError):
        connection.close()


@dataclass
class Late:
    """A responder who comes when the server is full."""

    incident: Incident
    acting: Acting

    def sees(self) -> Assessment:
        """As soon as server and sessions were read."""

        def look() -> Assessment | None:
            found = self.incident.fresh()
            seen = found.observation
            return found if seen.server.complete and seen.sessions.value and seen.locks.value is not None else None

        seen = eventually(look)
        assert seen is not None
        return seen

    def riders(self) -> list[bool]:
        """Which lanes look over the acting connection."""
        links = [lane._link for lane in self.incident._lanes]
        return [isinstance(link, Rider) and link._own is None for link in links]

    def frees(self, root: str) -> Result:
        plan = self.acting.propose(Intent(Verb.TERMINATE, (root,)), self.sees())
        assert plan.refused == (), plan
        return self.acting.carry_out(plan, plan.phrases)


@contextmanager
def latecomer(url: URL, folder: Path) -> Iterator[Late]:
    """With the console's own wiring, keeper and journal."""
    options = Options(url=url.render_as_string(hide_password=False), project=str(folder))
    found = find(options, {})
    incident = Incident(source(found))
    acting = responder(found, incident, {"HOME": str(folder)}, str(folder / "journal"))
    try:
        yield Late(incident, acting)
    finally:
        acting.close()
        incident.stop()
