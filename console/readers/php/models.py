"""Eloquent models in migrations: which table they mean, and what their calls do to its rows."""

from __future__ import annotations

from console.readers.php.arguments import Args, static_value, unknown_call
from console.readers.php.classes import ClassInfo
from console.readers.php.draft import Call
from console.readers.php.machine import Machine
from console.readers.php.queries import LOOPS, READS, WRITES, begin_query, query_call
from console.readers.php.roles import DATA_METHODS, only_reads
from console.readers.php.schema import on_named
from console.readers.php.scope import Frame
from console.readers.php.strings import snake
from console.readers.php.syntax import Node
from console.readers.php.things import Chain, Closure, Foreign, On
from console.readers.php.values import Unknown, Value

FACTORY = "::factory()"
_BASES = frozenset({"model", "authenticatable", "user", "pivot", "morphpivot"})
_QUIET = frozenset(
    """
    unguard reguard flusheventlisteners observe disablesearchsyncing enablesearchsyncing preventlazyloading
    makeallsearchable removeallfromsearch
    """.split()
)
_AROUND = frozenset(
    """
    withoutevents unguarded withouttimestamps withoutsyncingtosearch withouttouching withoutbroadcasting
    """.split()
)


def is_model(machine: Machine, of: ClassInfo) -> bool:
    """Whether a class is a model, by the last parent that is known."""
    last = list(machine.lineage(of))
    bases = {found.parent.rpartition("\\")[2].lower() for found in last if found.parent}
    return bool(bases & _BASES)


def looks_like_model(name: str) -> bool:
    """Whether a class that cannot be read is a model by its name."""
    return "\\" not in name or (name.startswith("App\\") and name.count("\\") <= 3)


def property_of(machine: Machine, of: ClassInfo, name: str, default: Value) -> Value:
    """The first value of a property, wherever in the class's line it is written."""
    for found in machine.lineage(of):
        if name in found.properties:
            node = found.properties[name]
            return machine.value(node, Frame(found.file, found)) if node is not None else default
    return default


def table_of(machine: Machine, of: ClassInfo) -> Value:
    """The table of a model: told, or the plural of its name."""
    if machine.method(of, "getTable") is not None:
        return Unknown(f"the table of {of.name} is computed")
    told = property_of(machine, of, "table", None)
    return told if told is not None else machine.compilers.plural(snake(of.name.rpartition("\\")[2]))


def model_call(
    machine: Machine, name: str, of: ClassInfo | None, method: str, args: Args, node: Node, frame: Frame
) -> Value:
    """A static call on a model: `User::where(...)`."""
    word = method.lower()
    if word in _QUIET:
        return None
    closure = next((value for value in args.values if isinstance(value, Closure)), None)
    if word in _AROUND and closure is not None:
        return machine.call(closure, (), node)
    if word == "factory":
        return Foreign(of=f"{name}{FACTORY}")
    if of is None and not _is_query(word):
        if word in DATA_METHODS:
            return unknown_call(machine, node, f"{name}::{method}", args, frame, data=True)
        return static_value(machine, node, name, method, args, frame)
    chain = begin_query(machine, _beginning(machine, name, of), node, frame, _connection(machine, of))
    if of is None:
        chain.building.broken = f"the model {name} is not read"
    if word in ("query", "newquery", "newmodelquery", "on", "onwriteconnection"):
        return chain
    if not _is_query(word) and of is not None and machine.method(of, f"scope{method}") is not None:
        return _scoped(chain, name, method)
    return query_call(machine, chain, method, args, node, frame)


def _scoped(chain: Chain, name: str, method: str) -> Chain:
    chain.building.broken = f"the scope {method} of {name} is not read"
    return chain


def _is_query(word: str) -> bool:
    known = word in READS or word in WRITES or word in LOOPS or word.startswith(("where", "orwhere", "with", "order"))
    return known or word in ("query", "select", "join", "on", "latest", "oldest", "limit", "take", "onlytrashed", "has")


def _beginning(machine: Machine, name: str, of: ClassInfo | None) -> tuple[Call, ...]:
    table = Unknown(f"the table of {name} is not known") if of is None else table_of(machine, of)
    return Call("DB::table", (table,)), Call("model", (name, of is not None and _deletes_softly(machine, of)))


def _deletes_softly(machine: Machine, of: ClassInfo) -> bool:
    return any(name.rpartition("\\")[2] == "SoftDeletes" for found in machine.lineage(of) for name in found.traits)


def _connection(machine: Machine, of: ClassInfo | None) -> On:
    """A model may have a connection of its own."""
    name = property_of(machine, of, "connection", None) if of is not None else None
    return (
        on_named(machine, name, f"the connection of {of.name}") if name is not None and of is not None else machine.on
    )


def object_call(machine: Machine, what: str, method: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of an object whose class is not read."""
    word = method.lower()
    if word in DATA_METHODS:
        return unknown_call(machine, node, f"{what}->{method}", args, frame, data=True)
    if only_reads(method) and not any(isinstance(value, Closure) for value in args.values):
        return Unknown("it is known only when the file is run")
    return unknown_call(machine, node, f"{what}->{method}", args, frame)


def own_call(machine: Machine, of: ClassInfo, method: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of an object of a model that was read: `(new User)->getTable()`."""
    word = method.lower()
    if word == "gettable":
        return table_of(machine, of)
    if word in ("getkeyname", "getforeignkey"):
        key = property_of(machine, of, "primaryKey", "id")
        if word == "getkeyname" or not isinstance(key, str):
            return key
        return f"{snake(of.name.rpartition(chr(92))[2])}_{key}"
    if word in ("newquery", "query", "newmodelquery") or (_is_query(word) and word not in DATA_METHODS):
        return model_call(machine, of.name, of, method, args, node, frame)
    return object_call(machine, of.name, method, args, node, frame)
