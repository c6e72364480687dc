"""What a statement would make is there already, made by hand: what, and how it differs."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.causes_limits import plain_type
from console.core.compare import look
from console.core.describe import definition, noun, words
from console.core.moves import PRIMARY
from console.core.operations import Create, Drop, Operation, Rename
from console.core.schema import Column, Constraint, Kind, Ref, Schema, Thing, Value
from console.core.statements import Statement
from console.core.things import stated

_RELATIONS = (Kind.TABLE, Kind.VIEW, Kind.SEQUENCE)
"""Kinds that share one set of names."""
_RELATIONS_OF_POSTGRES = (*_RELATIONS, Kind.INDEX)
_SHOWN = 3
"""How many columns of a table are told."""
_SAID = {"nullable": {True: "null", False: "not null"}}


def there_already(statement: Statement, schema: Schema) -> Iterator[str]:
    """`column orders.carrier: varchar(255) instead of varchar(40)`."""
    gone: set[Ref] = set()
    for operation in statement.operations:
        if isinstance(operation, Create) and not operation.if_absent and not operation.replace:
            yield from _of_create(operation, gone, schema)
        elif isinstance(operation, Rename) and operation.to not in gone:
            found = _same_name(operation.to, schema)
            if found is not None and found.ref != operation.ref:
                yield noun(found.ref, schema.home)
        gone |= _leaving(operation)


def _of_create(create: Create, gone: set[Ref], schema: Schema) -> Iterator[str]:
    subject = create.things[0]
    if subject.ref.kind is not Kind.TABLE:
        for thing in create.things:
            if thing.ref.kind is not Kind.INDEX or thing.ref.name != PRIMARY:
                yield from _met(thing, gone, schema)
        return
    found = _same_name(subject.ref, schema)
    if found is not None and found.ref not in gone:
        yield f"{noun(found.ref, schema.home)}: {_parts_told(create, found, schema)}"
    yield from (told for thing in create.things[1:] if isinstance(thing, Constraint) for told in _taken(thing, schema))


def _parts_told(create: Create, found: Thing, schema: Schema) -> str:
    """How a table differs: by its columns, the first few of them."""
    if found.ref.kind is not Kind.TABLE:
        return "another kind of object"
    columns = [thing for thing in create.things if isinstance(thing, Column)]
    wrong = [column for column in columns if not look(column.ref, stated(column), schema).fits]
    told = [f"{c.ref.written or c.ref.name} {_column_told(c, schema)}" for c in wrong[:_SHOWN]]
    more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return ", ".join(told) + more if told else "its columns are as wanted"


def _column_told(column: Column, schema: Schema) -> str:
    found = schema.get(column.ref)
    return "is missing" if found is None else f"is {_told(column, found, schema)}"


def _taken(key: Constraint, schema: Schema) -> Iterator[str]:
    other = _same_key(key, schema) if key.named else None
    if other is not None and other.ref != key.ref:
        yield f"{noun(other.ref, schema.home)}: {definition(other)}"


def _leaving(operation: Operation) -> set[Ref]:
    return {operation.ref} if isinstance(operation, Drop | Rename) else set()


def _met(thing: Thing, gone: set[Ref], schema: Schema) -> Iterator[str]:
    if not thing.named:
        return
    found = _same_name(thing.ref, schema) or _same_key(thing, schema)
    if found is not None and found.ref not in gone:
        yield f"{noun(found.ref, schema.home)}: {_told(thing, found, schema)}"


def _same_name(ref: Ref, schema: Schema) -> Thing | None:
    shared = _RELATIONS_OF_POSTGRES if schema.dialect == "postgres" else _RELATIONS
    kinds = shared if ref.kind in shared else (ref.kind,)
    places = (Ref(kind, ref.schema, ref.table, ref.name) for kind in kinds)
    return next((found for place in places if (found := schema.get(place)) is not None), None)


def _same_key(thing: Thing, schema: Schema) -> Thing | None:
    """Names of foreign keys are unique in the database, those of checks on MySQL too."""
    if not isinstance(thing, Constraint):
        return None
    if schema.dialect not in ("mysql", "mariadb"):
        return None
    wide = thing.type == "foreign key" or (thing.type == "check" and schema.dialect == "mysql")
    others = schema.of_kind(Constraint) if wide else ()
    return next((o for o in others if o.type == thing.type and o.ref.name == thing.ref.name), None)


def _told(wanted: Thing, found: Thing, schema: Schema) -> str:
    if type(wanted) is not type(found):
        return "another kind of object"
    if wanted.ref != found.ref:
        return definition(found)
    differing = look(wanted.ref, stated(wanted), schema).differing
    if not differing:
        return f"{definition(found)}, as it is wanted" if isinstance(found, Column | Constraint) else "as it is wanted"
    return ", ".join(f"{_word(name, has)} instead of {_word(name, wants)}" for name, wants, has in differing)


def _word(name: str, value: Value) -> str:
    said = _SAID.get(name, {})
    if isinstance(value, bool) and value in said:
        return said[value]
    return plain_type(words(value)) if name == "type" else f"{name.replace('_', ' ')} {words(value)}"
