"""Assessments as the core really makes them from what a sweep might have seen; nothing here is worded by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.migration import Ledger, Tracked
from console.core.observation import Answered, Health, Observation, Reading, Tracking
from console.core.schema import Schema
from console.lanes.schema import NO_PROJECT
from tests.builders import NOON, SERVER, observation, tracking
from tests.screens import mysql, shop
from tests.screens.alembic import alembic_branches, alembic_stopped, several_tools
from tests.screens.drifted import as_expected, drifted
from tests.screens.laravel import laravel_backfill, laravel_columns, laravel_guarded

HOSTILE = "x\x1b[31m\x07[red]bold[/red]\u202eevil\u200b\r\n表表 naïve\u0301\u0301\u0301\u0301 \U0001f1e9\U0001f1ea"
STARTS_AGAIN = (
    "Flyway runs all 4 statements of version 4 (V4__add_shipping.sql) from the first, each on its own, "
    "outside a transaction."
)
REFUSES = (
    "Flyway refuses to migrate until the failed row is repaired: it says "
    "`Detected failed migration to version 4 (add shipping)`."
)


def project(*tracked: Tracked, next_run: str = "", **more: object) -> Tracking:
    """The shop's Flyway project."""
    return tracking(*tracked, next_run=next_run, **more)


def seen_half(*more: Tracked) -> Observation:
    """What a sweep sees of the drill: two statements landed, the third waits, its client is gone."""
    landed = shop.part_of(shop.SHIPPING, 2)
    schema = shop.locked(shop.schema_at(landed, invalid=shop.EARLIER_TRY_SQL), "orders")
    sessions, locks = shop.queue()
    return observation(
        shop.with_rows(schema, customers=2000, orders=5000),
        project(*shop.history(), shop.shipping(), *(more or (shop.last(),)), next_run=STARTS_AGAIN),
        sessions=sessions,
        locks=locks,
        machine=shop.MACHINE,
    )


def half_applied() -> Assessment:
    """The incident this console is for."""
    return assess(seen_half())


def healthy() -> Assessment:
    """Nothing is wrong."""
    schema = shop.with_rows(shop.schema_at(), customers=2000, orders=5000)
    return assess(observation(schema, project(*shop.history(), shop.last()), sessions=shop.calm(14)))


def failed() -> Assessment:
    """Flyway recorded success=false and nothing landed."""
    sql = f"ALTER TABLE orders ADD COLUMN carrier_id bigint;\n{shop.FAILING}"
    tracked = project(*shop.history(), shop.failed(sql), next_run=REFUSES)
    return assess(observation(shop.schema_at(), tracked, sessions=shop.calm(9)))


def seen_refused() -> Observation:
    """What a sweep sees of the second drill."""
    landed, index = shop.part_of(shop.FAILING, 2), shop.statement_of(shop.FAILING, 3)
    schema = shop.changed(shop.schema_at(landed, invalid=index), "customers_email_key", stamp=shop.NEW)
    tracked = project(*shop.history(), shop.failed(shop.FAILING), shop.last(), next_run=REFUSES)
    return observation(schema, tracked, sessions=shop.calm(9))


def refused() -> Assessment:
    """A unique index met duplicates and was left INVALID, and Flyway recorded the failure."""
    return assess(seen_refused())


def answered() -> Assessment:
    """The same after a person asked why."""
    sample = ("customer1066@example.com", "customer1163@example.com", "customer1260@example.com")
    answer = Answered("4", 3, "duplicate values of customers (lower(email))", 20, sample, "SELECT 1")
    return assess(replace(seen_refused(), answers=(answer,)))


def empty() -> Assessment:
    """A database without anything in it."""
    ledger = Ledger("public.flyway_schema_history", exists=False)
    first = shop.pending(*shop.APPLIED[0])
    return assess(observation(Schema(), project(first, ledger=ledger), sessions=shop.calm(1)))


def low_rights() -> Assessment:
    """A login that sees pids and edges, and nothing else of a session."""
    seen = seen_half()
    bare = tuple(s if s.own else shop.seen_without_rights(s) for s in seen.sessions.value or ())
    hidden = sum(not s.visible for s in bare)
    why = f"state, times and statements of {hidden} sessions are not visible to halfway"
    sessions = Reading(bare, Health.NOT_PERMITTED, why, "GRANT pg_read_all_stats TO halfway", taken_at=NOON)
    server = replace(seen.server, value=replace(SERVER, user="halfway", sees_all_sessions=False))
    return assess(replace(seen, sessions=sessions, server=server))


def no_project() -> Assessment:
    """A ledger, but no files."""
    rows = [shop.applied(name, None, rank) for rank, (name, _) in enumerate(shop.APPLIED, 1)]
    files: Reading[int] = Reading(None, Health.NOT_READ, NO_PROJECT)
    return assess(observation(shop.schema_at(), project(*rows, project=None, files=files), sessions=shop.calm(4)))


def stale() -> Assessment:
    """The link broke two minutes ago; the last picture stays."""
    why = "the server closed the connection: terminating connection due to administrator command"

    def late(reading: Reading[Any]) -> Reading[Any]:
        return replace(reading, health=Health.STALE, reason=why)

    seen = seen_half()
    return assess(
        replace(
            seen,
            taken_at=NOON + timedelta(minutes=2, seconds=5),
            server=late(seen.server),
            schema=late(seen.schema),
            sessions=late(seen.sessions),
            locks=late(seen.locks),
            tracking=tuple(map(late, seen.tracking)),
        )
    )


def connecting() -> Assessment:
    """Nothing was read yet."""
    return assess(Observation(NOON - timedelta(seconds=1)))


