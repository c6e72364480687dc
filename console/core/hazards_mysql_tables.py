"""How MySQL and MariaDB change keys, constraints, and tables as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from console.core.hazards_mysql_columns import KEEPS
from console.core.hazards_mysql_ways import (
    COPY,
    INDEXES,
    INDEXES_BLOCKING,
    INPLACE,
    INSTANT,
    REBUILD,
    REBUILD_BLOCKING,
    MyAsk,
    Way,
)
from console.core.operations import Change, Create, Drop
from console.core.schema import Column, Constraint, Index


def add_index(create: Create, ask: MyAsk) -> Way | None:
    """ADD INDEX, CREATE INDEX."""
    index = create.things[0]
    if not isinstance(index, Index) or (create.if_absent and not ask.mariadb):
        return None
    if index.method == "fulltext":
        if any(kept.method == "fulltext" for kept in ask.indexes):
            return INDEXES_BLOCKING.of("my-add-fulltext-second")
        made = [op.things[0] for op in ask.statement.operations if isinstance(op, Create)]
        several = sum(isinstance(thing, Index) and thing.method == "fulltext" for thing in made) > 1
        return (COPY if several else REBUILD_BLOCKING).of("my-add-fulltext-first")
    if index.method == "spatial":
        return INDEXES_BLOCKING.of("my-add-spatial")
    if any(item.startswith("(") for item in index.columns):
        return None if ask.mariadb else INDEXES_BLOCKING.of("my-add-functional-index")
    if any(item.partition(" ")[0] in _worked_out(ask) for item in index.columns):
        return INDEXES_BLOCKING.of("my-add-index-on-new-generated", "The column that it is over is new and generated.")
    if _again(create, ask):
        return INDEXES.of("my-change-index-type-drop-add-btree", "Where nothing changes it is done at once.")
    careful = "It fails if two rows have the same." if index.unique else ""
    if index.unique and not ask.keyed and set(index.columns) <= ask.full:
        return REBUILD.of(
            "my-add-unique-index", f"{careful} Without a primary key the rows are kept by it from then on."
        )
    return INDEXES.of("my-add-unique-index" if index.unique else "my-add-index", careful)


def _worked_out(ask: MyAsk) -> set[str]:
    """Generated columns that the same ALTER makes."""
    made = (op.things[0] for op in ask.statement.operations if isinstance(op, Create))
    return {thing.ref.name for thing in made if isinstance(thing, Column) and thing.generated_kind}


def _again(create: Create, ask: MyAsk) -> bool:
    """It is dropped in the same ALTER: MySQL may see that nothing changes."""
    return not ask.mariadb and create.subject in ask.dropped


def add_constraint(create: Create, ask: MyAsk) -> Way | None:
    """ADD PRIMARY KEY, FOREIGN KEY, CHECK."""
    made = create.things[0]
    if not isinstance(made, Constraint):
        return None
    if made.type == "primary key":
        return REBUILD.of("my-add-primary-key")
    if made.type == "foreign key" and ask.on("foreign_key_checks") is False:
        return ask.either(INPLACE, INDEXES).of("my-add-fk-fk-checks-0", _NEVER)
    if made.type == "foreign key":
        return COPY.of("my-add-fk-fk-checks-1", _UNCHECKED)
    if made.type != "check":
        return None
    return COPY.of("my-add-check") if made.enforced else INSTANT.of("my-add-check-not-enforced")


_NEVER = "With foreign_key_checks=0, as it is here, no row that is there is ever checked."
_UNCHECKED = "With foreign_key_checks=0 it is not copied, and no row is ever checked."


def drop_constraint(drop: Drop, ask: MyAsk) -> Way | None:
    """DROP PRIMARY KEY, FOREIGN KEY, CHECK."""
    found = ask.schema.get(drop.ref)
    kind = found.type if isinstance(found, Constraint) else ""
    if kind == "primary key":
        made = (op.subject for op in ask.statement.operations if isinstance(op, Create))
        again = drop.ref in made
        if ask.mariadb and ask.table.partition_key is not None:
            again = False
        return (REBUILD if again else COPY).of("my-drop-add-primary-key" if again else "my-drop-primary-key")
    if kind == "foreign key":
        return ask.either(INPLACE, INSTANT).of("my-drop-fk")
    return INSTANT.of("my-drop-check") if kind == "check" else None


def drop_index(drop: Drop, ask: MyAsk) -> Way | None:
    """DROP INDEX; the index that a primary key is goes with its constraint."""
    found = ask.schema.get(drop.ref)
    if found is None and drop.if_present and ask.mariadb:
        return INSTANT.of("my-drop-index")
    if not isinstance(found, Index):
        return None
    if found in ask.keeps:
        made = (op.things[0] for op in ask.statement.operations if isinstance(op, Create))
        keyed = any(isinstance(thing, Constraint) and thing.type == "primary key" for thing in made)
        return (REBUILD if keyed else COPY).of("my-drop-index", KEEPS)
    return INPLACE.of("my-drop-index")


def change_table(change: Change, ask: MyAsk) -> Way | None:
    """Options of a table, its engine, its character set, its partitions: the worst of what it says."""
    attrs = dict(change.attrs)
    if "partition_key" in attrs:
        return COPY.of("my-partition-by-existing" if attrs["partition_key"] else "my-remove-partitioning")
    ways = [_table_part(name, attrs, change, ask) for name in attrs]
    known = [way for way in ways if way is not None]
    if len(known) < len(ways):
        return None
    return max(known, key=lambda way: (way.severity, way.rebuilds, not way.instant), default=None)


def _table_part(name: str, attrs: Mapping[str, object], change: Change, ask: MyAsk) -> Way | None:
    kind, _, rest = name.partition(":")
    option = rest.partition("=")[0]
    if kind == "partitions":
        return _partitions(attrs, ask)
    if kind == "engine":
        return _engine(str(attrs["engine"]), ask)
    if kind in ("charset", "collation"):
        return _charset(change, ask)
    if kind == "comment":
        return ask.either(INPLACE, INSTANT).of("my-table-comment")
    if kind == "options" and option in ("row_format", "key_block_size"):
        return REBUILD.of("my-key-block-size" if option == "key_block_size" else "my-optimize-like-row-format")
    if kind == "options" and option in _CATALOG:
        return ask.either(INPLACE, INSTANT).of("my-stats-persistent" if "stats" in option else "my-table-option")
    return None


_CATALOG = frozenset({
    "stats_persistent", "stats_auto_recalc", "stats_sample_pages", "checksum", "max_rows", "min_rows", "avg_row_length",
})  # fmt: skip
"""Options that InnoDB only writes down."""


def _partitions(attrs: Mapping[str, object], ask: MyAsk) -> Way | None:
    """Those of RANGE and LIST come and go with their rows; of HASH and KEY all rows are dealt anew."""
    if "reorganize" in ask.words or not (ask.table.partition_key or "").lower().startswith(("range", "list")):
        return REBUILD_BLOCKING.of("my-reorganize-partition", PARTITIONS)
    gone = "The rows in it are gone." if False in attrs.values() else ""
    return INPLACE.of("my-drop-partition" if gone else "my-add-partition", gone)


PARTITIONS = "Writes to the whole table wait while the rows of the partitions named are written anew."


def _engine(engine: str, ask: MyAsk) -> Way:
    if engine == ask.table.engine == "innodb":
        return REBUILD.of("my-engine-innodb-rebuild")
    return COPY.of("my-engine-myisam-innodb")


def _charset(change: Change, ask: MyAsk) -> Way:
    texts = [column for column in ask.columns if column.charset]
    if change.spreads and texts:
        return COPY.of("my-convert-to-charset-with-strings", "A TEXT column may become a larger one.")
    return ask.either(INPLACE, INSTANT).of("my-convert-to-charset" if change.spreads else "my-default-charset-only")


def change_index(change: Change, ask: MyAsk) -> Way | None:
    """INVISIBLE, IGNORED."""
    if {name for name, _ in change.attrs} != {"visible"}:
        return None
    return ask.either(INPLACE, INSTANT).of("my-index-invisible-ignored")


def change_check(change: Change, ask: MyAsk) -> Way | None:
    """ALTER CHECK ... NOT ENFORCED, which MySQL alone has; back again all rows are looked at."""
    new = dict(change.attrs)
    if set(new) != {"enforced"} or ask.mariadb:
        return None
    return COPY.of("my-add-check") if new["enforced"] else INSTANT.of("my-add-check-not-enforced")
