"""One migration file of Phinx as a Migration: its PHP walked, the tables' SQL written as Phinx writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache, partial
from pathlib import PurePosixPath

from console.core.migration import Migration
from console.core.statements import Sent, Statement, read_sent
from console.frameworks.phinx.grammar import Grammar, Piece, Shape, sent_of, statements
from console.frameworks.phinx.mysql import CONSTANTS, MySql
from console.frameworks.phinx.planning import taken_back
from console.frameworks.phinx.postgres import Postgres
from console.frameworks.phinx.sqlite import SqLite
from console.frameworks.phinx.tables import Walk, opened
from console.readers.php.arguments import Args
from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.guards import has_table, short
from console.readers.php.machine import Machine
from console.readers.php.query.raw import only_reads
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, shown
from console.readers.php.syntax import text_of as words_of
from console.readers.php.things import Harmless, Method, Own, PdoHandle, Rows, Tool
from console.readers.php.tool_migration import READS, Beside, Opened, Walked
from console.readers.php.tool_migration import opened as file_opened
from console.readers.php.values import Raw, Unknown, Value
from console.readers.settings import read_text
from console.readers.sources import SourceFile
from console.readers.sources.grounds import strays
from console.readers.sqlfiles.files import own_control, said

NAME = re.compile(r"(\d+)_([A-Za-z][A-Za-z\d]*(?:_[A-Za-z\d]+)*)\.php")
_GRAMMARS: Mapping[str, Callable[[Shape], Grammar]] = {"mysql": MySql, "pgsql": Postgres, "sqlite": SqLite}
_METHODS = ("change", "up", "down")
_MYSQL = "phinx\\db\\adapter\\mysqladapter::"
_OLD = "this Phinx is older than 0.13: its words are not known exactly"
_OLDEST = (0, 13)
_DATABASES = {
    "createschema": ("CREATE SCHEMA IF NOT EXISTS {}", ("pgsql",)),
    "dropschema": ("DROP SCHEMA IF EXISTS {} CASCADE", ("pgsql",)),
}


def class_for(name: str) -> str:
    """The class Phinx looks for in a file of that name, without its number."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def migration_of(
    file: SourceFile, shape: Shape, dialect: str, home: str, namespace: str = "", root: str = ""
) -> Migration:
    """The migration in a file; one that cannot be read keeps its place, with the reason."""
    match = NAME.fullmatch(file.name)
    version, plain = (str(int(match[1])), match[2]) if match is not None else (file.name, "")
    read = _read.__wrapped__ if READS in file.text else _read
    place = PurePosixPath(file.path).parent.as_posix()
    up, down, why, notes = ((), (), file.unreadable, ()) if file.unreadable else read(file.text, shape, root, place)
    whole = dialect not in ("mysql", "mariadb") and not any(own_control(one.sql, dialect) for one in up if one.sql)
    return Migration(
        id=version,
        description=plain.replace("_", " "),
        file=file.path,
        statements=_statements(up, dialect, home, whole),
        down=_statements(down, dialect, home, whole),
        source="static",
        text=file.text,
        transactional=whole,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=why,
        note=said(*file.notes, *_odd(file.text, plain, namespace), *notes),
    )


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], dialect: str, home: str, whole: bool) -> tuple[Statement, ...]:
    return read_sent(sent, dialect, home, transactional=whole)


def full_name(text: str, plain: str, namespace: str) -> str:
    """The name that Phinx records: the class's own, with its namespace."""
    found = file_opened(text, _METHODS)
    name = found.of.name if found.of is not None else class_for(plain)
    return name or f"{namespace}\\{class_for(plain)}".lstrip("\\")


def _odd(text: str, plain: str, namespace: str) -> Iterator[str]:
    found = file_opened(text, _METHODS)
    name = found.of.name if found.of is not None else ""
    wanted = f"{namespace}\\{class_for(plain)}".lstrip("\\")
    if name and plain and name.lower() != wanted.lower():
        yield f"Phinx looks for the class {wanted} in it and finds {name}: it stops there"
    if found.has("shouldExecute") and found.answer("shouldExecute") is not True:
        yield "it runs only if its shouldExecute() says so"
    if found.has("init"):
        yield "what its init() does is not read"


