"""The shop on MySQL and MariaDB as a sweep sees it: locks as those servers name them, known, likely or not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.migration import Belief, LedgerRow, Migration, Tracked
from console.core.observation import Health, Observation, Reading, Server
from console.core.schema import Column, Index, Schema, Thing
from console.core.session import Lock, Progress, Session, SessionKind
from console.core.statements import read_script
from console.dialects.mysql.locks import metadata_lock
from console.dialects.mysql.queries import TURN_STAGES_ON
from console.drill.shop import SHIPPING
from console.drill.shop.mysql import MYSQL
from tests.builders import NOON, observation, schema_after, tracking
from tests.screens.shop import BEGAN, MACHINE, READS, ago, client

STARTS_AGAIN = (
    "Flyway runs all 4 statements of version 4 (V4__add_shipping.sql) from the first, each on its own, "
    "outside a transaction."
)
BASE = "".join(MYSQL.files.values())
SERVER = Server(dialect="mysql", version="9.7.4", version_number=90704, name="shop", host="db1", user="responder",
                identity="5f3c 2026-01-01", now=NOON, home="shop")  # fmt: skip
MARIADB = replace(SERVER, dialect="mariadb", version="10.11.18", version_number=101118)
GALERA = (
    "This is a node of a Galera cluster: a schema change stops every node while it runs, and sessions and locks are "
    "those of this node only."
)
INFERRED = ("Who holds metadata locks is inferred, not known.", "INSTALL SONAME 'metadata_lock_info'")
ALTER_CUSTOMERS, ALTER_ORDERS = (read_script(MYSQL.shipping, "mysql", "shop")[n].sql for n in (1, 2))
TREE = """
CREATE TABLE metrics (id int NOT NULL, at date NOT NULL, hits int, PRIMARY KEY (id, at))
  PARTITION BY RANGE (year(at)) (PARTITION p2025 VALUES LESS THAN (2026), PARTITION pmax VALUES LESS THAN MAXVALUE);
ALTER TABLE metrics ADD COLUMN month int GENERATED ALWAYS AS (month(at)) STORED;
ALTER TABLE metrics ADD INDEX metrics_month_idx (month) INVISIBLE;
CREATE TABLE old_log (id int, said text, FULLTEXT KEY said_idx (said)) ENGINE=MyISAM;
CREATE TRIGGER orders_audit BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = upper(NEW.note);
CREATE PROCEDURE tidy(days int) DELETE FROM old_log WHERE id < days;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM old_log;
"""


def schema_of(later: str = "") -> Schema:
    """The schema after the shop's files and `later`."""
    script = f"{BASE};\n{later}"
    schema = schema_after(script, dialect="mysql", home="shop")
    return replace(schema, things=tuple(_read(thing, script) for thing in schema.things))


def _read(thing: Thing, script: str) -> Thing:
    """Read whole; columns stand where the script names them."""
    thing = replace(thing, unread=frozenset())
    return replace(thing, position=script.find(f"{thing.ref.name} ")) if isinstance(thing, Column) else thing


def landed(count: int) -> str:
    """The first statements of the migration."""
    return "".join(f"{statement.sql};\n" for statement in read_script(MYSQL.shipping, "mysql", "shop")[:count])


def file_of(name: str, sql: str) -> Migration:
    """One migration file as Flyway's reader gives it for this server."""
    version, _, words = name.removesuffix(".sql").partition("__")
    key = version.removeprefix("V") if version != "R" else f"R__{words}"
    parsed = read_script(sql, "mysql", "shop", transactional=False)
    return Migration(id=key, description=words.replace("_", " "), file=f"sql/{name}", statements=parsed, text=sql,
                     transactional=False)  # fmt: skip


def history() -> tuple[Tracked, ...]:
    """What was applied long ago, and the migration that stopped."""
    found = []
    for rank, (name, sql) in enumerate(MYSQL.files.items(), 1):
        file = file_of(name, sql)
        when = ago(days=30, minutes=58 - rank).replace(tzinfo=None)
        row = LedgerRow(file.id, True, when, description=file.description, script=name, rank=rank)
        found.append(Tracked(file.id, Belief.RECORDED, file, row))
    file = file_of(SHIPPING, MYSQL.shipping)
    return (*found, Tracked(file.id, Belief.PENDING, file, None))


def seen(done: int, sessions: tuple[Session, ...], locks: tuple[Lock, ...], server: Server = SERVER) -> Observation:
    """A sweep of the shop whose migration has come so far."""
    schema = schema_of(landed(done))
    files = tracking(*history(), next_run=STARTS_AGAIN)
    return observation(schema, files, sessions=(OURS, *sessions), locks=locks, machine=MACHINE, server=server)


OURS = client(4700, "halfway", "", address="10.0.0.5", port=40001, application="halfway", own=True, state="idle",
              since=None)  # fmt: skip


def holder(number: int, user: str = "web", **more: object) -> Session:
    """A session that others wait for, idle in its transaction."""
    given = {"state": "idle in transaction", "since": ago(minutes=13), **more}
    return client(number, user, str(given.pop("query", "SELECT * FROM orders WHERE id = 1")), **given)


def altering(sql: str, waits: str = "Lock/metadata") -> Session:
    """The migration's session; its client is gone."""
    return client(4712, "deploy", sql, address="10.0.0.5", port=51712, application="MySQL Connector/J",
                  transaction_at=None, since=BEGAN, waiting_for=waits)  # fmt: skip


