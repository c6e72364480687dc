"""What a migration of TypeORM does, as the statements it sends in its order; what is not known keeps its own text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from console.core.refs import Ref, column_ref, table_ref
from console.core.statements import Guard, Sent
from console.frameworks.typeorm import tables
from console.frameworks.typeorm.tables import LOOKS, Args, Text, Writer
from console.frameworks.typeorm.words import Way, path_of
from console.readers.javascript.answers import leaves_nothing
from console.readers.javascript.guards import both_ways
from console.readers.javascript.module import play
from console.readers.javascript.options import UnreadableError, only_reads
from console.readers.javascript.values import (
    Branch,
    Call,
    Chain,
    Class,
    Function,
    Item,
    Many,
    Root,
    Undefined,
    Unread,
    why_not,
)

RUNNER = Chain(Root("parameter", "queryRunner"))
CALLS: dict[str, Writer] = {
    "createTable": tables.create_table,
    "dropTable": tables.drop_table,
    "renameTable": tables.rename_table,
    "addColumn": tables.add_column,
    "addColumns": tables.each(tables.add_column),
    "dropColumn": tables.drop_column,
    "dropColumns": tables.each(tables.drop_column),
    "renameColumn": tables.rename_column,
    "createIndex": tables.create_index,
    "createIndices": tables.each(tables.create_index),
    "dropIndex": tables.drop_index,
    "dropIndices": tables.each(tables.drop_index),
    "createForeignKey": tables.create_key,
    "createForeignKeys": tables.each(tables.create_key),
    "dropForeignKey": tables.dropping("TableForeignKey"),
    "dropForeignKeys": tables.each(tables.dropping("TableForeignKey")),
    "createUniqueConstraint": tables.create_unique,
    "createUniqueConstraints": tables.each(tables.create_unique),
    "dropUniqueConstraint": tables.dropping("TableUnique"),
    "createCheckConstraint": tables.create_check,
    "createCheckConstraints": tables.each(tables.create_check),
    "dropCheckConstraint": tables.dropping("TableCheck"),
    "createPrimaryKey": tables.create_primary,
    "clearTable": tables.clear_table,
    "createSchema": tables.create_schema,
}
_CONTROL = {"startTransaction": "START TRANSACTION", "commitTransaction": "COMMIT", "rollbackTransaction": "ROLLBACK"}
_ONLY_ASKS = frozenset({"hasTable", "hasColumn", "hasSchema", "hasDatabase", "getTable", "getTables", "getView",
                        "getCurrentDatabase", "getCurrentSchema", "getDatabases", "getSchemas", "connect",
                        "getMemorySql"})  # fmt: skip
_ROWS = re.compile(r"\s*(?:insert|update|delete|with|replace|truncate)\b", re.IGNORECASE)
_CHANGE_ROWS = frozenset(
    "save insert update delete remove upsert softDelete softRemove restore increment decrement execute".split()
)
_MANAGED = ("manager", "connection", "dataSource")


@dataclass(slots=True)
class Read:
    """What one way of a migration sends."""

    sent: list[Sent] = field(default_factory=list)
    control: bool = False
    """It begins or ends transactions itself."""
    together: bool = False
    seen: list[Chain] = field(default_factory=list)
    quiet: tuple[int, ...] = ()
    """Lines where a failure is caught and not passed on."""
    loose: list[int] = field(default_factory=list)
    """Lines that nobody waits for."""


@dataclass(frozen=True, slots=True)
class _Place:
    way: Way
    guards: tuple[Guard, ...] = ()


def statements_of(found: Class, name: str, way: Way) -> Read:
    """All that one way of a migration sends."""
    read = Read()
    function = found.methods.get(name)
    if function is None:
        return read
    scope = function.scope.inner()
    scope.names["this"] = found
    played = play(Function(function.node, scope, function.name), (RUNNER,))
    read.quiet = played.quiet
    for item in played.items:
        _item(item, read, _Place(way))
    return read


def _item(item: Item, read: Read, place: _Place) -> None:
    if isinstance(item, Unread):
        read.sent.append(Sent("", item.source, item.line, place.guards, item.why))
    elif isinstance(item, Branch):
        _branch(item, read, place)
    elif not any(item.chain is one for one in read.seen):
        read.seen.append(item.chain)
        read.together = read.together or item.together
        before = len(read.sent)
        _call(item, read, place)
        if item.together or item.quiet or not (item.awaited or item.kept):
            read.sent[before:] = [replace(one, apart=True) for one in read.sent[before:]]
        if len(read.sent) > before and not (item.awaited or item.kept or item.together):
            read.loose.append(item.line)


def _branch(branch: Branch, read: Read, place: _Place) -> None:
    guards = both_ways(branch, lambda test: _asked(test, place.way.home))
    for items, guard in ((branch.then, guards[0]), (branch.otherwise, guards[1])):
        for item in items:
            _item(item, read, replace(place, guards=(*place.guards, guard)))


def _asked(test: Chain, home: str) -> Ref | None:
    """What a condition asks of the database; None where it cannot be said as one object."""
    question = test.root.of
    if question is None or test.steps or question.root != RUNNER.root or len(question.steps) != 1:
        return None
    step = question.steps[0]
    args = step.args or ()
    try:
        if step.name == "hasTable" and len(args) == 1:
            path = path_of(args[0])
            return table_ref(path.schema or home, path.name)
        if step.name == "hasColumn" and len(args) == 2 and isinstance(args[1], str):
            path = path_of(args[0])
            return column_ref(path.schema or home, path.name, args[1])
    except UnreadableError:
        return None
    return None


def _call(call: Call, read: Read, place: _Place) -> None:
    chain = call.chain
    step = chain.steps[-1]
    args = step.args or ()
    own = chain.root == RUNNER.root and len(chain.steps) == 1
    if own and step.name in _ONLY_ASKS:
        return
    if own and step.name in _CONTROL:
        read.control = True
        read.sent.append(Sent(_CONTROL[step.name], call.source, call.line))
    elif step.name == "query" and _is_runner(chain):
        _query(call, args, read, place)
    elif own and step.name in CALLS:
        _texts(call, CALLS[step.name], args, read, place)
    elif not leaves_nothing(chain):
        why = f"what {chain.path} sends is only known while it runs"
        managed = chain.root == RUNNER.root and chain.steps[0].name in _MANAGED and step.name in _CHANGE_ROWS
        read.sent.append(Sent("", call.source, call.line, place.guards, why, data=managed))


def _is_runner(chain: Chain) -> bool:
    """`queryRunner.query`, or by what stands behind it: all are one connection, or another of the same database."""
    names = [step.name for step in chain.steps[:-1]]
    return chain.root == RUNNER.root and names in ([], ["manager"])


def _query(call: Call, args: Args, read: Read, place: _Place) -> None:
    sql = args[0] if args else None
    given = args[1] if len(args) > 1 else None
    if not isinstance(sql, str):
        why = why_not(sql) or "its SQL is not written down"
        read.sent.append(Sent("", call.source, call.line, place.guards, why))
    elif given is None or isinstance(given, Undefined) or (isinstance(given, Many) and not given.values):
        if only_reads(sql):
            return
        read.sent.append(Sent(sql, call.source, call.line, place.guards))
    else:
        why = "its values are sent beside its text"
        data = _ROWS.match(sql) is not None
        read.sent.append(Sent("", call.source, call.line, place.guards, why, data=data))


def _texts(call: Call, writer: Writer, args: Args, read: Read, place: _Place) -> None:
    try:
        made = list(writer(args, place.way))
    except UnreadableError as error:
        read.sent.append(Sent("", call.source, call.line, place.guards, str(error)))
        return
    read.sent += _sent(call, made, place)


def _sent(call: Call, made: list[Text], place: _Place) -> Iterator[Sent]:
    for text in made:
        guards = (*place.guards, text.guard) if text.guard is not None else place.guards
        yield Sent(text.sql, call.source, call.line, guards, LOOKS if text.looks else "", effect=text.effect)
