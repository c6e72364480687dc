"""The shop of the drills as a sweep sees it: its files, its schema at each moment, and the queue behind a reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from console.core.migration import Belief, LedgerRow, Migration, Tracked
from console.core.observation import Machine
from console.core.schema import Column, Index, Kind, Ref, Schema, Table, Thing, View, table_ref
from console.core.session import Lock, Session
from console.core.statements import read_script
from console.drill.shop import SHIPPING as SHIPPING_NAME
from console.drill.shop import postgres as shop
from tests.builders import NOON, schema_after

APPLIED = tuple(shop.FILES.items())
BASE = "\n".join(shop.FILES.values())
SHIPPING = shop.SHIPPING_SQL
FAILING = shop.FAILING_SQL
EARLIER_TRY_SQL = shop.EARLIER_TRY
SHIPPING_FILE = SHIPPING_NAME
OLD, NEWEST_ROW, NEW = 400, 500, 900
"""Stamps: before the newest good ledger row, that row, and after it."""


def ago(**parts: float) -> datetime:
    """A moment before the sweep."""
    return NOON - timedelta(**parts)


def statement_of(sql: str, n: int) -> str:
    """One statement of a script."""
    return read_script(sql)[n - 1].sql


def part_of(sql: str, count: int) -> str:
    """The first statements of a script, as a script."""
    return "".join(f"{statement.sql};\n" for statement in read_script(sql)[:count])


def schema_at(later: str = "", *, base: str = BASE, invalid: str = "") -> Schema:
    """The schema after `base` and then `later`; the index of the statement `invalid` was left INVALID."""
    before = schema_after(base).by_ref
    whole = schema_after(f"{base};\n{later};\n{invalid}")
    broken = {thing.ref for thing in whole.things} - {thing.ref for thing in schema_after(f"{base};\n{later}").things}
    things = []
    for position, thing in enumerate(whole.things):
        found = replace(thing, stamp=OLD if thing.ref in before else NEW, unread=frozenset())
        if isinstance(found, Column):
            found = replace(found, position=_position(found, base + later, position))
        if isinstance(found, Index) and found.ref in broken:
            found = replace(found, valid=False, stamp=OLD)
        things.append(found)
    return Schema(tuple(things))


def _position(column: Column, script: str, otherwise: int) -> int:
    """Columns stand in the order in which the script names them."""
    start = script.lower().find(f" {column.ref.table.lower()}")
    found = script.lower().find(f" {column.ref.name.lower()} ", max(start, 0))
    return found if found >= 0 else otherwise


def locked(schema: Schema, name: str) -> Schema:
    """The same while somebody awaits an ACCESS EXCLUSIVE lock on the table `name`, which a view uses."""

    def seen(thing: Thing) -> Thing:
        if isinstance(thing, Table) and thing.ref.name == name:
            return replace(thing, locked=True)
        return replace(thing, definition=None, unread=frozenset({"definition"})) if isinstance(thing, View) else thing

    why = (
        f"{name} is locked (ACCESS EXCLUSIVE is held or awaited): parts of it were not read",
        "The view daily_sales or something it uses is locked: parts of it were not read",
    )
    return Schema(tuple(map(seen, schema.things)), unread=why)


def with_rows(schema: Schema, **rows: int) -> Schema:
    """The planner's estimates."""
    things = (
        replace(t, rows=rows[t.ref.name]) if isinstance(t, Table) and t.ref.name in rows else t for t in schema.things
    )
    return Schema(tuple(things), unread=schema.unread)


def file_of(name: str, sql: str, *, transactional: bool = True, **more: object) -> Migration:
    """One migration file as Flyway's reader gives it."""
    version, _, words = name.removesuffix(".sql").partition("__")
    return Migration(
        id=version.removeprefix("V") if version != "R" else f"R__{words}",
        description=words.replace("_", " "),
        file=f"sql/{name}",
        statements=read_script(sql, transactional=transactional),
        text=sql,
        transactional=transactional,
        **{"checksum": "1735001122", **more},  # type: ignore[arg-type]
    )


def applied(name: str, sql: str | None, rank: int, days: int = 30, **more: object) -> Tracked:
    """A migration with a good row; without `sql` its file is missing."""
    file = file_of(name, sql) if sql is not None else None
    described = name.removesuffix(".sql").partition("__")
    key = file.id if file is not None else described[0].removeprefix("V")
    row = LedgerRow(
        key,
        True,
        ago(days=days, minutes=58 - rank).replace(tzinfo=None),
        description=described[2].replace("_", " "),
        script=name,
        rank=rank,
        stamp=NEWEST_ROW,
    )
    return Tracked(key, Belief.RECORDED, file, row, **more)  # type: ignore[arg-type]