def readers(count: int = 20) -> tuple[Session, ...]:
    """The application behind it."""
    return tuple(
        client(4720 + n, "web", READS, transaction_at=None, since=ago(minutes=12, seconds=25 - n % 20),
               waiting_for="Lock/metadata", address=f"10.0.0.{7 + n % 3}")
        for n in range(count)
    )  # fmt: skip


def table(
    session: str, mode: str, *, on: str = "orders", since: datetime | None = None, inferred: bool = False
) -> Lock:
    """A metadata lock: awaited when there is a `since`."""
    return metadata_lock("TABLE", "shop", on, mode, session, "shop", granted=since is None, since=since,
                         inferred=inferred)  # fmt: skip


def mysql_half_applied() -> Assessment:
    """The ALTER of customers takes orders as well, for its foreign key: two transactions use that."""
    queue = readers()
    held = (
        table("4711", "SHARED_READ"),
        table("4713", "SHARED_WRITE"),
        table("4712", "EXCLUSIVE", since=BEGAN),
        *(table(each.id, "SHARED_READ", since=each.query_at) for each in queue),
    )
    writer = holder(4713, "batch", since=ago(minutes=20), has_written=True, rows_modified=1200, application="nightly",
                    query="UPDATE orders SET status = 'paid' WHERE id < 1200")  # fmt: skip
    return assess(seen(1, (writer, holder(4711), altering(ALTER_CUSTOMERS), *queue), held))


def mariadb_likely() -> Assessment:
    """A MariaDB without its plugin: three sessions may hold what the ALTER waits for."""
    queue, guesses = readers(), (holder(4711), holder(4690, "batch", query="", since=ago(minutes=31)), holder(4702))
    held = (
        *(table(each.id, "SHARED_READ", inferred=True) for each in guesses),
        table("4712", "EXCLUSIVE", since=BEGAN, inferred=True),
        *(table(each.id, "SHARED_READ", since=each.query_at, inferred=True) for each in queue),
    )
    found = seen(2, (*guesses, replace(altering(ALTER_ORDERS), port=None), *queue), held, MARIADB)
    locks = Reading(held, Health.NOT_INSTRUMENTED, *INFERRED, taken_at=NOON)
    return assess(replace(found, locks=locks))


def mariadb_untold() -> Assessment:
    """A MariaDB under FLUSH TABLES WITH READ LOCK: nobody says who took it."""
    queue = tuple(replace(each, query="INSERT INTO orders VALUES ()", waiting_for="Lock/backup") for each in readers(3))
    held = tuple(
        metadata_lock("BACKUP LOCK", "", "", "INTENTION_EXCLUSIVE", each.id, "shop", granted=False, inferred=True,
                      since=each.query_at)
        for each in queue
    )  # fmt: skip
    found = seen(0, queue, held, replace(MARIADB, notes=(GALERA,)))
    return assess(replace(found, locks=Reading(held, Health.NOT_INSTRUMENTED, *INFERRED, taken_at=NOON)))


def mysql_read_lock() -> Assessment:
    """A backup holds the global read lock: writers, and the migration, wait."""
    backup = holder(4650, "backup", state="idle", query="", transaction_at=None, since=ago(minutes=14),
                    application="mysqldump", address="")  # fmt: skip
    queue = tuple(
        replace(each, query="INSERT INTO orders VALUES ()", waiting_for="Lock/global read") for each in readers(5)
    )
    waiting = (replace(altering(ALTER_ORDERS, "Lock/global read"), port=None), *queue)
    held = (
        metadata_lock("GLOBAL", "", "", "SHARED", "4650", "shop", granted=True),
        *(metadata_lock("GLOBAL", "", "", "INTENTION_EXCLUSIVE", each.id, "shop", granted=False, since=each.query_at)
          for each in waiting),
    )  # fmt: skip
    return assess(seen(2, (backup, *waiting), held))


def mysql_prepared() -> Assessment:
    """A transaction that was prepared and left behind holds a table; the migration that waits runs nowhere else."""
    left = Session(
        "shop-7f31", kind=SessionKind.PREPARED, state="prepared", transaction_at=ago(hours=3), has_written=True
    )
    queue = readers(6)
    held = (
        table("shop-7f31", "SHARED_WRITE"),
        table("4712", "EXCLUSIVE", since=BEGAN),
        *(table(each.id, "SHARED_READ", since=each.query_at) for each in queue),
    )
    return assess(seen(2, (left, altering(ALTER_ORDERS), *queue), held))


def mysql_running() -> Assessment:
    """The ALTER runs: how far it is, the server tells."""
    running = replace(altering(ALTER_ORDERS, ""), port=None)
    found = seen(2, (running,), ())
    phase = Progress("4712", "alter table (read PK and internal sort)", 4_100, 9_800)
    progress: Reading[tuple[Progress, ...]] = Reading((phase,), Health.OK, taken_at=NOON)
    return assess(replace(found, progress=progress))


def mysql_stages_off() -> Assessment:
    """All was read but how far a schema change is: that is not recorded."""
    found = seen(0, (), ())
    why = "How far a schema change is is not recorded"
    return assess(replace(found, progress=Reading((), Health.NOT_INSTRUMENTED, why, TURN_STAGES_ON, taken_at=NOON)))


def mysql_tree() -> Assessment:
    """Engines, partitions, generated columns, indexes nobody uses, routines and events."""
    schema = schema_of(TREE)
    assert any(isinstance(thing, Index) and not thing.visible for thing in schema.things)
    return assess(observation(schema, tracking(*history()[:-1]), sessions=(OURS,), server=SERVER))
