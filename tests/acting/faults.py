"""A stage for faults: servers that log every statement and can be killed, half a migration, consoles on a proxy."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pymysql
from sqlalchemy.engine import URL

from console import dialects, frameworks
from console.acting import Acting
from console.core.intent import Intent, Verb
from console.core.journal import Person, Topic, broken, flying
from console.core.ports_acting import Hand
from console.drill.binaries import free_port
from console.drill.mysql_programs import Installation
from console.drill.mysql_programs import unpacked as installation
from console.drill.mysql_server import PrivateMySQL
from console.drill.player import checksum
from console.drill.server import PrivatePostgres
from console.incident import Incident
from console.store.journal import DiskJournal, open_journal
from console.tools import Tools
from console.wiring import Options, find, source
from tests import mysql_servers
from tests.acting.proxy import Proxy
from tests.acting.test_steps_mysql import LEDGER, ROW
from tests.servers import conninfo
from tests.sites import Site
from tests.waiting import eventually

V1 = "CREATE TABLE orders (id bigint PRIMARY KEY, total decimal(10,2) NOT NULL DEFAULT 0);\n"
V2 = "CREATE TABLE carriers (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN carrier varchar(40);\n"
STATEMENTS = [part for part in V2.split(";\n") if part]
_LOGGING = {
    "postgresql": {"logging_collector": "on", "log_statement": "all", "max_prepared_transactions": "5"},
    "mysql": {"general-log": "1", "general-log-file": "statements", "log-output": "FILE"},
}


class Postgres(PrivatePostgres):
    """It can be ended at once and started anew, on another port."""

    kind = "postgresql"
    place: tuple[Path, Path]

    def __init__(self, major: int) -> None:
        super().__init__(major, _LOGGING["postgresql"])
        self.given = (major,)

    def _run(self, program: Path, data: Path, port: int) -> bool:
        self.place = program, data
        return super()._run(program, data, port)

    def again(self) -> None:
        assert self._end(signal.SIGQUIT, 5.0)
        assert self._run(*self.place, free_port())

    def log(self) -> str:
        """All that was sent to it."""
        files = sorted((self.place[1] / "log").iterdir())
        return "".join(file.read_text(errors="replace") for file in files)

    def times(self, sql: str, start: int) -> int:
        """How often it was sent this, from a place of its log on."""
        return self.log().count(f"statement: {sql}\n", start)


class MySQL(PrivateMySQL):
    """It can be killed and started anew, on another port."""

    used: Installation

    def __init__(self, kind: str) -> None:
        self.given = (kind,)
        super().__init__(kind, _LOGGING["mysql"], installation(mysql_servers.fetched(kind)))

    def _run(self, installation: Installation, port: int) -> bool:
        self.used = installation
        return super()._run(installation, port)

    def again(self) -> None:
        assert self._end(signal.SIGKILL, 5.0)
        assert self._run(self.used, free_port())

    def log(self) -> str:
        """All that was sent to it."""
        assert self._folder
        return (self._folder / "data" / "statements").read_text(errors="replace")

    def times(self, sql: str, start: int) -> int:
        """How often it was sent this, from a place of its log on."""
        return self.log().count(f"Query\t{sql}\n", start)


Server = Postgres | MySQL


def do(url: URL, *statements: str) -> list[tuple[Any, ...]]:
    """Run statements as a client of its own; the rows of the last."""
    if url.get_backend_name() != "postgresql":
        with mysql_servers.open_connection(url) as other:
            return [mysql_servers.ask(other, sql) for sql in statements][-1]
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        cursors = [connection.execute(sql) for sql in statements]
        return cursors[-1].fetchall() if cursors[-1].description else []


def _closed(connection: mysql_servers.MyConnection) -> None:
    with suppress(pymysql.Error, OSError):
        connection.close()


@dataclass
class Console:
    """One responder's console."""

    incident: Incident
    acting: Acting
    journal: DiskJournal


