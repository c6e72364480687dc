"""ALTER TABLE: one statement with as many operations as it has clauses, all of which happen or none.

The clauses are about the table as it was, in whatever order they are written: what is dropped goes first, then columns
change and are renamed, then new things are made, and the table's own name changes last. A clause that is not read
must not hide the others, so it is an `Opaque` with its own text.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import Column, Constraint, Index, Kind, Ref
from console.core.statements.cursor import Unreadable
from console.core.statements.mysql.alter_parts import (
    Action,
    Target,
    alter_check,
    alter_column,
    alter_index,
    convert,
    harmless,
    manner,
    said_nothing,
)
from console.core.statements.mysql.columns import read_column, restated
from console.core.statements.mysql.cursor import MyCursor, part_of
from console.core.statements.mysql.keys import READERS, Owner, read_key
from console.core.statements.mysql.partitions import PARTITION_ACTIONS
from console.core.statements.mysql.renames import one_after_the_other
from console.core.statements.mysql.table_options import TableOptions, read_option
from console.core.statements.verbs import Meaning, opaque

_KEY_WORDS = {words[0] for words in READERS} | {"CONSTRAINT"}
_RANKS: dict[type, int] = {Drop: 0, Change: 1, Rename: 1, Create: 3, Opaque: 2}


def alter_table(cursor: MyCursor) -> Meaning:
    """Behind `ALTER [ONLINE] [IGNORE] TABLE`."""
    if_present = cursor.if_exists()
    ref = cursor.table()
    target = Target(ref, Owner(ref), if_present)
    if cursor.accept("WAIT"):
        cursor.step()
    cursor.accept("NOWAIT")
    if cursor.done:
        raise Unreadable
    for words, action in PARTITION_ACTIONS.items():
        if cursor.accept(*words):
            return Meaning(tuple(action(cursor, ref, if_present)), (ref,))
    operations = [operation for item in cursor.items() for operation in _clause(item, target)]
    operations.sort(key=lambda operation: _rank(operation, ref))
    return Meaning(tuple(one_after_the_other(operations)) or (_nothing(target),), (ref, *target.owner.referenced))


def _rank(operation: Operation, table: Ref) -> int:
    if isinstance(operation, Rename) and operation.ref == table:
        return 5
    return _RANKS[type(operation)]


def _nothing(target: Target) -> Opaque:
    return Opaque(
        "It only says how the server should go about it.", frozenset({target.ref.name.lower()}), harmless=True
    )


def _clause(item: MyCursor, target: Target) -> list[Operation]:
    try:
        for words, action in _ACTIONS.items():
            if item.accept(*words):
                done = list(action(item, target))
                item.end()
                return done
        return list(_options(item, target))
    except Unreadable:
        item.at = 0
        text = f"{target.ref.name} {item.rest()}"
        return [opaque(text, f"Halfway does not read this part: {text}", anything=True, dialect=item.dialect)]


def _options(item: MyCursor, target: Target) -> Iterator[Operation]:
    options = TableOptions()
    while read_option(item, options):
        pass
    for words, action in PARTITION_ACTIONS.items():
        if item.accept(*words):
            yield from action(item, target.ref, target.if_present)
            break
    item.end()
    attrs = options.attributes()
    if attrs:
        yield target.change(*attrs)
    if options.counter:
        yield Opaque("Where a counter stands is data: the catalog does not show who set it.", harmless=True)
    if options.unread:
        yield Opaque("Halfway does not read all options of a table.", harmless=True)


def _add(item: MyCursor, target: Target) -> Iterator[Operation]:
    if item.word() in _KEY_WORDS and (item.word() != "CHECK" or item.word(1) == "("):
        yield from _add_key(item, target)
        return
    if item.sees("PERIOD", "FOR") or item.sees("SYSTEM", "VERSIONING"):
        raise Unreadable
    item.accept("COLUMN")
    if_absent = item.if_not_exists()
    if item.word() != "(":
        yield _new_column(item, target, if_absent=if_absent)
        return
    for inner in item.group().items():
        if inner.word() in _KEY_WORDS:
            yield from _add_key(inner, target)
        else:
            yield _new_column(inner, target, if_absent=if_absent)


def _new_column(item: MyCursor, target: Target, *, if_absent: bool) -> Create:
    column, others = read_column(item, target.owner)
    _position(item)
    item.end()
    return Create((column, *others), if_absent=if_absent)


def _position(item: MyCursor) -> None:
    if item.accept("AFTER"):
        item.name()
    else:
        item.accept("FIRST")


def _add_key(item: MyCursor, target: Target) -> Iterator[Operation]:
    owner = target.owner
    owner.if_absent, owner.not_null = False, set()
    things = read_key(item, owner)
    if not things:
        raise Unreadable
    item.end()
    yield Create(things, if_absent=owner.if_absent)
    for name in sorted(owner.not_null):
        yield Change(part_of(Kind.COLUMN, target.ref, name), (("nullable", False),))


def _drop(kind: Kind) -> Action:
    def action(item: MyCursor, target: Target) -> Iterator[Operation]:
        if_present = item.if_exists() or target.if_present
        ref = item.part(kind, target.ref)
        item.accept_any("RESTRICT", "CASCADE")
        yield Drop(ref, if_present=if_present)

    return action


def _drop_constraint(item: MyCursor, target: Target) -> Iterator[Operation]:
    """A foreign key, a check, or the index of a UNIQUE, which `kept_apart` finds out where the script made it."""
    item.if_exists()
    ref = item.part(Kind.CONSTRAINT, target.ref)
    yield Drop(ref, if_present=True)


def _drop_primary_key(item: MyCursor, target: Target) -> Iterator[Operation]:
    yield Drop(part_of(Kind.CONSTRAINT, target.ref, "PRIMARY"), if_present=target.if_present)


def _modify(item: MyCursor, target: Target) -> Iterator[Operation]:
    if_present = item.if_exists() or target.if_present
    column, others = read_column(item, target.owner)
    _position(item)
    yield from _restate(column.ref, column, others, if_present=if_present)


def _restate(ref: Ref, column: Column, others: tuple[object, ...], *, if_present: bool) -> Iterator[Operation]:
    yield Change(ref, restated(column), if_present=if_present)
    indexes = tuple(thing for thing in others if isinstance(thing, Index))
    if indexes:
        yield Create(indexes)
    yield from (Create((thing,)) for thing in others if isinstance(thing, Constraint) and thing.type == "check")


def _change(item: MyCursor, target: Target) -> Iterator[Operation]:
    if_present = item.if_exists() or target.if_present
    old = item.part(Kind.COLUMN, target.ref)
    column, others = read_column(item, target.owner)
    _position(item)
    if old != column.ref:
        yield Rename(old, column.ref, if_present=if_present)
    yield from _restate(column.ref, column, others, if_present=if_present)


def _rename_part(kind: Kind) -> Action:
    def action(item: MyCursor, target: Target) -> Iterator[Operation]:
        if_present = item.if_exists() or target.if_present
        old = item.part(kind, target.ref)
        item.expect("TO")
        new = item.part(kind, target.ref)
        if old == new:
            yield Opaque("Only the case of a name changes, and the server does not tell the two apart.", harmless=True)
        else:
            yield Rename(old, new, if_present=if_present)

    return action


def _rename_table(item: MyCursor, target: Target) -> Iterator[Operation]:
    item.accept_any("TO", "AS", "=")
    yield Rename(target.ref, item.table(), if_present=target.if_present)


_REBUILT = "It only rebuilds or reorders the rows: the catalog does not show whether it ran."
_ACTIONS: dict[tuple[str, ...], Action] = {
    ("ADD",): _add,
    ("DROP", "INDEX"): _drop(Kind.INDEX),
    ("DROP", "KEY"): _drop(Kind.INDEX),
    ("DROP", "PRIMARY", "KEY"): _drop_primary_key,
    ("DROP", "FOREIGN", "KEY"): _drop(Kind.CONSTRAINT),
    ("DROP", "CHECK"): _drop(Kind.CONSTRAINT),
    ("DROP", "CONSTRAINT"): _drop_constraint,
    ("DROP", "COLUMN"): _drop(Kind.COLUMN),
    ("MODIFY", "COLUMN"): _modify,
    ("MODIFY",): _modify,
    ("CHANGE", "COLUMN"): _change,
    ("CHANGE",): _change,
    ("RENAME", "COLUMN"): _rename_part(Kind.COLUMN),
    ("RENAME", "INDEX"): _rename_part(Kind.INDEX),
    ("RENAME", "KEY"): _rename_part(Kind.INDEX),
    ("RENAME",): _rename_table,
    ("ALTER", "INDEX"): alter_index,
    ("ALTER", "KEY"): alter_index,
    ("ALTER", "CHECK"): alter_check,
    ("ALTER", "CONSTRAINT"): alter_check,
    ("ALTER", "COLUMN"): alter_column,
    ("ALTER",): alter_column,
    ("CONVERT", "TO"): convert,
    ("ALGORITHM",): manner,
    ("LOCK",): manner,
    ("WITH", "VALIDATION"): said_nothing,
    ("WITHOUT", "VALIDATION"): said_nothing,
    ("FORCE",): harmless(_REBUILT),
    ("ORDER", "BY"): harmless(_REBUILT),
    ("ENABLE", "KEYS"): harmless("Whether keys are kept up to date is not in the catalog."),
    ("DISABLE", "KEYS"): harmless("Whether keys are kept up to date is not in the catalog."),
    ("DISCARD",): harmless("What a tablespace holds is data."),
    ("IMPORT",): harmless("What a tablespace holds is data."),
    ("DROP",): _drop(Kind.COLUMN),
}
