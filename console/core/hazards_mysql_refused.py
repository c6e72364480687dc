"""Statements that MySQL or MariaDB answers with an error whatever the rows are, and why; measured on 9.7 and 10.11."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.core.hazards_cost import Part
from console.core.hazards_mysql_ways import MyAsk, Way, altered, table_of
from console.core.mysql_forms import form_of
from console.core.observation import Server
from console.core.operations import Change, Create, Drop, Operation
from console.core.schema import Column, Constraint, Index, Kind, Ref, Schema, table_ref
from console.core.statements import Statement

_BLOCK = 4
_WORDS = {Kind.COLUMN: "column", Kind.INDEX: "index", Kind.CONSTRAINT: "constraint"}
_GUARDED = {
    Kind.COLUMN: ("my-drop-column-if-exists", "my-add-column-if-not-exists"),
    Kind.INDEX: ("my-drop-index-if-exists", "my-add-index-if-not-exists"),
    Kind.CONSTRAINT: ("my-drop-constraint-if-exists", "my-add-constraint-if-not-exists"),
}
"""Kind -> the rule where it is dropped, and where it is made."""
_UNSAFE = re.compile(r"\b(uuid(_short)?|rand|random_bytes|user|current_user|sysdate|version)\s*\(", re.IGNORECASE)
_GUARD = re.compile(r"\bif\s+(not\s+)?exists\b", re.IGNORECASE)
_CHECK = re.compile(r"^\s*alter\s.*\b(drop|alter)\s+check\b", re.IGNORECASE | re.DOTALL)
_LOBS = re.compile(r"^(tiny|medium|long)?(text|blob)$|^(json|geometry|point|polygon|linestring)$")


def refusals(statement: Statement, server: Server, schema: Schema, way: Way | None) -> Iterator[Part]:
    """Each reason, with its rule."""
    mariadb = server.dialect == "mariadb"
    for operation in statement.operations:
        yield from _spelled(operation, statement, mariadb=mariadb)
        place = _table(operation)
        table = altered(schema, place) if place is not None else None
        if table is not None:
            ask = MyAsk(statement, schema, table, mariadb, server.version_number, server)
            yield from _meant(operation, ask)
    yield from _pointed_at(statement, server, schema)
    if way is not None:
        yield from _asked(statement, schema, way)


def _table(operation: Operation) -> Ref | None:
    ref = operation.ref if isinstance(operation, Drop | Change) else operation.subject
    return table_of(ref) if ref is not None else None


def _part(rule: str, refused: str) -> Part:
    return Part(rule, _BLOCK, "", refused)


def _spelled(operation: Operation, statement: Statement, *, mariadb: bool) -> Iterator[Part]:
    """What one of the two has no words for (1064)."""
    kind = operation.subject.kind if operation.subject is not None else Kind.TABLE
    guarded = getattr(operation, "if_absent", False) or getattr(operation, "if_present", False)
    if guarded and kind in _WORDS and not mariadb and _GUARD.search(statement.sql):
        words = "NOT EXISTS" if isinstance(operation, Create) else "EXISTS"
        rule = _GUARDED[kind][isinstance(operation, Create)]
        yield _part(rule, f"MySQL has no IF {words} for a {_WORDS[kind]}: it answers with a syntax error (1064).")
    made = operation.things[0] if isinstance(operation, Create) else None
    if mariadb and isinstance(made, Index) and any(item.startswith("(") for item in made.columns):
        yield _part("my-add-functional-index", "MariaDB has no indexes over expressions: a syntax error (1064).")
    if mariadb and isinstance(made, Constraint) and made.type == "check" and not made.enforced:
        yield _part("my-add-check-not-enforced", "MariaDB has no NOT ENFORCED: it answers with a syntax error (1064).")
    if mariadb and _CHECK.search(statement.sql):
        yield _part("my-drop-check", "MariaDB drops a CHECK with DROP CONSTRAINT: this is a syntax error (1064).")
    hidden = re.search(r"\balter\s+(index|key)\b.*\b(in)?visible\b", statement.sql, re.IGNORECASE | re.DOTALL)
    if mariadb and isinstance(operation, Change) and kind is Kind.INDEX and hidden:
        yield _part("my-index-invisible-ignored", "MariaDB calls it IGNORED: INVISIBLE is a syntax error (1064).")


def _meant(operation: Operation, ask: MyAsk) -> Iterator[Part]:
    if isinstance(operation, Create) and isinstance(operation.things[0], Column):
        yield from _default(operation.things[0], ask)
    if isinstance(operation, Change) and operation.ref.kind is Kind.COLUMN:
        yield from _changed(operation, ask)
    if isinstance(operation, Drop) and operation.ref.kind in (Kind.COLUMN, Kind.INDEX, Kind.CONSTRAINT):
        yield from _needed(operation, ask)


def _default(column: Column, ask: MyAsk) -> Iterator[Part]:
    text = column.default or ""
    if ask.mariadb or not text:
        return
    if text.startswith("(") and ask.version < 80_013:
        yield _part("my-add-column-expression-default", "MySQL before 8.0.13 has no expressions there: a syntax error.")
    elif text.startswith("(") and _UNSAFE.search(text):
        why = "MySQL refuses it: the function may give another value on a replica (1674)."
        yield _part("my-add-column-default-non-const-expr-uuid", why)
    elif not text.startswith("(") and text.lower() != "null" and _LOBS.match(column.type):
        yield _part("my-add-column-text-default", f"MySQL lets a {column.type} have no literal default (1101).")


def _changed(change: Change, ask: MyAsk) -> Iterator[Part]:
    old, new = ask.column(change.ref), dict(change.attrs)
    if old is None or "generated_kind" not in new:
        return
    kinds = {old.generated_kind, new["generated_kind"]}
    if len(kinds) == 2 and "virtual" in kinds:
        number = "1907" if ask.mariadb else "3106"
        yield _part("my-alter-virtual-expr", f"A column cannot become or stop being VIRTUAL ({number}).")
    keys = [key for key in _keys_over(old.ref.name, ask) if key.ref not in ask.dropped]
    if keys and _base(old.type) != _base(str(new["type"])) and ask.on("foreign_key_checks") is not False:
        number = "1832 or 1833" if ask.mariadb else "3780"
        yield _part("my-type-of-foreign-key", f"The foreign key {keys[0].ref.name} needs the type it has ({number}).")


def _base(kind: str) -> str:
    return re.sub(r"\(.*?\)", "", kind) if kind.startswith(("varchar", "char", "var", "bin")) else kind


def _keys_over(name: str, ask: MyAsk) -> Iterator[Constraint]:
    """Foreign keys of the table over a column, and those of others that point at it."""
    place = f"{ask.table.ref.schema}.{ask.table.ref.name}"
    for key in ask.schema.of_kind(Constraint):
        own = (key.ref.schema, key.ref.table) == (ask.table.ref.schema, ask.table.ref.name)
        if key.type == "foreign key" and (
            (own and name in key.columns) or (key.references == place and name in key.referenced_columns)
        ):
            yield key


def _needed(drop: Drop, ask: MyAsk) -> Iterator[Part]:
    """By a foreign key."""
    if drop.ref.kind is Kind.COLUMN:
        keys = [key for key in _keys_over(drop.ref.name, ask) if key.ref not in ask.dropped]
        if keys:
            number = "1553 or 1829" if ask.mariadb else "1828 or 1829"
            why = f"The foreign key {keys[0].ref.name} needs the column ({number}): drop the key first."
            yield _part("my-drop-column-of-foreign-key", why)
        if any(each.ref not in ask.dropped for each in ask.fed_by(drop.ref.name)):
            number = "1054" if ask.mariadb else "3108"
            yield _part("my-drop-base-of-generated", f"A generated column is worked out of it ({number}).")
        return
    index = next((each for each in ask.indexes if each.ref.name == drop.ref.name), None)
    if index is not None and (drop.ref.kind is Kind.INDEX or index.ref.name == "primary"):
        yield from _needed_index(index, ask)


def _needed_index(index: Index, ask: MyAsk) -> Iterator[Part]:
    left = [each for each in ask.indexes if each.ref not in ask.dropped and each != index]
    made = (thing for op in ask.statement.operations if isinstance(op, Create) for thing in op.things)
    left += [thing for thing in made if isinstance(thing, Index)]
    for key in dict.fromkeys(key for name in index.columns for key in _keys_over(name, ask)):
        own = (key.ref.schema, key.ref.table) == (ask.table.ref.schema, ask.table.ref.name)
        columns = key.columns if own else key.referenced_columns
        served = index.columns[: len(columns)] == columns
        if served and key.ref not in ask.dropped and not any(e.columns[: len(columns)] == columns for e in left):
            why = f"The foreign key {key.ref.name} needs this index (1553): make another over the same columns first."
            yield _part("my-drop-index-of-foreign-key", why)


def _pointed_at(statement: Statement, server: Server, schema: Schema) -> Iterator[Part]:
    """Tables that go, or lose all rows, while a foreign key of another table points at them."""
    gone = {op.ref for op in statement.operations if isinstance(op, Drop) and op.ref.kind is Kind.TABLE}
    empties = statement.sql[:8].lower() == "truncate"
    emptied = {table_ref(place or schema.home, name) for place, name in statement.tables} if empties else set()
    checks = server.setting("foreign_key_checks").lower() not in ("off", "0")
    for key in schema.of_kind(Constraint) if checks and (gone or emptied) else ():
        child = table_ref(key.ref.schema, key.ref.table)
        parent = next((r for r in gone | emptied if f"{r.schema or schema.home}.{r.name}" == key.references), None)
        if key.type == "foreign key" and parent is not None and child not in gone and child != parent:
            number = "1701" if empties else "1451" if server.dialect == "mariadb" else "3730"
            name = child.label(schema.home)
            yield _part("my-table-pointed-at", f"The foreign key {key.ref.name} of {name} points at it ({number}).")
            return


def _asked(statement: Statement, schema: Schema, way: Way) -> Iterator[Part]:
    """Its own ALGORITHM and LOCK, where they ask for more than the server can."""
    form = form_of(statement.sql, schema.dialect)
    said = {item[0].word: item[-1].text.upper() for item in form.said} if form is not None else {}
    algorithm, lock = said.get("ALGORITHM", ""), said.get("LOCK", "")
    if (algorithm == "INSTANT" and not way.instant) or (algorithm in ("INPLACE", "NOCOPY") and way.copies):
        yield _part("my-algorithm-refused", f"The server cannot do it with ALGORITHM={algorithm}, and refuses (1845).")
    elif (algorithm == "NOCOPY" and way.rebuilds) or (lock == "NONE" and way.blocks):
        yield _part("my-algorithm-refused", f"The server cannot do it with {algorithm or 'LOCK=NONE'}, and refuses.")
    elif algorithm == "INSTANT" and lock not in ("", "DEFAULT") and schema.dialect == "mysql":
        yield _part("my-algorithm-refused", "ALGORITHM=INSTANT goes with no LOCK but the default (1221).")