@lru_cache(maxsize=4096)
def _read(
    text: str, shape: Shape, root: str = "", folder: str = ""
) -> tuple[tuple[Sent, ...], tuple[Sent, ...], str, tuple[str, ...]]:
    found = file_opened(text, _METHODS, folder, Beside(read_text, strays, root))
    if found.of is None:
        return (), (), found.unreadable, ()
    if found.has("change"):
        up, down = _walk(found, "change", shape), _walk(found, "change", shape, reverse=True)
    else:
        up, down = _walk(found, "up", shape), _walk(found, "down", shape)
    notes = tuple(dict.fromkeys((*found.notes, *up.notes, *down.notes)))
    return _exact(up.sent, shape), _exact(down.sent, shape), "", notes


def _exact(sent: tuple[Sent, ...], shape: Shape) -> tuple[Sent, ...]:
    """What an old Phinx sends is judged by what it leaves, for its words are not these."""
    if shape.phinx >= _OLDEST:
        return sent
    return tuple(
        Sent("", one.source, one.line, one.guards, _OLD, one.sql) if one.sql and one.sql not in one.source else one
        for one in sent
    )


def _walk(found: Opened, method: str, shape: Shape, *, reverse: bool = False) -> Walked:
    walk = Walk(_GRAMMARS[shape.driver](shape), reverse)
    connection = Connection(shape.driver, home=shape.schema, prefix=shape.prefix)

    def after(machine: Machine) -> None:
        if reverse and found.of is not None:
            _take_back(machine, walk, found.of.methods.get("change", found.of.node))

    back = reverse or method == "down"
    return found.walk(method, tool_of(walk, back=back), connection, after=after)


def _take_back(machine: Machine, walk: Walk, node: Node) -> None:
    source, line = "change(), in reverse", line_of(node)
    why = walk.spoilt
    pieces: list[Piece] = []
    try:
        pieces = list(statements(walk.grammar, list(taken_back(walk.kept))))
    except UnreadableError as error:
        why = why or str(error)
    if why:
        machine.emit(Sent("", source=source, line=line, unreadable=why))
        return
    for piece in pieces:
        machine.emit(sent_of(piece, source, line))


def tool_of(walk: Walk, *, back: bool) -> Tool:
    """What a migration has from Phinx's own classes."""
    methods: dict[str, Method] = {
        **dict.fromkeys(_QUIET, _harmless),
        **dict.fromkeys(("execute", "query", "fetchrow", "fetchall"), _execute),
        "table": partial(_table, walk),
        "insert": partial(_insert, walk),
        "hastable": partial(_has_table, walk),
        "ismigratingup": partial(_is_up, not back),
        "droptable": partial(_old_drop, walk),
    }
    methods["getadapter"] = partial(_adapter, methods)
    for name in _BUILDERS:
        methods[name] = _builder
    for name in ("createschema", "dropschema", "createdatabase", "dropdatabase"):
        methods[name] = _of_database(walk, name)
    statics: dict[str, Method] = {"phinx\\util\\literal::from": _literal, "phinx\\util\\expression::from": _literal}
    return Tool(methods=methods, statics=statics, constants=_constants())


@cache
def _constants() -> Mapping[str, Value]:
    """What migrations take from the classes: sizes of MySQL's, and the types by their names."""
    found: dict[str, Value] = {f"{_MYSQL}{name}": value for name, value in CONSTANTS.items()}
    for kind in _TYPES:
        words = [kind, *((kind.replace("integer", "_integer"),) if kind.endswith("integer") else ())]
        for word in words:
            found[f"phinx\\db\\table\\column::{word.replace('_', '')}"] = kind
            for owner in ("adapterinterface", "mysqladapter", "postgresadapter", "sqliteadapter"):
                found[f"phinx\\db\\adapter\\{owner}::phinx_type_{word}"] = kind
    return found


