"""`DB` and its connections: statements, queries, transactions, and what is asked of the connection itself."""

from __future__ import annotations

from collections.abc import Callable

from console.core.statements import Sent
from console.readers.php.arguments import Args, Site, as_call, unknown_call
from console.readers.php.machine import Machine
from console.readers.php.queries import RAW, begin_query, statement
from console.readers.php.schema import on_named, run_given
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, shown, text_of
from console.readers.php.things import Closure, ConnectionHandle, Doctrine, Harmless, Names, On, PdoHandle, SchemaHandle
from console.readers.php.values import Raw, Unknown, Value

_QUIET = frozenset(
    """
    enablequerylog disablequerylog flushquerylog getquerylog getrawquerylog listen reconnect
    reconnectifmissingconnection purge disconnect logging prohibitdestructivecommands setquerygrammar
    setschemagrammar getquerygrammar getschemagrammar getpostprocessor
      registerdoctrinetype transactionlevel beforeexecuting
    whenqueryinglongerthan getconnections extend totalqueryduration allowquerydurationhandlerstorunagain
    resettotalqueryduration seteventdispatcher unseteventdispatcher forgetrecordmodificationstate
    recordshavebeenmodified usewriteconnectionwhenreading getserverversion escape
    """.split()
)
_LISTED = {"listtableindexes": True, "listtablecolumns": False, "listtabledetails": True, "introspecttable": True}
"""What Doctrine lists of a table, and whether it is asked for indexes."""
_PDO_DRIVER = "PDO::ATTR_DRIVER_NAME"


