"""Whose a ledger is: several tools may keep theirs in one database, some under one name, and not every tool is read.

A table is known by its name and its columns together, never by its name alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from console.core.observation import Reading, Tracking
from console.core.schema import Column, Schema, Table

_BESIDE_RAILS = "ar_internal_metadata"
"""Every Rails since 5.0 makes it beside its table of versions; dbmate, whose table is the same, does not."""


@dataclass(frozen=True, slots=True)
class _Stranger:
    """The ledger of a tool that is not read."""

    table: str
    columns: frozenset[str]
    tool: str


def _stranger(table: str, tool: str, columns: str) -> _Stranger:
    return _Stranger(table, frozenset(columns.split()), tool)


_STRANGERS = (
    _stranger("_sqlx_migrations", "sqlx", "version description checksum"),
    _stranger("__diesel_schema_migrations", "Diesel", "version run_on"),
    _stranger("seaql_migrations", "SeaORM", "version applied_at"),
    _stranger("gorp_migrations", "sql-migrate", "id applied_at"),
    _stranger("pgmigrations", "node-pg-migrate", "name run_on"),
    _stranger("mikro_orm_migrations", "MikroORM", "name executed_at"),
)


_BESIDE = (
    _stranger("schema_version", "Flyway", "installed_rank version checksum"),
    _stranger(_BESIDE_RAILS, "Rails", "key value"),
    _stranger("databasechangelog", "Liquibase", "id author filename"),
    _stranger("events", "Sqitch", "event change_id change project planned_at"),
    _stranger("tags", "Sqitch", "tag_id change_id project planned_at"),
    _stranger("dependencies", "Sqitch", "change_id type dependency dependency_id"),
    _stranger("projects", "Sqitch", "project uri created_at creator_email"),
    _stranger("releases", "Sqitch", "version installed_at installer_email"),
    _stranger("databasechangeloglock", "Liquibase", "locked lockgranted lockedby"),
    _stranger("knex_migrations_lock", "Knex", "is_locked"),
    _stranger("typeorm_metadata", "TypeORM", "type table name value"),
)
"""What tools keep beside their ledgers, and ledgers of old versions of them."""


_READ = (
    _stranger("flyway_schema_history", "Flyway", "installed_rank checksum success"),
    _stranger("migrations", "Laravel", "migration batch"),
    _stranger("schema_migrations", "golang-migrate", "version dirty"),
    _stranger("schema_migrations", "Rails", "version"),
    _stranger("goose_db_version", "goose", "version_id is_applied"),
    _stranger("_prisma_migrations", "Prisma", "migration_name finished_at"),
    _stranger("__drizzle_migrations", "Drizzle", "hash created_at"),
    _stranger("atlas_schema_revisions", "Atlas", "version applied total"),
    _stranger("databasechangelog", "Liquibase", "author filename md5sum"),
    _stranger("changes", "Sqitch", "change_id change project planned_at"),
    _stranger("alembic_version", "Alembic", "version_num"),
    _stranger("django_migrations", "Django", "app name applied"),
    _stranger("knex_migrations", "Knex", "name batch migration_time"),
    _stranger("sequelizemeta", "Sequelize", "name"),
    _stranger("migrations", "TypeORM", "timestamp name"),
    _stranger("phinxlog", "Phinx", "version start_time end_time"),
    _stranger("doctrine_migration_versions", "Doctrine", "version executed_at"),
    _stranger("__efmigrationshistory", "EF Core", "migrationid productversion"),
    _stranger("__efmigrationshistory", "EF Core", "migration_id product_version"),
)
"""The usual ledgers of the tools that are read: where a person named one of them, the others are strangers, too."""


def strangers(schema: Schema) -> Iterator[tuple[str, str]]:
    """(table, tool) for each ledger of a tool that is not read."""
    return ((table.ref.label(schema.home), tool) for table, tool in _found(schema, _STRANGERS))


def others(schema: Schema, ledgers: Collection[str]) -> Iterator[tuple[str, str]]:
    """(table, tool) for each ledger besides these (`public.migrations`): what else is here may be that tool's work, so
    the migrations of the rest do not say what should be here."""
    for table, tool in _found(schema, (*_STRANGERS, *_READ)):
        if f"{table.ref.schema}.{table.ref.name}" not in ledgers:
            yield table.ref.label(schema.home), tool


def kept_by_tools(schema: Schema) -> Iterator[tuple[str, str]]:
    """(schema, table) of everything in which a tool keeps what ran: none of it is the application's."""
    known = (*_STRANGERS, *_READ, *_BESIDE)
    return ((table.ref.schema, table.ref.name) for table, _ in _found(schema, known))


