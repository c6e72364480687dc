"""How MySQL and MariaDB add, drop and rename columns."""

from __future__ import annotations

import re

from console.core.hazards_mysql_ways import (
    COPY,
    INDEXES,
    INPLACE,
    INSTANT,
    REBUILD,
    REBUILD_BLOCKING,
    RESHAPES,
    MyAsk,
    Way,
)
from console.core.operations import Change, Create, Drop, Operation, Rename
from console.core.schema import Column, Constraint, Index

ANYWHERE = 80_029
"""From here INSTANT adds a column at any place and drops one."""
LAST = 80_012
RENAMES = 80_028
_DATES = ("date", "datetime")
_VERSIONS = "After 255 such changes (64 before 9.1) error 4092 asks for a rebuild first."
_FILLED = "Rows that are there get 0 or '' in it, without a word."
_ZERO = "Rows that are there would get the zero date: with rows in the table strict sql_mode refuses it (1292)."
_FULLTEXT = "The FULLTEXT index of the table is the cause."
_INDEXED = "An index over a VIRTUAL column is the cause."
KEEPS = "Without a primary key the rows may be kept by this unique index: then all of them are written anew."


def add_column(create: Create, ask: MyAsk) -> Way | None:
    """ADD COLUMN, with what is said of the column."""
    column = create.things[0]
    if not isinstance(column, Column) or (create.if_absent and not ask.mariadb):
        return None
    if "references" in ask.words:
        late = ask.mariadb or ask.version >= 90_000
        return COPY.of("my-add-column-with-inline-references") if late else None
    kinds = [thing.type for thing in create.things[1:] if isinstance(thing, Constraint)]
    if "check" in kinds:
        return ask.either(COPY, INSTANT).of("my-add-column-with-inline-check")
    if column.auto_increment:
        return REBUILD_BLOCKING.of("my-add-column-auto-increment", "Replicas may number the rows otherwise.")
    if kinds:
        return REBUILD.of("my-add-primary-key")
    if any(isinstance(thing, Index) for thing in create.things[1:]):
        return (COPY if column.generated_kind == "virtual" else REBUILD).of("my-add-column-unique")
    return _alone(column, ask)


def _alone(column: Column, ask: MyAsk) -> Way | None:
    if column.generated_kind == "stored":
        return COPY.of("my-add-column-stored-generated")
    if column.generated_kind == "virtual":
        return _virtual(column, ask)
    if ask.has_fulltext:
        return ask.either(COPY, REBUILD_BLOCKING).of("my-add-column-to-table-with-fulltext")
    worked_out = _worked_out(column, ask)
    if worked_out is not None:
        return worked_out
    if ask.moves and ask.mariadb and ask.has_virtual:
        return COPY.of("my-add-column-first-table-has-virtual-col")
    if ask.mariadb and ask.indexes_virtual:
        return REBUILD_BLOCKING.of("my-add-column-nullable-table-has-virtual-col", _INDEXED)
    needed = ANYWHERE if ask.moves else LAST
    if not ask.mariadb and ask.version < needed:
        return REBUILD.of(_plain(column, ask))
    if column.type in _DATES and _silent(column) and not ask.mariadb:
        return REBUILD.of("my-zero-date", _ZERO)
    careful = _ZERO if column.type in _DATES and _silent(column) else _FILLED if _silent(column) else ""
    return RESHAPES.of(_plain(column, ask), careful or ("" if ask.mariadb else _VERSIONS))


def _virtual(column: Column, ask: MyAsk) -> Way:
    """It is worked out when it is read; what else the same ALTER does decides."""
    rule = "my-add-column-virtual-generated"
    if not ask.mariadb:
        return (INSTANT if ask.version >= LAST else INPLACE).of(rule)
    others = (op for op in ask.statement.operations if op.subject != column.ref)
    return (COPY if any(_beside(op) for op in others) else INSTANT).of(rule)


def _beside(operation: Operation) -> bool:
    """MariaDB copies where a virtual column comes together with this."""
    if isinstance(operation, Create):
        return isinstance(operation.things[0], Column) and not operation.things[0].generated
    return isinstance(operation, Change) and operation.ref.kind.value == "column"


def _silent(column: Column) -> bool:
    """The rows that are there get a value that nobody named."""
    return not column.nullable and column.default is None and column.generated is None


def _plain(column: Column, ask: MyAsk) -> str:
    if _silent(column):
        return "my-add-column-not-null-no-default"
    if ask.moves:
        return "my-add-column-first"
    return "my-add-column-nullable-last" if column.nullable else "my-add-column-not-null-default-const"


def _worked_out(column: Column, ask: MyAsk) -> Way | None:
    """A default in parentheses: MySQL copies for any, MariaDB where it calls a function."""
    if column.default is None or not column.default.startswith("("):
        return None
    careful = "" if ask.mariadb else "It is refused (1674) where the function may return something else on a replica."
    if ask.mariadb and not re.search(r"[a-z_]\w*\s*\(", column.default, re.IGNORECASE):
        return None
    return COPY.of("my-add-column-expression-default", careful)


def drop_column(drop: Drop, ask: MyAsk) -> Way | None:
    """DROP COLUMN."""
    if drop.if_present and not ask.mariadb:
        return None
    name = drop.ref.name
    if any(name in index.columns for index in ask.keeps):
        return COPY.of("my-drop-column-indexed", KEEPS)
    found = ask.column(drop.ref)
    if found is not None and found.generated_kind == "virtual":
        indexed = ask.indexed(name)
        return (INPLACE if indexed else INSTANT).of("my-drop-column-virtual")
    if ask.has_fulltext:
        return ask.either(COPY, REBUILD_BLOCKING).of("my-drop-column", _FULLTEXT)
    if ask.mariadb and ask.indexes_virtual:
        return REBUILD_BLOCKING.of("my-drop-column", _INDEXED)
    if ask.indexed(name):
        goes = any(name in index.columns and index.method == "fulltext" for index in ask.indexes)
        return ask.either(REBUILD, REBUILD if goes else INDEXES).of("my-drop-column-indexed")
    if not ask.mariadb and ask.version < ANYWHERE:
        return REBUILD.of("my-drop-column")
    stored = found is not None and found.generated_kind == "stored"
    rule = "my-drop-column-stored-gen" if stored else "my-drop-column"
    return RESHAPES.of(rule, "" if ask.mariadb else _VERSIONS)


def rename_column(rename: Rename, ask: MyAsk) -> Way:
    """RENAME COLUMN, or the name in CHANGE."""
    careful = "Code that still uses the old name fails."
    if ask.referenced(rename.ref.name):
        return ask.either(INPLACE, INSTANT).of("my-rename-column-parent-referenced", careful)
    early = not ask.mariadb and ask.version < RENAMES
    changes = "change" in ask.words
    return (INPLACE if early else INSTANT).of("my-rename-column-change" if changes else "my-rename-column", careful)