def db_call(machine: Machine, on: On, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of `DB` or of a connection."""
    word = name.lower()
    if word in RAW:
        return statement(machine, name, args, node, frame, on)
    if word in ("table", "query"):
        return begin_query(machine, (as_call(machine, f"DB::{word}", args, node),), node, frame, on)
    if word in _METHODS:
        return _METHODS[word](Site(machine, on, args, node, frame))
    if word in _QUIET:
        return Harmless()
    return unknown_call(machine, node, f"DB::{name}", args, frame)


def raw(value: Value) -> Value:
    """`DB::raw('now()')`."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return Raw(str(value))
    return Unknown(value.why if isinstance(value, Unknown) else "a raw expression is no text", never_null=True)


def _transaction(site: Site) -> Value:
    """`DB::transaction(function () {...})`."""
    if not isinstance(site.args.at(0, "callback"), Closure):
        return unknown_call(site.machine, site.node, "DB::transaction", site.args, site.frame)
    _control(site.machine, site.on, "begin", site.node, site.frame)
    value = run_given(site.machine, site.args, site.node, site.frame, "DB::transaction", ConnectionHandle(on=site.on))
    _control(site.machine, site.on, "commit", site.node, site.frame)
    return value


def _control(machine: Machine, on: On, word: str, node: Node, frame: Frame) -> None:
    """Of a catch nothing is told: what it rolls back has failed."""
    if not machine.failing:
        machine.emit(Sent(word, source=shown(node), line=frame.foreign or line_of(node)), on)


def _begin(site: Site) -> Value:
    _control(site.machine, site.on, "begin", site.node, site.frame)
    return None


def _commit(site: Site) -> Value:
    _control(site.machine, site.on, "commit", site.node, site.frame)
    return None


def _roll_back(site: Site) -> Value:
    """Under a condition it is not known whether anything is undone."""
    if site.machine.guards and not site.machine.failing:
        return unknown_call(site.machine, site.node, "a ROLLBACK under a condition", Args(), site.frame)
    _control(site.machine, site.on, "rollback", site.node, site.frame)
    return None


def _connection(site: Site) -> Value:
    text = text_of(site.args.nodes[0]) if site.args.nodes else ""
    return ConnectionHandle(on=on_named(site.machine, site.args.at(0, "name"), text))


def _using(site: Site) -> Value:
    """`DB::usingConnection('x', function () {...})`."""
    before, site.machine.on = site.machine.on, on_named(site.machine, site.args.at(0, "name"), text_of(site.node))
    try:
        return run_given(site.machine, site.args, site.node, site.frame, "DB::usingConnection")
    finally:
        site.machine.on = before


def _use_by_default(site: Site) -> Value:
    site.machine.on = on_named(
        site.machine, site.args.at(0, "name"), text_of(site.args.nodes[0]) if site.args.nodes else ""
    )
    return None


def _run_quietly(site: Site) -> Value:
    return run_given(site.machine, site.args, site.node, site.frame, "a closure")


def _name(site: Site) -> Value:
    return site.on.name or site.machine.lookup.config("database.default")


def _database(site: Site) -> Value:
    return site.on.connection.database or Unknown("the database's name is not known", never_null=True)


def _config(site: Site) -> Value:
    key = site.args.at(0, "option")
    known = {
        "driver": site.on.connection.driver,
        "prefix": site.on.connection.prefix,
        "database": site.on.connection.database,
    }
    found = known.get(key, "") if isinstance(key, str) else ""
    if found or key == "prefix":
        return found
    name = _name(site)
    if isinstance(key, str) and isinstance(name, str):
        return site.machine.lookup.config(f"database.connections.{name}.{key}")
    return Unknown("the connection's configuration is not known")


def _raw(site: Site) -> Value:
    return raw(site.args.at(0, "value"))


def _never(site: Site) -> Value:
    return False


def _driver(site: Site) -> Value:
    return site.on.connection.driver


def _doctrine(site: Site) -> Value:
    return Doctrine(on=site.on)


def _is_maria(site: Site) -> Value:
    """Only a server that was asked is known to be none."""
    if site.on.connection.driver == "mysql" and not site.on.connection.is_mariadb and not site.on.connection.server:
        return Unknown("the server is not known")
    return site.on.connection.is_mariadb or site.on.connection.driver == "mariadb"


_METHODS: dict[str, Callable[[Site], Value]] = {
    "raw": _raw,
    "transaction": _transaction,
    "begintransaction": _begin,
    "commit": _commit,
    "rollback": _roll_back,
    "connection": _connection,
    "usingconnection": _using,
    "setdefaultconnection": _use_by_default,
    "withoutpretending": _run_quietly,
    "withouttableprefix": _run_quietly,
    "aftercommit": _run_quietly,
    "getdrivername": _driver,
    "getdefaultconnection": _name,
    "getname": _name,
    "getdatabasename": _database,
    "gettableprefix": lambda site: site.on.connection.prefix,
    "getconfig": _config,
    "getschemabuilder": lambda site: SchemaHandle(on=site.on),
    "schema": lambda site: SchemaHandle(on=site.on),
    "getconnection": lambda site: ConnectionHandle(on=site.on),
    "getpdo": lambda site: PdoHandle(on=site.on),
    "getreadpdo": lambda site: PdoHandle(on=site.on),
    "getdoctrineschemamanager": _doctrine,
    "getdoctrineconnection": _doctrine,
    "getdoctrinecolumn": _doctrine,
    "ismaria": _is_maria,
    "pretending": _never,
}


def doctrine_call(machine: Machine, holder: Doctrine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """`getDoctrineSchemaManager()->listTableIndexes('t')`: what only asks is told apart by its name."""
    word, table = name.lower(), args.at(0)
    if word in _LISTED and isinstance(table, str):
        bare = table.removeprefix(holder.on.connection.prefix)
        return Names(on=holder.on, table=bare, indexes=_LISTED[word])
    reads = word.startswith(("get", "list", "introspect", "has", "tablesexist", "register", "mark", "quote"))
    if reads or word == "createschemamanager":
        return holder
    return unknown_call(machine, node, f"Doctrine's {name}", args, frame)


def pdo_call(machine: Machine, handle: PdoHandle, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """`DB::getPdo()->exec('...')`."""
    word = name.lower()
    if word == "exec":
        return statement(machine, "unprepared", args, node, frame, handle.on)
    if word == "query":
        return statement(machine, "select", args, node, frame, handle.on)
    if word in ("begintransaction", "commit", "rollback"):
        return _METHODS[word](Site(machine, handle.on, args, node, frame))
    if word == "getattribute" and args.nodes and text_of(args.nodes[0]).lstrip("\\") == _PDO_DRIVER:
        return "mysql" if handle.on.connection.driver == "mariadb" else handle.on.connection.driver
    if word == "quote" and isinstance(text := args.at(0), str) and "\\" not in text and text.isascii():
        return "'" + text.replace("'", "''") + "'"
    if word in ("getattribute", "setattribute", "lastinsertid", "intransaction", "quote"):
        return Unknown("only the server knows it")
    return unknown_call(machine, node, f"PDO::{name}", args, frame)