@dataclass
class Stage:
    """A database with a migration of Flyway that stopped after its first statement, reached through a proxy."""

    server: Server
    name: str
    folder: Path
    proxy: Proxy
    ends: ExitStack = field(default_factory=ExitStack)
    blockers: ExitStack = field(default_factory=ExitStack)
    runs: int = 0
    start: int = 0
    """Where the server's log was when this began."""

    @property
    def kind(self) -> str:
        return self.server.kind

    @property
    def url(self) -> URL:
        """Past the proxy."""
        return self.server.url.set(database=self.name)

    @property
    def through(self) -> URL:
        """By the proxy, which must be able to read along."""
        url = self.proxy.url.set(database=self.name)
        return url if self.kind == "postgresql" else url.set(query={"ssl_disabled": "true"})

    def build(self) -> None:
        """The project, its first migration applied, the second half done."""
        self.start = len(self.server.log())
        (self.folder / "sql").mkdir()
        (self.folder / "state").mkdir(mode=0o700)
        jdbc = f"jdbc:{self.kind}://127.0.0.1:1/{self.name}"
        lines = [f"flyway.url={jdbc}", f"flyway.user={self.url.username}", "flyway.locations=filesystem:sql"]
        (self.folder / "flyway.conf").write_text("\n".join(lines))
        for version, text in (("1", V1), ("2", V2)):
            path = self.folder / "sql" / f"V{version}__change_{version}.sql"
            path.write_text(text)
            path.with_name(f"{path.name}.conf").write_text("executeInTransaction=false\n")
        do(self.url, V1.rstrip(";\n"), STATEMENTS[0])
        if self.kind == "postgresql":
            site = Site(self.folder, self.url)
            site.ledger()
            site.row(self.folder / "sql" / "V1__change_1.sql")
        else:
            do(self.url, LEDGER, ROW.format(rank=1, version="1", checksum=checksum(V1), success=1))

    def console(
        self,
        reads: URL,
        hand: URL,
        wrap: Callable[[Callable[[], Hand], Callable[[], DiskJournal]], Callable[[], Hand]] = lambda hand, _: hand,
    ) -> Console:
        """One more; `reads` and `hand` are the ways to the server. They share one journal on the disk."""
        self.runs += 1
        options = Options(url=reads.render_as_string(hide_password=False), project=str(self.folder))
        incident = Incident(source(find(options, {})))
        account = partial(open_journal, "shop on db", Person("ann"), f"run{self.runs}", {}, self.folder / "state")
        journal = self.ends.enter_context(account())
        markers: Mapping[str, Any] = {f.name: frameworks.marker(f.name, p) for f, p in incident.source.frameworks}
        opener = wrap(partial(dialects.open_hand, self.kind, hand), account)
        acting = Acting(Tools(dialects.renderer, opener, journal, markers), incident.fresh)
        self.ends.callback(incident.stop)
        self.ends.callback(acting.close)
        return Console(incident, acting, journal)

    def blocker(self, url: URL | None = None) -> str:
        """A session that holds a transaction open; it lasts as long as the stage."""
        if self.kind == "postgresql":
            held = psycopg.connect(conninfo(url or self.url), autocommit=True)
            self.blockers.callback(held.close)
            held.execute("BEGIN")
            held.execute("SELECT * FROM orders")
            return str(held.info.backend_pid)
        connection = mysql_servers.open_connection(self.url)
        self.blockers.callback(_closed, connection)
        mysql_servers.ask(connection, "BEGIN")
        mysql_servers.ask(connection, "SELECT * FROM orders")
        return str(mysql_servers.ask(connection, "SELECT connection_id()")[0][0])

    def end_blockers(self) -> None:
        """Their sessions leave."""
        self.blockers.close()

    def there(self, session: str) -> bool:
        if self.kind == "postgresql":
            return bool(do(self.url, f"SELECT 1 FROM pg_stat_activity WHERE pid = {session}"))
        return bool(do(self.url, f"SELECT 1 FROM information_schema.processlist WHERE id = {session}"))

    def tables(self) -> set[str]:
        found = do(self.url, "SELECT table_name FROM information_schema.tables WHERE table_schema = "
                             + ("'public'" if self.kind == "postgresql" else "database()"))  # fmt: skip
        return {name for (name,) in found}

    def has_carrier(self) -> bool:
        sql = "SELECT 1 FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'carrier'"
        own = "table_catalog = current_database()" if self.kind == "postgresql" else "table_schema = database()"
        return bool(do(self.url, f"{sql} AND {own}"))

    def versions(self) -> list[str]:
        return [row[0] for row in do(self.url, "SELECT version FROM flyway_schema_history ORDER BY installed_rank")]

    def times(self, sql: str) -> int:
        """How often the server was sent exactly this; what was sent before now is in it."""
        self.runs += 1
        sign = f"SELECT {self.runs} AS {self.name}"
        do(self.url, sign)
        eventually(lambda: self.server.times(sign, self.start))
        return self.server.times(sql, self.start)

    def ours(self) -> list[tuple[Any, ...]]:
        """Sessions of Halfway in this database, and locks that a hand takes."""
        if self.kind == "postgresql":
            sessions = "SELECT pid::text FROM pg_stat_activity WHERE application_name LIKE 'halfway%' AND datname = "
            return do(self.url, f"{sessions} '{self.name}' UNION ALL SELECT locktype FROM pg_locks l"
                                " JOIN pg_database d ON d.oid = l.database"
                                f" WHERE locktype = 'advisory' AND datname = '{self.name}'")  # fmt: skip
        sessions = "SELECT id FROM information_schema.processlist WHERE id <> connection_id()"
        locked = (
            "SELECT 1 FROM dual WHERE is_used_lock(concat('halfway ', left(sha2(database(), 256), 40))) IS NOT NULL"
        )
        return do(self.url, f"{sessions} AND db = '{self.name}' UNION ALL {locked}")


