"""What ALTER TABLE does to partitions; which there are is told by their names and what they may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.core.operations import Change, Opaque, Operation
from console.core.schema import Ref, Value
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.cursor import MyCursor
from console.core.statements.mysql.table_options import TableOptions, partition_names, read_partitions

PartitionAction = Callable[[MyCursor, Ref, bool], Iterator[Operation]]


def _names(item: MyCursor) -> list[str]:
    if item.accept("ALL"):
        return []
    found = [item.name()]
    while item.accept(","):
        found.append(item.name())
    return found


def _add(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    item.if_not_exists()
    if item.accept("PARTITIONS"):
        yield from _count(item, table, if_present)
        return
    yield _members(table, [], partition_names(item), if_present)


def _count(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    item.integer()
    yield Opaque("How many partitions there were before is not known from the text.", frozenset({table.name.lower()}))


def _drop(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    absent = item.if_exists()
    yield _members(table, _names(item), (), if_present or absent)


def _reorganize(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    if item.done:
        yield Opaque("It only moves rows between partitions.", harmless=True)
        return
    old = _names(item)
    item.expect("INTO")
    new = partition_names(item)
    kept = {name.partition("=")[0].lower() for name in new}
    yield _members(table, [name for name in old if name.lower() not in kept], new, if_present)


def _members(table: Ref, gone: list[str], new: tuple[str, ...], if_present: bool) -> Change:
    attrs: list[tuple[str, Value]] = [(f"partitions:{name}=", False) for name in gone]
    attrs += [(f"partitions:{name}", True) for name in new]
    return Change(table, tuple(attrs), if_present=if_present)


def _by(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    options = TableOptions()
    read_partitions(item, options)
    if options.partition_key is None:
        raise Unreadable
    attrs = (("partition_key", options.partition_key), ("partitions", options.partitions or ()))
    yield Change(table, attrs, if_present=if_present)


def _remove(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    yield Change(table, (("partition_key", None), ("partitions", ())), if_present=if_present)


def _rows(item: MyCursor, table: Ref, if_present: bool) -> Iterator[Operation]:
    item.rest()
    yield Opaque("Which rows a partition holds is data.", frozenset({table.name.lower()}), harmless=True)


PARTITION_ACTIONS: dict[tuple[str, ...], PartitionAction] = {
    ("ADD", "PARTITION"): _add,
    ("COALESCE", "PARTITION"): _count,
    ("DROP", "PARTITION"): _drop,
    ("REORGANIZE", "PARTITION"): _reorganize,
    ("REMOVE", "PARTITIONING"): _remove,
    ("PARTITION", "BY"): _by,
    ("TRUNCATE", "PARTITION"): _rows,
    ("EXCHANGE", "PARTITION"): _rows,
    ("ANALYZE", "PARTITION"): _rows,
    ("CHECK", "PARTITION"): _rows,
    ("OPTIMIZE", "PARTITION"): _rows,
    ("REBUILD", "PARTITION"): _rows,
    ("REPAIR", "PARTITION"): _rows,
    ("DISCARD", "PARTITION"): _rows,
    ("IMPORT", "PARTITION"): _rows,
}
