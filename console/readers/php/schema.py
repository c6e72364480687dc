"""`Schema`: what its methods ask, what they send, and on which connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.core.statements import Guard, Sent
from console.readers.php.arguments import Args, Site, as_call, unknown_call
from console.readers.php.draft import Blueprint, Line, RefusedError, UnreadableError
from console.readers.php.guards import has_columns, has_index, has_table, short, unanswered
from console.readers.php.machine import Machine
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, part, shown, text_of
from console.readers.php.things import (
    Case,
    Closure,
    ConnectionHandle,
    Names,
    On,
    Question,
    Rows,
    SchemaHandle,
    Sheet,
    SheetHandle,
)
from console.readers.php.values import Listing, Unknown, Value

_SCHEMA_SENT = {
    word.lower(): word
    for word in """
    drop dropIfExists rename dropColumns dropAllTables dropAllViews dropAllTypes
    enableForeignKeyConstraints disableForeignKeyConstraints createDatabase dropDatabaseIfExists
    createExtension createExtensionIfNotExists dropExtension dropExtensionIfExists
    ensureVectorExtensionExists ensureExtensionExists
    """.split()
}
_SCHEMA_READS = frozenset(
    """
    getcolumns getcolumntype gettables gettablelisting getviews gettypes getindexes getindexlisting
    getforeignkeys getalltables getallviews getcurrentschemaname getcurrentschemalisting getschemas getgrammar
    parseschemaandtable pushdefaultcolumns
    """.split()
)
_SETTINGS = {
    "defaultstringlength": "string_length",
    "defaulttimeprecision": "time_precision",
    "defaultmorphkeytype": "morph_key",
}


def on_named(machine: Machine, value: Value, text: str) -> On:
    """The connection of a name; what is not known by its name is another database."""
    name = value.value if isinstance(value, Case) else value
    if name is None:
        return machine.on
    if not isinstance(name, str):
        return On(machine.on.connection, short(text))
    found = machine.lookup.connection(name) or machine.on.connection
    return On(found, "" if machine.lookup.same_database(name) else name, name)


def schema_call(machine: Machine, on: On, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of `Schema`."""
    word = name.lower()
    if word in ("create", "table"):
        return _blueprint(machine, on, args, node, frame, creates=word == "create")
    if word in _SCHEMA_SENT:
        return _schema_sent(machine, on, name, args, node, frame)
    if word in _SCHEMA:
        return _SCHEMA[word](Site(machine, on, args, node, frame))
    if word in _SETTINGS:
        return _set(machine, _SETTINGS[word], args.at(0))
    if word in _SCHEMA_READS:
        return Rows(by=word)
    if word.startswith("whentable"):
        return _when(machine, on, word, args, node, frame)
    return unknown_call(machine, node, f"Schema::{name}", args, frame)


def _blueprint(machine: Machine, on: On, args: Args, node: Node, frame: Frame, *, creates: bool) -> Value:
    table, closure = args.at(0, "table"), args.at(1, "callback")
    if not isinstance(closure, Closure):
        return machine.unread(node, "it is not known what is asked of the table", frame)
    sheet = Sheet(table if isinstance(table, str) else "", on, len(machine.guards))
    machine.sheets.append(sheet)
    try:
        machine.call(closure, (SheetHandle(sheet=sheet),), node)
    finally:
        machine.sheets.pop()
    if not isinstance(table, str):
        why = table.why if isinstance(table, Unknown) else "the table's name is no text"
        return _unread_on(machine, on, node, frame, why)
    at = frame.foreign or line_of(node)
    blueprint = Blueprint(table, creates, sheet.lines(), shown(node), at, tuple(machine.guards))
    try:
        made = machine.compilers.blueprint(blueprint, on.connection)
    except RefusedError as error:
        _unread_on(machine, on, node, frame, f"{error}: nothing of this table is sent")
        machine.throw(node)
    except UnreadableError as error:
        return _unread_on(machine, on, node, frame, str(error))
    for sent in made:
        machine.emit(sent, on)
    return None


def _unread_on(machine: Machine, on: On, node: Node, frame: Frame, why: str) -> Unknown:
    machine.emit(Sent("", source=shown(node), line=frame.foreign or line_of(node), unreadable=why), on)
    return Unknown(why)


def _schema_sent(machine: Machine, on: On, name: str, args: Args, node: Node, frame: Frame) -> Value:
    line = Line(
        (as_call(machine, f"Schema::{_SCHEMA_SENT[name.lower()]}", args, node),),
        shown(node),
        frame.foreign or line_of(node),
    )
    try:
        made = machine.compilers.schema_call(line, on.connection)
    except UnreadableError as error:
        return _unread_on(machine, on, node, frame, str(error))
    for sent in made:
        machine.emit(sent, on)
    return None


