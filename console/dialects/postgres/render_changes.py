"""One schema change as PostgreSQL's SQL: what takes a landed statement back, exactly, or a sentence why it cannot.

Types, defaults and expressions stand in the model as the server spells them, so they are written as they are; names are
quoted. Whatever the model does not know of a thing (an owner, a storage parameter it never reads) is not made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.plan import CannotWriteError
from console.core.plans.writing import Writers, cannot_create, cannot_drop, cannot_rename, foreign_key_sql
from console.core.refs import Kind, Ref, Value
from console.core.schema import Column, Constraint, Index, Schema, Sequence, Table, Thing, View
from console.core.types.postgres_words import quote_name
from console.dialects.postgres.quoting import literal, quoted

_DROPS = {
    Kind.TABLE: "TABLE",
    Kind.VIEW: "VIEW",
    Kind.INDEX: "INDEX",
    Kind.SEQUENCE: "SEQUENCE",
    Kind.TYPE: "TYPE",
    Kind.SCHEMA: "SCHEMA",
    Kind.EXTENSION: "EXTENSION",
    Kind.STATISTICS: "STATISTICS",
    Kind.ROUTINE: "ROUTINE",
    Kind.PUBLICATION: "PUBLICATION",
}
_ON_TABLE = {Kind.TRIGGER: "TRIGGER", Kind.POLICY: "POLICY", Kind.RULE: "RULE"}
_ENABLED = {"origin": "ENABLE", "disabled": "DISABLE", "replica": "ENABLE REPLICA", "always": "ENABLE ALWAYS"}
_TABLE_SETTINGS: Mapping[tuple[str, Value], str] = {
    ("row_security", "off"): "NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY",
    ("row_security", "on"): "NO FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY",
    ("row_security", "forced"): "FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY",
    ("replica_identity", "default"): "REPLICA IDENTITY DEFAULT",
    ("replica_identity", "full"): "REPLICA IDENTITY FULL",
    ("replica_identity", "nothing"): "REPLICA IDENTITY NOTHING",
    ("persistence", "permanent"): "SET LOGGED",
    ("persistence", "unlogged"): "SET UNLOGGED",
}
_EXPRESSION = re.compile(r"""\(|(?:[A-Za-z_][\w$]*|"(?:[^"]|"")*")(?:\.(?:[A-Za-z_][\w$]*|"(?:[^"]|"")*"))*\(""")
_BEHIND = re.compile(
    r"""(?:\ COLLATE\ (?:"(?:[^"]|"")*"|[\w.])+)?(?:\ [a-z_][a-z0-9_]*_ops(?:\ \([^()]*\))?)?(?:\ DESC)?"""
    r"""(?:\ NULLS\ (?:FIRST|LAST))?\Z""",
    re.VERBOSE,
)
"""What may follow a column in an index."""
_TEXTS = ("character varying", "varchar", "text", "character(", "char(")


def change_sql(operation: Operation, schema: Schema) -> tuple[str, ...]:
    """The statements that make it. CannotWriteError where it cannot be said exactly."""
    return _WRITERS.sql(operation, schema)


def _place(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.name)}" if ref.schema else quoted(ref.name)


def _table_of(ref: Ref) -> str:
    return f"{quoted(ref.schema)}.{quoted(ref.table)}"


