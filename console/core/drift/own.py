"""What belongs to tools and not to the application: ledgers, and the tables and triggers of online schema changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from console.core.debris_tools import names_of_tools
from console.core.schema import Kind, Namespace, Ref, Schema, Sequence, Thing, owner_of

_LEDGERS: Mapping[str, frozenset[str]] = {
    "flyway_schema_history": frozenset({"installed_rank", "version", "checksum"}),
    "schema_version": frozenset({"installed_rank", "version", "checksum"}),
    "schema_migrations": frozenset({"version"}),
    "ar_internal_metadata": frozenset({"key", "value"}),
    "migrations": frozenset({"migration", "batch"}),
    "django_migrations": frozenset({"app", "name", "applied"}),
    "alembic_version": frozenset({"version_num"}),
    "databasechangelog": frozenset({"id", "author", "filename"}),
    "databasechangeloglock": frozenset({"locked", "lockgranted", "lockedby"}),
}
"""Tables in which tools keep what ran, and the columns by which they are known."""


def taking_part(schema: Schema, named: frozenset[str]) -> tuple[Thing, ...]:
    """Everything that is not part of a ledger; on MySQL, where a schema is a database, of the one looked at only."""
    ledgers = {place for place in _tables(schema) if ".".join(place) in named or _is_ledger(place, schema)}
    alone = schema.home if schema.dialect in ("mysql", "mariadb") else ""
    if not ledgers and not alone:
        return schema.things
    return tuple(
        thing
        for thing in schema.things
        if place_of(thing) not in ledgers and not (alone and isinstance(thing, Namespace) and thing.ref.name != alone)
    )


def of_tools(schema: Schema) -> Mapping[Ref, str]:
    """What online schema changes and rebuilds left, or use just now: address -> why it is no drift."""
    return {ref: f"a table or trigger of {tool}" for ref, tool in names_of_tools(schema)}


def place_of(thing: Thing) -> tuple[str, str]:
    """(schema, table) of what belongs to a table, and of the table itself."""
    if isinstance(thing, Sequence) and thing.owned_by:
        schema, _, rest = thing.owned_by.partition(".")
        return schema, rest.rpartition(".")[0]
    return thing.ref.schema, owner_of(thing) or (thing.ref.name if thing.ref.kind is Kind.TABLE else "")


def _tables(schema: Schema) -> Iterator[tuple[str, str]]:
    return ((t.ref.schema, t.ref.name) for t in schema.things if t.ref.kind is Kind.TABLE)


def _is_ledger(place: tuple[str, str], schema: Schema) -> bool:
    wanted = _LEDGERS.get(place[1].lower())
    return wanted is not None and wanted <= set(_columns(schema.by_table.get(place, ())))


def _columns(things: Iterable[Thing]) -> Iterator[str]:
    return (thing.ref.name.lower() for thing in things if thing.ref.kind is Kind.COLUMN)