def _without_keys(site: Site) -> Value:
    """`Schema::withoutForeignKeyConstraints(function () {...})`."""
    _schema_sent(site.machine, site.on, "disableForeignKeyConstraints", Args(), site.node, site.frame)
    value = run_given(site.machine, site.args, site.node, site.frame, "Schema::withoutForeignKeyConstraints")
    _schema_sent(site.machine, site.on, "enableForeignKeyConstraints", Args(), site.node, site.frame)
    return value


def run_given(machine: Machine, args: Args, node: Node, frame: Frame, what: str, *given: Value) -> Value:
    """Walk the closure a call is given."""
    closure = next((value for value in (*args.values, *args.named.values()) if isinstance(value, Closure)), None)
    if closure is None:
        return unknown_call(machine, node, what, args, frame)
    return machine.call(closure, given, node)


def _names(value: Value) -> list[str] | None:
    """One name or several; None: not known."""
    found = value.values if isinstance(value, Listing) else (value,)
    names = [name for name in found if isinstance(name, str)]
    return names if len(names) == len(found) else None


def _has_table(site: Site) -> Value:
    table = site.args.at(0, "table")
    return has_table(site.on, table, text_of(site.node)) if isinstance(table, str) else unanswered(text_of(site.node))


def _has_columns(site: Site) -> Value:
    table, names = site.args.at(0, "table"), _names(site.args.at(1, "columns", site.args.named.get("column")))
    if not isinstance(table, str) or not names:
        return unanswered(text_of(site.node))
    return has_columns(site.on, table, names, text_of(site.node))


def _has_index(site: Site) -> Value:
    """Asked by the index's name; one asked by its columns may have any name."""
    table, name = site.args.at(0, "table"), site.args.at(1, "index")
    if isinstance(table, str) and isinstance(name, str) and site.args.at(2, "type") is None:
        return has_index(site.on, table, name, text_of(site.node))
    return unanswered(text_of(site.node))


def _column_listing(site: Site) -> Value:
    table = site.args.at(0, "table")
    return Names(on=site.on, table=table) if isinstance(table, str) else Rows(by="getcolumnlisting")


def _when(machine: Machine, on: On, word: str, args: Args, node: Node, frame: Frame) -> Value:
    """`Schema::whenTableHasColumn('t', 'c', function (Blueprint $table) {...})`."""
    ask = {"column": _has_columns, "index": _has_index}.get(word[-6:] if word.endswith("column") else word[-5:])
    if ask is None:
        return unknown_call(machine, node, f"Schema::{word}", args, frame)
    asked = ask(Site(machine, on, Args(args.values[:2], args.named), node, frame))
    words = f"{text_of(part(node, 'name'))}({', '.join(map(text_of, args.nodes[:2]))})"
    question = asked if isinstance(asked, Question) else unanswered(words)
    present = "doesnthave" not in word
    guards = tuple(Guard(short(words), guard.ref, present or guard.ref is None) for guard in question.yes)
    rest = Args((args.at(0, "table"), args.at(2, "callback")))
    with machine.under(guards):
        return _blueprint(machine, on, rest, node, frame, creates=False)


def _set(machine: Machine, what: str, value: Value) -> Value:
    """`Schema::defaultStringLength(191)` in a migration holds for the rest of it."""
    if isinstance(value, Unknown):
        machine.note(f"a default of the schema builder is set to a value that is not known: {value.why}")
    elif what == "morph_key" or value is None or isinstance(value, int):
        changed: dict[str, Any] = {what: value}
        machine.on = replace(machine.on, connection=replace(machine.on.connection, **changed))
    return None


def _connection(site: Site) -> Value:
    return SchemaHandle(
        on=on_named(site.machine, site.args.at(0, "name"), text_of(site.args.nodes[0]) if site.args.nodes else "")
    )


def _quiet(site: Site) -> Value:
    return None


_Method = Callable[[Site], Value]
_SCHEMA: dict[str, _Method] = {
    "hastable": _has_table,
    "hasview": lambda site: unanswered(text_of(site.node)),
    "hascolumn": _has_columns,
    "hascolumns": _has_columns,
    "hasindex": _has_index,
    "getcolumnlisting": _column_listing,
    "withoutforeignkeyconstraints": _without_keys,
    "connection": _connection,
    "setconnection": lambda site: _schema_of(site.machine, site.args),
    "getconnection": lambda site: ConnectionHandle(on=site.on),
    "morphusinguuids": lambda site: _set(site.machine, "morph_key", "uuid"),
    "morphusingulids": lambda site: _set(site.machine, "morph_key", "ulid"),
    "usenativeschemaoperationsifpossible": lambda site: _set(site.machine, "native_changes", True),
    "registercustomdoctrinetype": _quiet,
}


def _schema_of(machine: Machine, args: Args) -> Value:
    given = args.at(0)
    return SchemaHandle(on=given.on) if isinstance(given, ConnectionHandle) else Unknown("the connection is not known")