def _drop(drop: Drop, schema: Schema) -> tuple[str, ...]:
    ref = drop.ref
    if ref.kind is Kind.COLUMN:
        return (f"ALTER TABLE {_table_of(ref)} DROP COLUMN {quoted(ref.name)}",)
    if ref.kind is Kind.CONSTRAINT:
        return (f"ALTER TABLE {_table_of(ref)} DROP CONSTRAINT {quoted(_name_of(ref, schema))}",)
    if ref.kind is Kind.INDEX:
        found = schema.get(ref)
        if isinstance(found, Index) and found.constraint:
            return ()  # it goes with its constraint
    if ref.kind in _ON_TABLE:
        return (f"DROP {_ON_TABLE[ref.kind]} {quoted(ref.name)} ON {_table_of(ref)}",)
    if ref.kind is Kind.ROUTINE:
        name, _, arguments = ref.name.partition("(")
        return (f"DROP ROUTINE {quoted(ref.schema)}.{quoted(name)}({arguments}",)
    if ref.kind is Kind.VIEW:
        found = schema.get(ref)
        word = "MATERIALIZED VIEW" if isinstance(found, View) and found.materialized else "VIEW"
        return (f"DROP {word} {_place(ref)}",)
    if ref.kind not in _DROPS:
        raise cannot_drop(ref.kind)
    return (f"DROP {_DROPS[ref.kind]} {_place(ref)}",)


def _name_of(ref: Ref, schema: Schema) -> str:
    if schema.get(ref) is None:
        raise CannotWriteError(f"{ref.name} of {ref.table} is not there under that name.")
    return ref.name


def _rename(rename: Rename, schema: Schema) -> tuple[str, ...]:
    old, new = rename.ref, rename.to
    plain = quoted(new.name.partition("(")[0])
    if old.kind in (Kind.COLUMN, Kind.CONSTRAINT):
        return (f"ALTER TABLE {_table_of(old)} RENAME {old.kind.name} {quoted(old.name)} TO {plain}",)
    if old.kind in _ON_TABLE:
        return (f"ALTER {_ON_TABLE[old.kind]} {quoted(old.name)} ON {_table_of(old)} RENAME TO {plain}",)
    if old.kind not in (Kind.TABLE, Kind.INDEX, Kind.VIEW, Kind.SEQUENCE, Kind.TYPE, Kind.SCHEMA, Kind.ROUTINE):
        raise cannot_rename(old.kind)
    word = _word(old, schema)
    sql = []
    if old.schema != new.schema:
        sql.append(f"ALTER {word} {_spot(old)} SET SCHEMA {quoted(new.schema)}")
    if old.name != new.name:
        sql.append(f"ALTER {word} {_spot(replace(old, schema=new.schema))} RENAME TO {plain}")
    return tuple(sql)


def _spot(ref: Ref) -> str:
    """Its name with the schema, and the arguments that tell a function from others."""
    name, bracket, arguments = ref.name.partition("(") if ref.kind is Kind.ROUTINE else (ref.name, "", "")
    return _place(replace(ref, name=name)) + bracket + arguments


def _word(ref: Ref, schema: Schema) -> str:
    found = schema.get(ref)
    if isinstance(found, View) and found.materialized:
        return "MATERIALIZED VIEW"
    return _ON_TABLE.get(ref.kind) or _DROPS[ref.kind]


def _change(change: Change, schema: Schema) -> tuple[str, ...]:
    attrs = dict(change.attrs)
    comment = (_comment(change.ref, attrs.pop("comment"), schema),) if "comment" in attrs else ()
    if not attrs:
        return comment
    match change.ref.kind:
        case Kind.COLUMN:
            return (*_column(change.ref, attrs, schema), *comment)
        case Kind.TABLE:
            return (*(f"ALTER TABLE {_place(change.ref)} {_table_setting(*pair)}" for pair in attrs.items()), *comment)
        case Kind.TRIGGER if set(attrs) == {"enabled"}:
            name, state = quoted(change.ref.name), _ENABLED[str(attrs["enabled"])]
            return (f"ALTER TABLE {_table_of(change.ref)} {state} TRIGGER {name}", *comment)
        case Kind.CONSTRAINT if attrs == {"validated": False}:
            return (*_unvalidated(schema.get(change.ref)), *comment)
        case Kind.CONSTRAINT if attrs == {"validated": True}:
            return (f"ALTER TABLE {_table_of(change.ref)} VALIDATE CONSTRAINT {quoted(change.ref.name)}", *comment)
    raise CannotWriteError(f"What changed of {change.ref.name} cannot be written back here.")