def several() -> Assessment:
    """Three migrations need attention."""
    first, second, *rest = shop.history()
    edited = replace(second, checksum_differs=True)
    gone = shop.applied("V3.1__temporary_fix.sql", None, 5)
    return assess(
        replace(
            seen_half(),
            tracking=(Reading(project(first, edited, *rest, gone, shop.shipping()), Health.OK, taken_at=NOON),),
        )
    )


def partly() -> Assessment:
    """A column that somebody added by hand, with another type, before the migration; its file was touched since."""
    sql = (
        "alter table orders add column carrier varchar(40) not null default 'post';\ncreate table carriers (id bigint);"
    )
    schema = shop.schema_at("create table t (id bigint); alter table orders add column carrier varchar(255)")
    file = shop.file_of(
        "V4__add_carrier.sql", sql, transactional=False, release="2", from_failed_deploy=True, uncommitted=True
    )
    file = replace(file, down=shop.file_of("U4__add_carrier.sql", "drop table t;").statements)
    tracked = replace(shop.pending("V4__add_carrier.sql", sql), migration=file, note="out of order")
    return assess(observation(schema, project(*shop.history(), tracked), sessions=shop.calm(3)))


def counted(rows: int | None = None) -> Assessment:
    """A data statement between two others, before or after a person asked how many rows are left."""
    sql = "alter table orders add column carrier text;\nupdate orders set carrier = '-' where carrier is null;\n"
    later = shop.pending("V4__backfill.sql", sql + "create table carriers (id bigint);", transactional=False)
    seen = observation(shop.schema_at(shop.part_of(sql, 1)), project(*shop.history(), later), sessions=shop.calm(3))
    return assess(seen if rows is None else replace(seen, counts=(("4", 2, rows),)))


def inferred() -> Assessment:
    """Rows were changed before a column was added: only the order says that they were."""
    sql = "insert into customers (email, name) values ('a', 'b');\nalter table orders add column carrier text;\n"
    later = shop.pending("V4__backfill.sql", sql + "create table t (id bigint);", transactional=False)
    schema = shop.schema_at("alter table orders add column carrier text")
    return assess(observation(schema, project(*shop.history(), later), sessions=shop.calm(3)))


def scarred() -> Assessment:
    """Every kind of mark on one schema."""
    base = (
        f"{shop.BASE};\ncreate extension pg_trgm;\n"
        "create function audit() returns trigger language plpgsql as $$begin\n  return new;\nend$$;\n"
        "create trigger orders_audit after update on orders for each row execute function audit();\n"
        "alter table invoices add constraint invoices_number_ck check (number <> '') not valid;\n"
    )
    schema = shop.schema_at(shop.part_of(shop.SHIPPING, 2), base=base, invalid=shop.EARLIER_TRY_SQL)
    schema = shop.changed(shop.changed(schema, "orders_audit", enabled="disabled"), "customers", locked=True)
    tracked = project(*shop.history(), shop.shipping(), next_run=STARTS_AGAIN)
    return assess(observation(schema, tracked, sessions=shop.calm(3)))


def hostile() -> Assessment:
    """Names and texts somebody made to hurt."""
    long = "l" * 300
    quoted = HOSTILE.replace("\r\n", " ")
    sql = f"{shop.part_of(shop.SHIPPING, 2)}\nselect '{HOSTILE}' as {long};\n{shop.statement_of(shop.SHIPPING, 3)};"
    nasty = shop.pending(shop.SHIPPING_FILE, sql, transactional=False)
    assert nasty.migration is not None
    file = replace(nasty.migration, file=f"sql/V4__{HOSTILE}{long}.sql", text=HOSTILE * 3, note=HOSTILE)
    made = f'create table "{quoted}" ("{"表" * 20}" text); create index "{quoted}i" on "{quoted}" ("{"表" * 20}")'
    schema = shop.changed(shop.schema_at(f"{shop.part_of(shop.SHIPPING, 2)};{made}"), f"{quoted}i", valid=False)
    sessions, locks = shop.queue()
    ours, root, alter, *waiters = sessions
    root = replace(root, user=HOSTILE, application=HOSTILE, query=HOSTILE * 40)
    return assess(
        observation(
            schema,
            project(*shop.history(), replace(nasty, migration=file, note=HOSTILE), next_run=HOSTILE),
            sessions=(ours, root, alter, *waiters),
            locks=locks,
            machine=shop.MACHINE,
            server=replace(SERVER, name=HOSTILE),
        )
    )


def many_tables(count: int = 10_000) -> Assessment:
    """A large schema."""
    return assess(observation(shop.tables(count), project(), sessions=shop.calm(3)))


def many_statements(landed: int = 36, left: int = 2) -> Assessment:
    """A long migration."""
    sql = "".join(f"create table t{n} (id bigint);\n" for n in range(1, landed + left + 1))
    tracked = project(*shop.history(), shop.pending("V4__many.sql", sql, transactional=False))
    return assess(observation(shop.schema_at(shop.part_of(sql, landed)), tracked, sessions=shop.calm(3)))


CASES: dict[str, Callable[[], Assessment]] = {
    case.__name__: case
    for case in (
        half_applied,
        healthy,
        failed,
        refused,
        answered,
        empty,
        low_rights,
        no_project,
        stale,
        connecting,
        several,
        partly,
        counted,
        inferred,
        scarred,
        hostile,
        laravel_columns,
        laravel_backfill,
        laravel_guarded,
        alembic_branches,
        alembic_stopped,
        several_tools,
        drifted,
        as_expected,
        mysql.mysql_half_applied,
        mysql.mysql_read_lock,
        mysql.mysql_prepared,
        mysql.mysql_running,
        mysql.mysql_stages_off,
        mysql.mysql_tree,
        mysql.mariadb_likely,
        mysql.mariadb_untold,
    )
}
