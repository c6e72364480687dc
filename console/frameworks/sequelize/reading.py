"""What a migration of Sequelize does, as the statements it sends in its order; what is not known keeps its own text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from console.core.refs import Kind, Ref, table_ref
from console.core.statements import Guard, Sent
from console.frameworks.sequelize import indexes, rows, tables
from console.frameworks.sequelize.known import Known
from console.frameworks.sequelize.raw import with_replacements
from console.frameworks.sequelize.sent import Text
from console.frameworks.sequelize.tables import Args
from console.frameworks.sequelize.words import Way, table_of
from console.readers.javascript.answers import leaves_nothing
from console.readers.javascript.guards import both_ways
from console.readers.javascript.module import play
from console.readers.javascript.options import UnreadableError, only_reads, options_of
from console.readers.javascript.values import (
    Branch,
    Call,
    Chain,
    Function,
    Item,
    Pairs,
    Root,
    Step,
    Unread,
    Value,
    why_not,
)

Writer: TypeAlias = Callable[[Args, Way, Known], Iterator[Text]]
CALLS: dict[str, Writer] = {
    "createTable": tables.create_table,
    "dropTable": tables.drop_table,
    "renameTable": tables.rename_table,
    "addColumn": tables.add_column,
    "removeColumn": tables.remove_column,
    "changeColumn": tables.change_column,
    "renameColumn": tables.rename_column,
    "addIndex": indexes.add_index,
    "removeIndex": indexes.remove_index,
    "addConstraint": indexes.add_constraint,
    "removeConstraint": indexes.remove_constraint,
    "dropEnum": tables.drop_enum,
    "createSchema": tables.create_schema,
    "bulkInsert": rows.bulk_insert,
    "bulkUpdate": rows.bulk_update,
    "bulkDelete": rows.bulk_delete,
}
_ROWS = frozenset({"bulkInsert", "bulkUpdate", "bulkDelete", "insert", "upsert", "increment", "decrement"})
_ONLY_ASKS = frozenset({"describeTable", "showAllTables", "showIndex", "showConstraint", "tableExists", "select",
                        "getForeignKeysForTables", "getForeignKeyReferencesForTable", "showAllSchemas", "rawSelect",
                        "databaseVersion", "authenticate", "getQueryInterface", "getDialect"})  # fmt: skip
_NAMED = Root("parameter", "queryInterface")
_LIBRARY = Root("parameter", "Sequelize")
_WITH = "transaction"
QUERY_INTERFACE = Chain(_NAMED)
LIBRARY = Chain(_LIBRARY)


@dataclass(slots=True)
class Read:
    """What one way of a migration sends."""

    sent: list[Sent] = field(default_factory=list)
    inside: int = 0
    """Of what was sent: how much in a transaction of the file's own."""
    opened: int = 0
    """How many transactions it opens."""
    together: bool = False
    """Some of it is sent at one time."""
    seen: list[Chain] = field(default_factory=list)
    quiet: list[int] = field(default_factory=list)
    """Lines where a failure is caught and not passed on."""
    loose: list[int] = field(default_factory=list)
    """Lines that nobody waits for."""

    @property
    def transactional(self) -> bool:
        """All of it is in one transaction."""
        return self.opened == 1 and bool(self.sent) and self.inside == len(self.sent)

    @property
    def mixed(self) -> bool:
        """Some of it is, and the rest is not."""
        return self.opened > 0 and not self.transactional and bool(self.sent)


def statements_of(function: Function, way: Way, known: Known, home: str) -> Read:
    """All that one way of a migration sends."""
    found = Read()
    played = play(function, (QUERY_INTERFACE, LIBRARY))
    found.quiet += played.quiet
    for item in played.items:
        _item(item, found, _Place(way, known, home))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    way: Way
    known: Known
    home: str
    guards: tuple[Guard, ...] = ()


def _item(item: Item, found: Read, place: _Place) -> None:
    if isinstance(item, Unread):
        place.known.forget()
        _add(found, Sent("", item.source, item.line, place.guards, item.why), None)
    elif isinstance(item, Branch):
        _branch(item, found, place)
    elif not any(item.chain is one for one in found.seen):
        found.seen.append(item.chain)
        found.together = found.together or item.together
        before = len(found.sent)
        _call(item, found, place)
        if len(found.sent) > before and not (item.awaited or item.kept or item.together):
            found.loose.append(item.line)


def _add(found: Read, sent: Sent, transaction: Value) -> None:
    found.sent.append(sent)
    found.inside += _is_transaction(transaction)


def _is_transaction(value: Value) -> bool:
    """Whether an option is what the file's own transaction is known by."""
    if not isinstance(value, Chain) or value.steps:
        return False
    of = value.root.of
    return value.root.kind == _WITH or (of is not None and bool(of.steps) and of.steps[-1].name == _WITH)