def _found(schema: Schema, known: Iterable[_Stranger]) -> Iterator[tuple[Table, str]]:
    for table in schema.of_kind(Table):
        for one in known:
            if table.ref.name.lower() == one.table and one.columns <= _columns(schema, table):
                yield table, one.tool
                break


def _columns(schema: Schema, table: Table) -> frozenset[str]:
    members = schema.by_table.get((table.ref.schema, table.ref.name), ())
    return frozenset(thing.ref.name.lower() for thing in members if isinstance(thing, Column))


def told_apart(trackings: tuple[Reading[Tracking], ...]) -> tuple[Reading[Tracking], ...]:
    """Without the tools that only know how to read the ledger of another one: where several read the same table, it is
    that of the project that is here, or has files here; where there is none, that of the first."""
    best: dict[str, tuple[bool, bool]] = {}
    for reading in trackings:
        if (found := reading.value) is not None and found.ledger.exists:
            best[found.ledger.name] = max(best.get(found.ledger.name, (False, False)), _weight(found))
    kept: list[Reading[Tracking]] = []
    taken: set[str] = set()
    for reading in trackings:
        found = reading.value
        if found is None or not found.ledger.exists:
            kept.append(reading)
        elif _weight(found) == best[found.ledger.name] and (any(_weight(found)) or found.ledger.name not in taken):
            taken.add(found.ledger.name)
            kept.append(reading)
    return tuple(kept)


def _weight(tracking: Tracking) -> tuple[bool, bool]:
    return (tracking.files.complete and bool(tracking.files.value), tracking.project is not None)


def about(tracking: Tracking, schema: Schema | None) -> str:
    """What is to be said of a ledger: what its tool keeps beside it, and that nothing but its rows is known."""
    ledger = tracking.ledger
    if not ledger.exists:
        return " ".join(part for part in (_anothers(tracking, schema), tracking.about) if part)
    if tracking.project is not None:
        return tracking.about
    its = (
        f"its {_rows(len(ledger.rows))} cannot be held against files" if ledger.rows else _NO_ROWS[bool(ledger.unread)]
    )
    its = f"No project was found for it: {its}."
    return " ".join(part for part in (_doubt(tracking, schema), its, tracking.about) if part)


_NO_ROWS = ("it has no rows", "what it records is not known")


def _anothers(tracking: Tracking, schema: Schema | None) -> str:
    """That a table of the ledger's name is there, and is not this tool's: its next run would meet it."""
    name = tracking.ledger.name.rpartition(".")[2].lower()
    found = (table for table in schema.of_kind(Table) if table.ref.schema == schema.home) if schema is not None else ()
    there = next((table for table in found if table.ref.name.lower() == name), None)
    if there is None or schema is None or tracking.project is None:
        return ""
    whose = next((tool for table, tool in _found(schema, (*_STRANGERS, *_READ)) if table.ref == there.ref), "")
    by = f"is that of {whose}" if whose else "is not its own"
    return f"A table {there.ref.name} is there already, and by its columns it {by}: a run of this tool would meet it."


def _rows(count: int) -> str:
    return "one row" if count == 1 else f"{count} rows"


def _doubt(tracking: Tracking, schema: Schema | None) -> str:
    if tracking.framework != "rails" or (schema is not None and _has_table(schema, _BESIDE_RAILS)):
        return ""
    return f"It may be dbmate's, whose table is the same, for no {_BESIDE_RAILS} was seen beside it."


def _has_table(schema: Schema, name: str) -> bool:
    return any(table.ref.name.lower() == name for table in schema.of_kind(Table))
