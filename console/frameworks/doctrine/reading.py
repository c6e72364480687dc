"""One version of Doctrine Migrations as a Migration: what its methods send at once, and what they collect for later."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import PurePosixPath

from console.core.migration import Migration
from console.core.statements import Sent, Statement, read_sent
from console.readers.php.arguments import Args
from console.readers.php.draft import Connection
from console.readers.php.guards import condition, has_columns, has_table, short
from console.readers.php.machine import Machine
from console.readers.php.query.raw import only_reads
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, shown
from console.readers.php.syntax import text_of as words_of
from console.readers.php.things import Closure, Harmless, Method, Own, Question, Rows, Tool
from console.readers.php.tool_migration import READS, Beside, Opened, opened
from console.readers.php.values import Unknown, Value
from console.readers.settings import read_text
from console.readers.sources import SourceFile
from console.readers.sources.grounds import strays
from console.readers.sqlfiles.files import own_control, said

NAME = re.compile(r"Version[^/]*\.php")
METHODS = ("up", "down")
_BASE = "abstractmigration"
_BOUND = "values are bound to it, and those are not written in"
_SCHEMA = (
    "it is asked of the Schema object: Doctrine makes SQL of it from what the database is when it runs (see it with"
    " `migrations:execute --dry-run`)"
)
_SENDS = ("executestatement", "executequery", "executeupdate", "exec", "query", "prepare")
_WRITES = ("insert", "update", "delete")
_CONTROL = {"begintransaction": "BEGIN", "commit": "COMMIT", "rollback": "ROLLBACK"}
_READS = ("fetch", "iterate", "get", "is", "quote", "convert", "lastinsertid", "createschemamanager")
_PLATFORMS = {
    "mysql": ("mysql", frozenset({"mysqlplatform", "abstractmysqlplatform", "abstractplatform", "mysql57platform",
                                  "mysql80platform"})),
    "mariadb": ("mysql", frozenset({"mariadbplatform", "mariadb1027platform", "abstractmysqlplatform",
                                    "abstractplatform"})),
    "postgres": ("postgresql", frozenset({"postgresqlplatform", "postgresql94platform", "postgresql100platform",
                                          "abstractplatform"})),
    "sqlite": ("sqlite", frozenset({"sqliteplatform", "abstractplatform"})),
}  # fmt: skip
_DRIVERS = {"mysql": "mysql", "mariadb": "mysql", "postgres": "pgsql", "sqlite": "sqlite"}
_OLD_DBAL = 4


@dataclass(frozen=True, slots=True)
class Context:
    """What of a project decides how its files are read."""

    dialect: str
    home: str
    transactional: bool = True
    """The project's own default."""
    dbal: int = 0
    """The major version of DBAL; 0: not known."""
    root: str = ""
    """The project's folder."""


@dataclass(slots=True, eq=False)
class _Collected:
    """What is sent when the method has returned."""

    sql: list[Sent] = field(default_factory=list)
    schema: dict[str, int] = field(default_factory=dict)
    """What is asked of the Schema object, and its line."""


def name_in(text: str) -> str:
    """The full name of the class in a file; '' where it holds none."""
    found = opened(text, METHODS)
    return found.of.name if found.of is not None else ""


def is_one(text: str) -> bool:
    """Whether it is a version of Doctrine's."""
    found = opened(text, METHODS)
    return found.of is not None and found.of.parent.rpartition("\\")[2].lower() == _BASE and "Doctrine" in text


def migration_of(file: SourceFile, context: Context) -> Migration:
    """The migration in a file; one that cannot be read keeps its place, with the reason."""
    found = opened(file.text, METHODS)
    why = file.unreadable or found.unreadable
    name = found.of.name if found.of is not None else file.name.removesuffix(".php")
    sent = _sent.__wrapped__ if READS in file.text else _sent
    folder = PurePosixPath(file.path).parent.as_posix()
    up, notes = sent(file.text, "up", context, folder) if not why else ((), ())
    down = sent(file.text, "down", context, folder)[0] if not why else ()
    whole = _in_transaction(found, up, context)
    described = found.answer("getDescription")
    return Migration(
        id=name,
        description=described if isinstance(described, str) else "",
        file=file.path,
        statements=_statements(up, context, whole),
        down=_statements(down, context, whole),
        source="static",
        text=file.text,
        transactional=whole,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=why,
        note=said(*file.notes, *found.notes, *notes),
    )