def _branch(branch: Branch, found: Read, place: _Place) -> None:
    guards = both_ways(branch, lambda test: _asked(test, place))
    for items, guard in zip((branch.then, branch.otherwise), guards, strict=True):
        for item in items:
            _item(item, found, replace(place, guards=(*place.guards, guard)))


def _asked(test: Chain, place: _Place) -> Ref | None:
    """What a condition asks of the database; None where it cannot be said as one object."""
    question, steps = test.root.of, test.steps
    if question is None or not question.steps or question.root != _NAMED:
        return None
    last = question.steps[-1]
    try:
        if last.name == "describeTable" and last.args and len(steps) == 1 and steps[0].args is None:
            table = table_of(last.args[0])
            return Ref(Kind.COLUMN, table.schema or place.home, table.name, steps[0].name)
        if last.name == "tableExists" and last.args and not steps:
            table = table_of(last.args[0])
            return table_ref(table.schema or place.home, table.name)
    except UnreadableError:
        return None
    if last.name == "showAllTables" and len(steps) == 1 and steps[0].name == "includes" and steps[0].args:
        name = steps[0].args[0]
        return table_ref(place.home, name) if isinstance(name, str) else None
    return None


def _call(call: Call, found: Read, place: _Place) -> None:
    steps = _steps(call.chain)
    if steps is None:
        _unread(call, found, place)
        return
    last = steps[-1]
    names = [step.name for step in steps]
    args = last.args or ()
    if names[-1] in _ONLY_ASKS:
        return
    if names == ["sequelize", _WITH]:
        _transaction(args, found, place)
    elif names in (["sequelize", "query"], ["query"]):
        _texts(call, found, place, lambda: _raw(args, place.way))
    elif len(names) == 1 and names[0] in CALLS:
        writer = CALLS[names[0]]
        _texts(call, found, place, lambda: writer(args, place.way, place.known))
    else:
        _unread(call, found, place)


def _steps(chain: Chain) -> tuple[Step, ...] | None:
    """The members of the query interface that are called; none for what the file's own transaction is told."""
    if chain.root == _NAMED:
        steps = tuple(
            step for step in chain.steps if step.name not in ("context", "getQueryInterface", "queryInterface")
        )
        return steps or None
    return None


def _texts(call: Call, found: Read, place: _Place, write: Callable[[], Iterable[Text]]) -> None:
    name = call.chain.steps[-1].name
    transaction = _transaction_of(call.chain.steps[-1].args or ())
    try:
        made = list(write())
    except UnreadableError as error:
        if name not in _ROWS:
            place.known.forget()
        _add(found, _sent(call, place, Text("", "", str(error), data=name in _ROWS)), transaction)
        return
    for text in made:
        _add(found, _sent(call, place, text), transaction)


def _sent(call: Call, place: _Place, text: Text) -> Sent:
    return Sent(
        text.sql,
        call.source,
        call.line,
        place.guards,
        text.why,
        effect=text.effect,
        data=text.data and not text.sql,
        apart=call.together or call.quiet or not (call.awaited or call.kept),
    )


def _transaction_of(args: Args) -> Value:
    """The transaction among the options of a call."""
    for value in reversed(args):
        if isinstance(value, Pairs) and _WITH in value.values:
            return value.values[_WITH]
    return None


def _raw(args: Args, way: Way) -> Iterator[Text]:
    """`sequelize.query`: the text as it stands, with what replaces the marks in it."""
    sql = args[0] if args else None
    if isinstance(sql, Pairs):
        sql = sql.values.get("query")
    if not isinstance(sql, str):
        raise UnreadableError(why_not(sql) or "its SQL is not written down")
    options = options_of(args, 1)
    if options.known("bind") is not None:
        raise UnreadableError("its values are sent beside its text")
    text = with_replacements(sql.strip(), options.known("replacements"), way)
    if not only_reads(text):
        yield Text(text)


def _transaction(args: Args, found: Read, place: _Place) -> None:
    found.opened += 1
    function = next((one for one in args if isinstance(one, Function)), None)
    if function is None:
        return
    played = play(function, (Chain(Root(_WITH, "t")),))
    found.quiet += played.quiet
    for item in played.items:
        _item(item, found, place)


def _unread(call: Call, found: Read, place: _Place) -> None:
    chain = call.chain
    if _is_transaction(Chain(chain.root)) and chain.steps and chain.steps[-1].name in ("commit", "rollback"):
        return
    if chain.root == _LIBRARY or leaves_nothing(chain):
        return
    place.known.forget()
    why = f"what {chain.path} sends is only known while it runs"
    _add(found, Sent("", call.source, call.line, place.guards, why), _transaction_of(chain.steps[-1].args or ()))
