"""What belongs to tools and not to the application: ledgers, and the tables and triggers of online schema changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from console.core.debris_tools import names_of_tools
from console.core.ledgers import kept_by_tools
from console.core.schema import Kind, Namespace, Ref, Schema, Sequence, Table, Thing, owner_of


def taking_part(schema: Schema, named: frozenset[str]) -> tuple[Thing, ...]:
    """Everything that is not part of a ledger; on MySQL, where a schema is a database, of the one looked at only."""
    tables = ((table.ref.schema, table.ref.name) for table in schema.of_kind(Table))
    ledgers = {*kept_by_tools(schema), *(place for place in tables if ".".join(place) in named)}
    alone = schema.home if schema.dialect in ("mysql", "mariadb") else ""
    if not ledgers and not alone:
        return schema.things
    theirs = {place for place, _ in ledgers} - {schema.home, "public"}
    if theirs:
        theirs -= {t.ref.schema for t in schema.things if t.ref.schema in theirs and place_of(t) not in ledgers}
    return tuple(
        thing
        for thing in schema.things
        if place_of(thing) not in ledgers
        and not (isinstance(thing, Namespace) and _apart(thing.ref.name, alone, theirs))
    )


def _apart(name: str, alone: str, theirs: Collection[str]) -> bool:
    """Another database, or a schema that holds nothing but what a tool keeps (Sqitch, Drizzle)."""
    return bool(alone and name != alone) or name in theirs


def of_tools(schema: Schema) -> Mapping[Ref, str]:
    """What online schema changes and rebuilds left, or use just now: address -> why it is no drift."""
    return {ref: f"a table or trigger of {tool}" for ref, tool in names_of_tools(schema)}


def place_of(thing: Thing) -> tuple[str, str]:
    """(schema, table) of what belongs to a table, and of the table itself."""
    if isinstance(thing, Sequence) and thing.owned_by:
        schema, _, rest = thing.owned_by.partition(".")
        return schema, rest.rpartition(".")[0]
    return thing.ref.schema, owner_of(thing) or (thing.ref.name if thing.ref.kind is Kind.TABLE else "")