def _in_transaction(found: Opened, up: tuple[Sent, ...], context: Context) -> bool:
    """Never where the server commits each change of the schema by itself."""
    if context.dialect in ("mysql", "mariadb") or any(own_control(one.sql, context.dialect) for one in up if one.sql):
        return False
    own = found.answer("isTransactional") if found.has("isTransactional") else context.transactional
    return own is True


@lru_cache(maxsize=4096)
def _statements(sent: tuple[Sent, ...], context: Context, whole: bool) -> tuple[Statement, ...]:
    return read_sent(sent, context.dialect, context.home, transactional=whole)


@lru_cache(maxsize=4096)
def _sent(text: str, method: str, context: Context, folder: str = "") -> tuple[tuple[Sent, ...], tuple[str, ...]]:
    """What one direction sends: its method before, what it collected, its method behind."""
    found = opened(text, METHODS, folder, Beside(read_text, strays, context.root))
    made: list[Sent] = []
    notes: dict[str, None] = {}
    for one in (f"pre{method}", method, f"post{method}"):
        collected = _Collected()
        walked = found.walk(
            one,
            tool_of(collected, context),
            Connection(_DRIVERS.get(context.dialect, "mysql"), home=context.home),
            (_schema(collected),),
            partial(_send, collected) if one == method else _nothing,
        )
        made += walked.sent
        notes |= dict.fromkeys(walked.notes)
    return tuple(made), tuple(notes)


def _nothing(machine: Machine) -> None:
    """Only what `up` and `down` collect is sent."""


def _send(collected: _Collected, machine: Machine) -> None:
    """First what was collected, then what the Schema object makes necessary."""
    for one in collected.sql:
        machine.emit(one)
    if collected.schema:
        source = "; ".join(collected.schema)
        machine.emit(Sent("", source=source, line=min(collected.schema.values()), unreadable=_SCHEMA))


def tool_of(collected: _Collected, context: Context) -> Tool:
    """What a migration has from AbstractMigration."""
    platform = _platform(context)
    connection = Own(call=partial(_on_connection, platform))
    manager = Own(call=_on_manager)
    methods: dict[str, Method] = {
        "addsql": partial(_add, collected),
        "abortif": partial(_stop, "stops"),
        "skipif": partial(_stop, "is skipped"),
        "warnif": _quiet,
        "write": _quiet,
        "getdescription": _quiet,
        "throwirreversiblemigrationexception": _throw,
        **dict.fromkeys(("preup", "postup", "predown", "postdown"), _quiet),
    }
    return Tool(methods=methods, fields={"connection": connection, "platform": platform, "sm": manager,
                                         "logger": Harmless()})  # fmt: skip


