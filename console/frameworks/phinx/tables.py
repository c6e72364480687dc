"""`$this->table('x')` while a migration is read: what is asked of it is kept until it is created, updated or saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from console.core.refs import table_ref
from console.core.statements import Guard, Sent
from console.frameworks.phinx.actions import (
    Action,
    AddColumn,
    AddIndex,
    AddKey,
    ChangeColumn,
    ChangeComment,
    ChangeKey,
    CreateTable,
    DropIndex,
    DropKey,
    DropTable,
    Index,
    Key,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    Table,
    column_of,
    index_of,
    key_of,
    names_of,
    text_of,
)
from console.frameworks.phinx.grammar import Grammar, rows, sent_of, statements
from console.frameworks.phinx.planning import planned
from console.readers.php.arguments import Args, unknown_call
from console.readers.php.draft import UnreadableError
from console.readers.php.guards import DEPENDS, has_columns, has_index, has_table, unanswered
from console.readers.php.machine import Machine
from console.readers.php.operators import truth
from console.readers.php.scope import Cell, Frame
from console.readers.php.syntax import Node, line_of, shown
from console.readers.php.syntax import text_of as words_of
from console.readers.php.things import Own, Rows
from console.readers.php.values import Listing, Unknown, Value

Asked = tuple[tuple[Action, tuple[Guard, ...]], ...]


@dataclass(slots=True, eq=False)
class Opened:
    """One table object."""

    table: Table
    asked: Cell
    """What is asked and not yet carried out, each with the conditions around it; Unknown where that depends on one."""
    data: Cell


@dataclass(slots=True, eq=False)
class Walk:
    """One direction of one migration."""

    grammar: Grammar
    reverse: bool = False
    """It takes `change()` back: what is carried out is only kept."""
    kept: list[Action] = field(default_factory=list)
    """What was carried out while it was only kept."""
    created: set[str] = field(default_factory=set)
    """Tables this migration has made so far."""
    spoilt: str = ""
    """Why what was kept is not all."""


def opened(walk: Walk, machine: Machine, name: Value, options: Value) -> Value:
    """The object of a table."""
    given = {str(key): value for key, value in options.items} if isinstance(options, Listing) else {}
    made = Opened(Table(text_of(name, "a table's name"), given), machine.new_cell(()), machine.new_cell(()))
    if isinstance(options, Unknown):
        made.asked.value = Unknown(options.why)

    return _object(walk, made)


def _object(walk: Walk, made: Opened) -> Own:
    def call(machine: Machine, method: str, args: Args, node: Node, frame: Frame) -> Value:
        return _call(walk, made, machine, method, args, node, frame)

    return Own(call=call, made=made)


def _call(walk: Walk, made: Opened, machine: Machine, method: str, args: Args, node: Node, frame: Frame) -> Value:
    word = method.lower()
    itself = _object(walk, made)
    if word in _ASKS:
        _ask(walk, made, machine, word, args)
        return itself
    if word in ("insert", "setdata"):
        _insert(made, machine, args.at(0, "data"), anew=word == "setdata")
        return itself
    if word in ("create", "update", "save", "savedata"):
        _carry_out(walk, made, machine, word, node, frame)
        return None
    if word == "truncate":
        _send(machine, node, frame, lambda: [walk.grammar.truncate(made.table.name)])
        return None
    return _question(walk, made, machine, word, args, node, frame)


def _ask(walk: Walk, made: Opened, machine: Machine, word: str, args: Args) -> None:
    """Take down what is asked; what is not known makes all of the table unknown."""
    held = made.asked.value
    if not isinstance(held, tuple):
        return
    if args.why:
        machine.trail.write(made.asked, Unknown(args.why))
        return
    try:
        found = _ASKS[word](made.table, args)
        if word in _TIMES and walk.grammar.shape.timestamps_as_datetime:
            found = [replace(a, column=replace(a.column, type="datetime")) for a in found if isinstance(a, AddColumn)]
    except UnreadableError as error:
        machine.trail.write(made.asked, Unknown(str(error)))
        return
    guards = tuple(machine.guards)
    machine.trail.write(made.asked, (*held, *((action, guards) for action in found)))  # type: ignore[arg-type]  # ours


def _insert(made: Opened, machine: Machine, data: Value, *, anew: bool) -> None:
    held = () if anew else made.data.value
    if not isinstance(held, tuple):
        return
    if not isinstance(data, Listing):
        why = data.why if isinstance(data, Unknown) else "the rows are no list"
        machine.trail.write(made.data, Unknown(why))
        return
    several = bool(data.items) and isinstance(data.values[0], Listing)
    more = data.values if several else (data,) if data.items else ()
    machine.trail.write(made.data, (*held, *more))  # type: ignore[arg-type]  # rows, not calls


def _carry_out(walk: Walk, made: Opened, machine: Machine, word: str, node: Node, frame: Frame) -> None:
    asked, data = made.asked.value, made.data.value
    machine.trail.write(made.asked, ())
    machine.trail.write(made.data, ())
    if word != "savedata":
        _actions(walk, made, machine, asked, word, node, frame)
    if isinstance(data, Unknown):
        machine.unread(node, f"rows are put in, and {data.why}", frame, data=True)
    elif data:
        given: Sequence[Listing] = [one for one in data if isinstance(one, Listing)]  # type: ignore[union-attr]  # a tuple
        _send(machine, node, frame, lambda: rows(walk.grammar, made.table.name, given), data=True)


def _actions(walk: Walk, made: Opened, machine: Machine, asked: object, word: str, node: Node, frame: Frame) -> None:
    if not isinstance(asked, tuple):
        why = asked.why if isinstance(asked, Unknown) else "it is not known what is asked of the table"
        _unread(walk, machine, node, frame, why)
        return
    actions = [action for action, guards in asked]
    if any(guard not in machine.guards for _, guards in asked for guard in guards):
        _unread(walk, machine, node, frame, DEPENDS)
        return
    renames = any(isinstance(action, RenameTable) for action in actions)
    name = made.table.name
    if word == "create" and not renames:
        _made(walk, [*actions, CreateTable(made.table)], machine, node, frame)
        walk.created.add(name)
    elif word == "update" or renames or walk.reverse or name in walk.created or not _can_create(actions):
        _made(walk, actions, machine, node, frame)
    else:
        _either(walk, made, actions, machine, node, frame)
        walk.created.add(name)


def _can_create(actions: Sequence[Action]) -> bool:
    """Whether they make sense for a table that is not there."""
    return bool(actions) and all(isinstance(action, (AddColumn, AddIndex, AddKey)) for action in actions)


def _either(walk: Walk, made: Opened, actions: list[Action], machine: Machine, node: Node, frame: Frame) -> None:
    """`save()` asks the database whether the table is there."""
    schema, _, name = walk.grammar.shape.named(made.table.name).rpartition(".")
    ref = table_ref(schema or machine.on.connection.home, name)
    there, absent = f"the table {made.table.name} is there", f"the table {made.table.name} is not there"
    with machine.under((Guard(there, ref),)):
        _made(walk, actions, machine, node, frame)
    with machine.under((Guard(absent, ref, present=False),)):
        _made(walk, [*actions, CreateTable(made.table)], machine, node, frame)


def _made(walk: Walk, actions: list[Action], machine: Machine, node: Node, frame: Frame) -> None:
    if walk.reverse:
        walk.kept += actions
        walk.spoilt = walk.spoilt or (DEPENDS if machine.guards and actions else "")
        return
    try:
        pieces = list(statements(walk.grammar, list(planned(actions))))
    except UnreadableError as error:
        _unread(walk, machine, node, frame, str(error))
        return
    for piece in pieces:
        machine.emit(sent_of(piece, shown(node), frame.foreign or line_of(node)))


def _unread(walk: Walk, machine: Machine, node: Node, frame: Frame, why: str) -> None:
    if walk.reverse:
        walk.spoilt = walk.spoilt or why
    else:
        machine.unread(node, why, frame)


def _send(machine: Machine, node: Node, frame: Frame, made: Callable[[], Iterable[str]], *, data: bool = False) -> None:
    try:
        texts = list(made())
    except UnreadableError as error:
        machine.unread(node, str(error), frame, data=data)
        return
    for text in texts:
        machine.emit(Sent(text, source=shown(node), line=frame.foreign or line_of(node)))


def _question(walk: Walk, made: Opened, machine: Machine, word: str, args: Args, node: Node, frame: Frame) -> Value:
    table, text, first = made.table.name, words_of(node), args.at(0)
    if word == "exists":
        return table in walk.created or has_table(machine.on, table, text)
    if word == "hascolumn":
        known = isinstance(first, str)
        return has_columns(machine.on, table, [first], text) if known else unanswered(text)  # type: ignore[list-item]  # asked
    if word == "hasindexbyname" and isinstance(first, str):
        return has_index(machine.on, table, first, text)
    if word in ("hasindex", "hasindexbyname", "hasforeignkey"):
        return unanswered(text)
    if word in ("getname", "getoptions", "gettable"):
        return table if word == "getname" else Unknown("it is known only when the file is run")
    if word in ("getcolumns", "getcolumn"):
        return Rows(by=word)
    if word in ("getadapter", "setadapter", "reset", "resetdata", "haspendingactions"):
        return Unknown("it is known only when the file is run")
    return unknown_call(machine, node, f"{table}->{word}", args, frame)


def _columns(table: Table, args: Args) -> list[Action]:
    return [AddColumn(table, column_of(args.at(0, "columnName"), args.at(1, "type"), args.at(2, "options")))]


def _timestamps(table: Table, args: Args, *, zoned: bool = False) -> list[Action]:
    zone = zoned or truth(args.at(2, "withTimezone", False)) is True
    names = (args.at(0, "createdAt"), args.at(1, "updatedAt"))
    made: list[Action] = []
    for given, usual, options in zip(names, ("created_at", "updated_at"), (_CREATED, _UPDATED), strict=True):
        if given is not False:
            given_options = Listing((*options, ("timezone", zone)))
            made.append(
                AddColumn(table, column_of(usual if given in (None, True) else given, "timestamp", given_options))
            )
    return made


_CREATED: tuple[tuple[str, Value], ...] = (("default", "CURRENT_TIMESTAMP"), ("update", ""), ("null", False))
_UPDATED: tuple[tuple[str, Value], ...] = (
    ("null", True), ("default", None), ("update", "CURRENT_TIMESTAMP"),
)  # fmt: skip


def _changed(table: Table, args: Args) -> list[Action]:
    old = text_of(args.at(0, "columnName"), "a column's name")
    return [ChangeColumn(table, old, column_of(old, args.at(1, "newColumnType"), args.at(2, "options")))]


def _renamed(table: Table, args: Args) -> list[Action]:
    names = [text_of(args.at(at), "a column's name") for at in (0, 1)]
    return [RenameColumn(table, names[0], names[1])]


def _keys(table: Table, args: Args) -> list[Action]:
    key = key_of(args.at(0, "columns"), args.at(1, "referencedTable"), args.at(2, "referencedColumns"),
                 args.at(3, "options"))  # fmt: skip
    return [AddKey(table, key)]


def _named_keys(table: Table, args: Args) -> list[Action]:
    return [AddKey(table, key_of(args.at(1), args.at(2), args.at(3), args.at(4, "options"), args.at(0, "name")))]


def _dropped_key(table: Table, args: Args) -> list[Action]:
    name = args.at(1, "constraint")
    named = text_of(name, "a constraint's name") if name is not None else None
    columns = args.at(0, "columns")
    return [DropKey(table, Key(names_of(columns) if columns else (), name=named))]


def _comment(table: Table, args: Args) -> list[Action]:
    given = args.at(0)
    return [ChangeComment(table, None if given is None else text_of(given, "a comment"))]


def _key(table: Table, args: Args) -> list[Action]:
    given = args.at(0)
    return [ChangeKey(table, () if given is None else names_of(given))]


_ASKS: dict[str, Callable[[Table, Args], list[Action]]] = {
    "addcolumn": _columns,
    "changecolumn": _changed,
    "renamecolumn": _renamed,
    "removecolumn": lambda table, args: [RemoveColumn(table, text_of(args.at(0), "a column's name"))],
    "addindex": lambda table, args: [AddIndex(table, index_of(args.at(0, "columns"), args.at(1, "options")))],
    "removeindex": lambda table, args: [DropIndex(table, Index(names_of(args.at(0))))],
    "removeindexbyname": lambda table, args: [DropIndex(table, Index((), text_of(args.at(0), "an index's name")))],
    "addforeignkey": _keys,
    "addforeignkeywithname": _named_keys,
    "dropforeignkey": _dropped_key,
    "addtimestamps": _timestamps,
    "addtimestampswithtimezone": lambda table, args: _timestamps(table, args, zoned=True),
    "drop": lambda table, _: [DropTable(table)],
    "rename": lambda table, args: [RenameTable(table, text_of(args.at(0), "a table's name"))],
    "changeprimarykey": _key,
    "changecomment": _comment,
}
"""What only is asked, and carried out later."""
_TIMES = ("addtimestamps", "addtimestampswithtimezone")