def _comment(ref: Ref, comment: Value, schema: Schema) -> str:
    if ref.kind is Kind.COLUMN:
        what = f"COLUMN {_table_of(ref)}.{quoted(ref.name)}"
    elif ref.kind is Kind.CONSTRAINT or ref.kind in _ON_TABLE:
        what = f"{_ON_TABLE.get(ref.kind, 'CONSTRAINT')} {quoted(ref.name)} ON {_table_of(ref)}"
    else:
        what = f"{_word(ref, schema)} {_spot(ref)}"
    return f"COMMENT ON {what} IS {literal(str(comment)) if comment is not None else 'NULL'}"


def _table_setting(attribute: str, value: Value) -> str:
    known = _TABLE_SETTINGS.get((attribute, value))
    if known is None:
        raise CannotWriteError(f"A table's {attribute.replace('_', ' ')} cannot be written back here.")
    return known


def _unvalidated(found: Thing | None) -> tuple[str, ...]:
    """There is no way back from VALIDATE but to make it anew; what it checks goes on being checked."""
    if not isinstance(found, Constraint):
        raise CannotWriteError("The constraint that was validated is not there.")
    name, table = quoted(found.ref.name), _table_of(found.ref)
    anew = f"ADD CONSTRAINT {name} {constraint_sql(replace(found, validated=False))}"
    return (f"ALTER TABLE {table} DROP CONSTRAINT {name}, {anew}",)


def _column(ref: Ref, attrs: dict[str, Value], schema: Schema) -> tuple[str, ...]:
    head = f"ALTER TABLE {_table_of(ref)} ALTER COLUMN {quoted(ref.name)}"
    sql = []
    if "type" in attrs:
        if "default" in attrs:
            sql.append(f"{head} DROP DEFAULT")
        collation = attrs.pop("collation", None)
        collate = f" COLLATE {_collation(str(collation))}" if collation else ""
        sql.append(f"{head} TYPE {attrs['type']}{collate}{_using(ref, str(attrs['type']), schema)}")
    return (*sql, *(f"{head} {_setting(name, value)}" for name, value in attrs.items() if name != "type"))


def _collation(name: str) -> str:
    """`"C"`: most names of collations are nothing without their quotes."""
    return ".".join(quoted(part.strip('"')) for part in name.split("."))


def _using(ref: Ref, wanted: str, schema: Schema) -> str:
    """None between texts: an explicit cast would cut off what is too long instead of refusing it."""
    now = schema.get(ref)
    texts = all(name.startswith(_TEXTS) for name in (wanted, now.type if isinstance(now, Column) else ""))
    return "" if texts else f" USING {quoted(ref.name)}::{wanted}"


def _setting(attribute: str, value: Value) -> str:
    write: Mapping[str, Callable[[Value], str]] = {
        "nullable": lambda v: "DROP NOT NULL" if v else "SET NOT NULL",
        "default": lambda v: f"SET DEFAULT {v}" if v is not None else "DROP DEFAULT",
    }
    if attribute == "identity" and not value:
        return "DROP IDENTITY"
    if attribute not in write:
        raise CannotWriteError(f"A column's {attribute.replace('_', ' ')} cannot be written back here.")
    return write[attribute](value)


def _create(create: Create) -> tuple[str, ...]:
    sql = [line for thing in create.things if not _comes_along(thing, create.things) for line in _one(thing)]
    nothing = Schema()
    return (*sql, *(_comment(t.ref, t.comment, nothing) for t in create.things if t.comment is not None))


def _comes_along(thing: Thing, things: tuple[Thing, ...]) -> bool:
    """It is made together with another of them."""
    if isinstance(thing, Sequence):
        columns = {f"{t.ref.schema}.{t.ref.table}.{t.ref.name}" for t in things if isinstance(t, Column) and t.identity}
        return thing.owned_by in columns
    twins = {(t.ref.schema, t.ref.name) for t in things if isinstance(t, Constraint)}
    return isinstance(thing, Index) and (thing.constraint or (thing.ref.schema, thing.ref.name) in twins)


