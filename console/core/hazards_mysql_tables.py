"""How MySQL and MariaDB change keys, constraints, and tables as a whole."""

from __future__ import annotations

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
from console.core.schema import Constraint, Index


def add_index(create: Create, ask: MyAsk) -> Way | None:
    """ADD INDEX, CREATE INDEX."""
    index = create.things[0]
    if not isinstance(index, Index) or (create.if_absent and not ask.mariadb) or _again(create, ask):
        return None
    if index.method == "fulltext":
        first = REBUILD_BLOCKING.of("my-add-fulltext-first")
        return None if ask.has_fulltext else first
    if index.method == "spatial":
        return INDEXES_BLOCKING.of("my-add-spatial")
    if any(item.startswith("(") for item in index.columns):
        return None if ask.mariadb else INDEXES_BLOCKING.of("my-add-functional-index")
    careful = "It fails if two rows have the same." if index.unique else ""
    return INDEXES.of("my-add-unique-index" if index.unique else "my-add-index", careful)


def _again(create: Create, ask: MyAsk) -> bool:
    """It is dropped in the same ALTER: MySQL may see that nothing changes."""
    drops = (op.ref for op in ask.statement.operations if isinstance(op, Drop))
    return not ask.mariadb and create.subject in drops


def add_constraint(create: Create, ask: MyAsk) -> Way | None:
    """ADD PRIMARY KEY, FOREIGN KEY, CHECK."""
    made = create.things[0]
    if not isinstance(made, Constraint):
        return None
    if made.type == "primary key":
        return REBUILD.of("my-add-primary-key")
    if made.type == "foreign key":
        return COPY.of("my-add-fk-fk-checks-1", _UNCHECKED)
    if made.type != "check":
        return None
    return COPY.of("my-add-check") if made.enforced else INSTANT.of("my-add-check-not-enforced")


_UNCHECKED = "With foreign_key_checks=0 it is not copied, and no row is ever checked."


def drop_constraint(drop: Drop, ask: MyAsk) -> Way | None:
    """DROP PRIMARY KEY, FOREIGN KEY, CHECK."""
    found = ask.schema.get(drop.ref)
    kind = found.type if isinstance(found, Constraint) else ""
    if kind == "primary key":
        made = (op.subject for op in ask.statement.operations if isinstance(op, Create))
        return (REBUILD if drop.ref in made else COPY).of("my-drop-primary-key")
    if kind == "foreign key":
        return ask.either(INPLACE, INSTANT).of("my-drop-fk")
    return INSTANT.of("my-drop-check") if kind == "check" else None


def drop_index(drop: Drop, ask: MyAsk) -> Way | None:
    """DROP INDEX; the index that a primary key is goes with its constraint."""
    found = ask.schema.get(drop.ref)
    if not isinstance(found, Index) or found.method != "btree":
        return None
    return INPLACE.of("my-drop-index")


def change_table(change: Change, ask: MyAsk) -> Way | None:
    """Options of a table, its engine, its character set, its partitions."""
    attrs = dict(change.attrs)
    if "partition_key" in attrs:
        return COPY.of("my-partition-by-existing" if attrs["partition_key"] else "my-remove-partitioning")
    if all(name.startswith("partitions:") for name in attrs):
        return _partitions(set(attrs.values()), ask)
    if set(attrs) == {"engine"}:
        return _engine(str(attrs["engine"]), ask)
    if set(attrs) == {"comment"}:
        return ask.either(INPLACE, INSTANT).of("my-table-comment")
    if set(attrs) == {"charset", "collation"}:
        return _charset(change, ask)
    names = {name.partition(":")[2].partition("=")[0] for name in attrs if name.startswith("options:")}
    if len(names) == len(attrs) and names <= {"row_format", "key_block_size"}:
        return REBUILD.of("my-optimize-like-row-format")
    if len(names) == len(attrs) and names <= {"stats_persistent"}:
        return ask.either(INPLACE, INSTANT).of("my-stats-persistent")
    return None


def _partitions(values: set[object], ask: MyAsk) -> Way | None:
    if ask.mariadb:
        return None
    if values == {True, False}:
        return REBUILD_BLOCKING.of("my-reorganize-partition", "Only the partitions named are written anew.")
    gone = "The rows in it are gone." if False in values else ""
    return INPLACE.of("my-drop-partition" if gone else "my-add-partition", gone)


def _engine(engine: str, ask: MyAsk) -> Way | None:
    if engine != "innodb":
        return None
    if ask.table.engine == "innodb":
        return REBUILD.of("my-engine-innodb-rebuild")
    return COPY.of("my-engine-myisam-innodb") if ask.table.engine == "myisam" else None


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


def opaque_clause(ask: MyAsk) -> Way | None:
    """A clause that no catalog row shows, where it is the only one."""
    if len(ask.statement.operations) != 1 or ask.words[:2] != ("alter", "table") or "," in ask.words:
        return None
    if ask.words[-1] == "force":
        return REBUILD.of("my-force")
    if ask.says("auto_increment", "=") and ask.words.index("auto_increment") == len(ask.words) - 3:
        return ask.either(INPLACE, INSTANT).of("my-auto-increment")
    if ask.says("truncate", "partition") and not ask.mariadb:
        return INSTANT.of("my-truncate-partition", "The rows in it are gone.")
    return None


PARTITIONED = frozenset({"my-partition-by-existing", "my-remove-partitioning", "my-reorganize-partition",
                         "my-drop-partition", "my-add-partition", "my-truncate-partition"})  # fmt: skip
"""Rules that hold on a table that is partitioned; what the others cost there was not measured."""