def history() -> tuple[Tracked, ...]:
    """What was applied long ago."""
    return tuple(applied(name, sql, rank) for rank, (name, sql) in enumerate(APPLIED, 1))


def pending(name: str, sql: str, **more: object) -> Tracked:
    """A migration without a row."""
    file = file_of(name, sql, **more)  # type: ignore[arg-type]
    return Tracked(file.id, Belief.PENDING, file, None)


def shipping() -> Tracked:
    """The migration that stopped halfway; it runs outside a transaction."""
    return pending(SHIPPING_FILE, SHIPPING, transactional=False)


def failed(sql: str) -> Tracked:
    """The same, recorded as a failure."""
    file = file_of(SHIPPING_FILE, sql, transactional=False)
    when = ago(hours=2).replace(tzinfo=None)
    row = LedgerRow("4", False, when, description=file.description, script=SHIPPING_FILE, rank=5, stamp=800)
    return Tracked("4", Belief.FAILED, file, row)


def last() -> Tracked:
    """What waits behind it."""
    return pending(*next(iter(shop.PENDING.items())))


MACHINE = Machine(sockets=frozenset({("10.0.0.5", 40001)}), addresses=frozenset({"10.0.0.5"}))
"""The responder's machine: our own connection comes from it, and the migration's came from it too."""


def client(pid: int, user: str, query: str, **more: object) -> Session:
    """A client's session; `since` is when its transaction and statement began."""
    given: dict[str, object] = {"address": "10.0.0.7", "port": 50000 + pid % 1000, "state": "active", "since": NOON}
    given.update(more)
    since = given.pop("since")
    rest: dict[str, object] = {"application": "shop-web", "started_at": ago(minutes=40), "has_written": False}
    rest.update({"transaction_at": since, "query_at": since, "changed_at": since}, **given)
    return Session(str(pid), user, "shop", query=query, **rest)  # type: ignore[arg-type]


OURS = client(
    4700, "halfway", "", address="10.0.0.5", port=40001, application="halfway", own=True, state="idle", since=None
)
BEGAN = ago(minutes=12, seconds=27)
READS = "SELECT count(*) FROM orders WHERE status = 'open'"


def orphan(n: int = 3, sql: str = SHIPPING) -> Session:
    """The session that waits with statement `n`; its client is gone."""
    return client(
        4712,
        "deploy",
        read_script(sql)[n - 1].sql,
        address="10.0.0.5",
        port=51712,
        application="PostgreSQL JDBC Driver",
        started_at=ago(minutes=14),
        since=BEGAN,
        waiting_for="Lock/relation",
    )


def queue(readers: int = 20) -> tuple[tuple[Session, ...], tuple[Lock, ...]]:
    """4711 idle in transaction <- 4712 the ALTER, its client gone <- readers."""
    root = client(4711, "web", "SELECT * FROM orders WHERE id = 1", state="idle in transaction", since=ago(minutes=13))
    root = replace(root, changed_at=ago(minutes=12, seconds=28))
    waiters = [
        client(4720 + n, "web", READS, address=f"10.0.0.{7 + n % 3}", since=_came(n), waiting_for="Lock/relation")
        for n in range(readers)
    ]
    held = (
        _lock("4711", "AccessShareLock", granted=True),
        _lock("4712", "AccessExclusiveLock", since=BEGAN),
        *(_lock(waiter.id, "AccessShareLock", since=waiter.query_at) for waiter in waiters),
    )
    return (OURS, root, orphan(), *waiters), held


def _came(n: int) -> datetime:
    return ago(minutes=12, seconds=25 - n % 20)


def _lock(session: str, mode: str, *, granted: bool = False, since: datetime | None = None) -> Lock:
    return Lock(session, ("relation", "5", "orders"), "relation", mode, granted, since, "orders", ("public", "orders"))


def calm(count: int) -> tuple[Session, ...]:
    """So many idle clients, and ours."""
    return (OURS, *(client(4600 + n, "web", "", state="idle", since=ago(minutes=1)) for n in range(count)))


def seen_without_rights(session: Session) -> Session:
    """What a login that may not see other roles' sessions gets."""
    return Session(session.id, session.user, session.database, visible=False)


def changed(schema: Schema, name: str, **more: object) -> Schema:
    """The schema with other attributes on what is called `name`."""
    things = (replace(t, **more) if t.ref.name == name else t for t in schema.things)  # type: ignore[arg-type]
    return Schema(tuple(things), unread=schema.unread)


def tables(count: int) -> Schema:
    """A large schema."""
    made: list[Thing] = []
    for n in range(count):
        name = f"table_{n:05}"
        made.append(Table(ref=table_ref("public", name), stamp=1))
        made += [
            Column(ref=Ref(Kind.COLUMN, "public", name, f"c{m}"), type="text", position=m, stamp=1) for m in range(3)
        ]
    return Schema(tuple(made))