def _one(thing: Thing) -> Iterator[str]:
    if isinstance(thing, Column):
        yield f"ALTER TABLE {_table_of(thing.ref)} ADD COLUMN {column_sql(thing)}"
    elif isinstance(thing, Constraint):
        if thing.type != "not null":
            yield f"ALTER TABLE {_table_of(thing.ref)} ADD CONSTRAINT {quoted(thing.ref.name)} {constraint_sql(thing)}"
    elif isinstance(thing, Index):
        yield index_sql(thing)
    elif isinstance(thing, Table):
        yield _table(thing)
    else:
        raise cannot_create(thing)


def _table(table: Table) -> str:
    if table.partition_key or table.partition_of or table.foreign or table.inherits or table.row_security != "off":
        raise CannotWriteError(f"{table.ref.name} is no plain table: it cannot be written back here.")
    kind = "UNLOGGED " if table.persistence == "unlogged" else ""
    options = f" WITH ({', '.join(table.options)})" if table.options else ""
    return f"CREATE {kind}TABLE {_place(table.ref)} (){options}"


def column_sql(column: Column) -> str:
    """A column as it stands in CREATE TABLE."""
    parts = [quoted(column.ref.name), column.type]
    if column.collation:
        parts.append(f"COLLATE {_collation(column.collation)}")
    if column.generated is not None:
        parts.append(f"GENERATED ALWAYS AS ({column.generated}) {(column.generated_kind or 'stored').upper()}")
    elif column.identity:
        parts.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if not column.nullable:
        parts.append("NOT NULL")
    return " ".join(parts)


def constraint_sql(constraint: Constraint) -> str:
    """A constraint without its name."""
    columns = ", ".join(quoted(name) for name in constraint.columns)
    match constraint.type:
        case "primary key":
            text = f"PRIMARY KEY ({columns})"
        case "unique":
            nulls = "" if constraint.nulls_distinct else " NULLS NOT DISTINCT"
            text = f"UNIQUE{nulls} ({columns})"
        case "check" if constraint.expression:
            text = f"CHECK ({constraint.expression})"
        case "foreign key" if constraint.references:
            text = foreign_key_sql(constraint, quoted)
        case _:
            raise CannotWriteError(f"The {constraint.type} constraint {constraint.ref.name} cannot be written here.")
    deferrable = " DEFERRABLE" if constraint.deferrable else ""
    deferred = " INITIALLY DEFERRED" if constraint.deferred else ""
    return text + deferrable + deferred + ("" if constraint.validated else " NOT VALID")


def index_sql(index: Index) -> str:
    """CREATE INDEX; in the model a column stands bare, with what follows it, and an expression as it is written."""
    unique = "UNIQUE " if index.unique else ""
    table = f"{quoted(index.ref.schema)}.{quoted(index.table)}"
    items = ", ".join(map(_item, index.columns))
    text = f"CREATE {unique}INDEX {quoted(index.ref.name)} ON {table} USING {index.method} ({items})"
    if index.include:
        text += f" INCLUDE ({', '.join(map(quote_name, index.include))})"
    if not index.nulls_distinct:
        text += " NULLS NOT DISTINCT"
    if index.options:
        text += f" WITH ({', '.join(index.options)})"
    return text + (f" WHERE {index.where}" if index.where else "")


def _item(written: str) -> str:
    """One part of an index, with the column's name as the server takes it."""
    if _EXPRESSION.match(written):
        return written
    behind = _BEHIND.search(written)
    at = behind.start() if behind else len(written)
    return quote_name(written[:at]) + written[at:]


_WRITERS = Writers(_drop, _rename, _change, _create)