def hands(stage: Stage) -> list[tuple[Any, ...]]:
    """Sessions that act in this database."""
    if stage.kind == "postgresql":
        return do(stage.url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'halfway hand'"
                             f" AND datname = '{stage.name}' AND state <> 'idle'")  # fmt: skip
    return do(stage.url, "SELECT id FROM information_schema.processlist"
                         f" WHERE db = '{stage.name}' AND info LIKE 'ALTER%'")  # fmt: skip


def waiting(stage: Stage) -> list[tuple[Any, ...]]:
    """Sessions that act and have sent the statement: it waits behind the blocker."""
    if stage.kind == "postgresql":
        return do(stage.url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'halfway hand'"
                             f" AND datname = '{stage.name}' AND wait_event_type = 'Lock'")  # fmt: skip
    return hands(stage)


@contextmanager
def stage_on(server: Server, name: str, folder: Path) -> Iterator[Stage]:
    """A stage in a database of its own, which has to be left empty of us."""
    do(server.url, f"CREATE DATABASE {name}")
    with Proxy(server.url) as proxy:
        found = Stage(server, name, folder, proxy)
        found.build()
        with found.ends, found.blockers:
            yield found
        proxy.cut()
        eventually(lambda: not found.ours())
        do(server.url, f"DROP DATABASE {name}")


ACTS = ("kill", "finish", "roll back", "mark")
WORDS = {"finish": "ADD COLUMN carrier", "roll back": "DROP TABLE", "mark": "INSERT INTO"}


def wish(stage: Stage, act: str) -> Intent:
    """What is wanted, with what it needs to make sense."""
    if act == "kill":
        return Intent(Verb.TERMINATE, (stage.blocker(),))
    if act == "mark":
        do(stage.url, STATEMENTS[1])
    verb = {"finish": Verb.FINISH, "roll back": Verb.ROLL_BACK, "mark": Verb.MARK_RAN}[act]
    return Intent(verb, migration="2", framework="flyway")


def word_of(stage: Stage, act: str) -> str:
    """A word that only the acting statement has."""
    return WORDS.get(act) or ("pg_terminate_backend" if stage.kind == "postgresql" else "KILL CONNECTION")


def is_done(stage: Stage, act: str, intent: Intent) -> bool:
    """What a second client finds."""
    if act == "kill":
        return not stage.there(intent.sessions[0])
    if act == "finish":
        return stage.has_carrier()
    return "carriers" not in stage.tables() if act == "roll back" else stage.versions() == ["1", "2"]


def left_well(stage: Stage, *consoles: Console) -> None:
    """The account holds, every act has an end or is known to fly, and nothing of ours is on the server."""
    for console in consoles:
        entries = console.journal.entries()
        assert broken(entries) == ""
        acting = {str(e.n) for e in entries if e.topic is Topic.ACTING}
        ended = {e.details["acting"] for e in entries if e.topic is Topic.OUTCOME}
        ends = [
            e.details["acting"] for e in entries if e.topic is Topic.OUTCOME and e.details["outcome"] != "in flight"
        ]
        assert acting == ended | {str(e.n) for e in flying(entries)}
        assert len(ends) == len(set(ends)), "an act has two ends"
    for console in consoles:
        console.acting.close()
        console.incident.stop()