def _quiet(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    return None


def _throw(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    machine.throw(node)


def _stop(word: str, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """What only a run can answer is taken not to stop it, and said."""
    asked = condition(args.at(0, "condition"), words_of(args.nodes[0]) if args.nodes else "")
    if asked is True:
        machine.throw(node)
    if isinstance(asked, Question):
        machine.note(f"it {word} if {short(words_of(args.nodes[0]) if args.nodes else 'a condition holds')}")
    return None


def _add(collected: _Collected, machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """Kept under the conditions of now, sent later."""
    made = _statement(args, node, frame)
    guards = tuple(dict.fromkeys(machine.guards))
    collected.sql.append(Sent(made.sql, made.source, made.line, guards, made.unreadable, data=made.data))
    return None


def _statement(args: Args, node: Node, frame: Frame) -> Sent:
    source, line = shown(node), frame.foreign or line_of(node)
    sql, params = args.at(0, "sql"), args.at(1, "params")
    if not isinstance(sql, str):
        why = sql.why if isinstance(sql, Unknown) else "the statement is no text"
        return Sent("", source=source, line=line, unreadable=why)
    if params is not None and getattr(params, "items", True):
        return Sent("", source=sql, line=line, unreadable=_BOUND, data=True)
    return Sent(sql.strip().rstrip(";").rstrip(), source=source, line=line)


def _schema(collected: _Collected) -> Own:
    """`$schema`: questions are answered by the catalog, all else is taken down."""

    def call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
        word, first = name.lower(), args.at(0)
        if word == "hastable" and isinstance(first, str):
            return has_table(machine.on, first, words_of(node))
        if word == "hascolumn" and isinstance(first, str) and (table := _table_of(node)):
            return has_columns(machine.on, table, [first], words_of(node))
        if word.startswith(("has", "get", "is")) and word != "gettable":
            return Unknown("it is known only when the file is run")
        if word == "gettable":
            return itself
        collected.schema[shown(node)] = frame.foreign or line_of(node)
        return itself

    itself = Own(call=call)
    return itself


def _table_of(node: Node) -> str:
    found = re.search(r"getTable\(\s*['\"](\w+)['\"]\s*\)\s*->\s*hasColumn", words_of(node))
    return found[1] if found is not None else ""


def _platform(context: Context) -> Own:
    name, kinds = _PLATFORMS.get(context.dialect, ("", frozenset()))
    if context.dialect == "mariadb" and context.dbal < _OLD_DBAL:
        kinds = kinds | {"mysqlplatform"} if context.dbal else kinds

    def call(machine: Machine, method: str, args: Args, node: Node, frame: Frame) -> Value:
        return name if method.lower() == "getname" else Unknown("it is known only when the file is run")

    known = bool(kinds) and (context.dialect != "mariadb" or bool(context.dbal))
    return Own(call=call, kinds=frozenset(kinds) if known else None)


def _on_connection(platform: Own, machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """The connection sends at once, before anything that is collected."""
    word = name.lower()
    if word in _SENDS:
        return _at_once(machine, args, node, frame)
    if word in _WRITES:
        return machine.unread(node, f"what the connection's {name} binds is not written in", frame, data=True)
    if word in _CONTROL:
        machine.emit(Sent(_CONTROL[word], source=shown(node), line=frame.foreign or line_of(node)))
        return None
    if word == "transactional" and isinstance(args.at(0), Closure):
        return machine.unread(node, "what runs in a transaction of its own is not read", frame)
    if word == "getdatabaseplatform":
        return platform
    if word in ("createschemamanager", "getschemamanager"):
        return Own(call=_on_manager)
    if word == "createquerybuilder":
        return Own(call=_on_builder)
    if word.startswith(_READS):
        return Rows() if word.startswith(("fetch", "iterate")) else Unknown("it is known only when the file is run")
    return machine.unread(node, f"what the connection's {name} does is not read", frame)


def _at_once(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    made = _statement(args, node, frame)
    if made.unreadable and only_reads(made.source):
        return Rows()
    if made.sql and only_reads(made.sql):
        return Rows()
    machine.emit(made)
    return Rows()


def _on_manager(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    word, first = name.lower(), args.at(0)
    if word == "tablesexist" and isinstance(first, str):
        return has_table(machine.on, first, words_of(node))
    if word.startswith(("list", "introspect", "tablesexist", "createschema", "get")):
        return Rows()
    return machine.unread(node, f"what the schema manager's {name} sends is not read", frame)


def _on_builder(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    word = name.lower()
    if word in ("executestatement", "execute"):
        return machine.unread(node, "what a query builder sends is not read", frame, data=True)
    return Rows() if word.startswith(("fetch", "executequery")) else Own(call=_on_builder)