_TYPES = """
    string char text integer tinyinteger smallinteger mediuminteger biginteger bit float decimal double datetime
    timestamp time date binary varbinary binaryuuid blob tinyblob mediumblob longblob boolean json jsonb uuid cidr inet
    macaddr interval enum set year geometry point linestring polygon
""".split()
_QUIET = """
    getoutput getinput getenvironment setoutput preflightcheck postflightcheck getversion getname
""".split()
_BUILDERS = ("getquerybuilder", "getselectbuilder", "getinsertbuilder", "getupdatebuilder", "getdeletebuilder")


def _harmless(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    return Harmless()


def _is_up(up: bool, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    return up


def _adapter(methods: Mapping[str, Method], machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    return Own(call=partial(_on_adapter, methods))


def _table(walk: Walk, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    try:
        return opened(walk, machine, args.at(0, "tableName"), args.at(1, "options"))
    except UnreadableError as error:
        return machine.unread(node, str(error), frame)


def _execute(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    sql = args.at(0, "sql")
    if isinstance(sql, Raw):
        sql = sql.sql
    if not isinstance(sql, str):
        return machine.unread(node, sql.why if isinstance(sql, Unknown) else "the statement is no text", frame)
    text = sql.rstrip("; \t\n\r\0\x0b")
    if only_reads(text):
        return Rows()
    if len(args.values) > 1:
        return machine.unread(node, "values are bound to it, and those are not written in", frame, data=True)
    machine.emit(Sent(text, source=shown(node), line=frame.foreign or line_of(node)))
    return Unknown("it is known only when the file is run")


def _insert(walk: Walk, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """`$this->insert('x', [...])`, as older versions have it."""
    try:
        made = opened(walk, machine, args.at(0), None)
    except UnreadableError as error:
        return machine.unread(node, str(error), frame, data=True)
    if isinstance(made, Own):
        made.call(machine, "insert", Args((args.at(1),)), node, frame)
        made.call(machine, "saveData", Args(), node, frame)
    return None


def _old_drop(walk: Walk, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """`$this->dropTable('x')`, as older versions have it."""
    made = _table(walk, machine, args, node, frame)
    if isinstance(made, Own):
        made.call(machine, "drop", Args(), node, frame)
        made.call(machine, "update", Args(), node, frame)
    return None


def _has_table(walk: Walk, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    name = args.at(0, "tableName")
    if not isinstance(name, str):
        return Unknown(f"the answer to {short(words_of(node))} is not known")
    return name in walk.created or has_table(machine.on, name, words_of(node))


def _on_adapter(
    methods: Mapping[str, Method], machine: Machine, name: str, args: Args, node: Node, frame: Frame
) -> Value:
    word = name.lower()
    if word in ("getconnection", "getdecoratedconnection"):
        return PdoHandle(on=machine.on)
    if word in _CONTROL:
        machine.emit(Sent(_CONTROL[word], source=shown(node), line=frame.foreign or line_of(node)))
        return None
    if word in methods and word != "getadapter":
        return methods[word](machine, args, node, frame)
    if word in ("getoption", "getoptions", "getadaptertype", "hasoption"):
        return Unknown("it is known only when the file is run")
    return machine.unread(node, f"what the adapter's {name} does is not read", frame)


_CONTROL = {"begintransaction": "BEGIN", "committransaction": "COMMIT", "rollbacktransaction": "ROLLBACK"}


def _builder(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    def call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
        if name.lower() == "execute":
            return machine.unread(node, "what a query builder sends is not read", frame, data=True)
        return Own(call=call)

    return Own(call=call)


def _of_database(walk: Walk, name: str) -> Method:
    def made(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
        template, drivers = _DATABASES.get(name, ("", ()))
        given = args.at(0)
        if walk.grammar.shape.driver not in drivers or not isinstance(given, str):
            return machine.unread(node, f"what {name} sends here is not read", frame)
        machine.emit(Sent(template.format(walk.grammar.name(given)), shown(node), frame.foreign or line_of(node)))
        return None

    return made


def _literal(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    given = args.at(0)
    return Raw(given) if isinstance(given, str) else Unknown("a literal is no text")
