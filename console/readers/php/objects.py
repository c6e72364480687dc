"""Methods of objects, by what the object is, and the classes, constants and enums of the project."""

from __future__ import annotations

from console.readers.php.arguments import Args, as_call, begin_line, go_on, unknown_call
from console.readers.php.classes import ClassInfo
from console.readers.php.collected import collection_call, each_unknown
from console.readers.php.database import db_call, doctrine_call, pdo_call
from console.readers.php.guards import asked_of
from console.readers.php.machine import Machine
from console.readers.php.models import is_model, object_call, own_call
from console.readers.php.queries import over_rows, query_call
from console.readers.php.roles import DATA_METHODS, only_reads
from console.readers.php.schema import schema_call
from console.readers.php.scope import Cell, Frame, Unset
from console.readers.php.services import artisan_call, service_call
from console.readers.php.syntax import Node, line_of, name_of, of_type, part, parts, text_of
from console.readers.php.things import (
    Case,
    Chain,
    Closure,
    Collected,
    ConnectionHandle,
    Doctrine,
    Field,
    Foreign,
    Harmless,
    Instance,
    Names,
    Own,
    PdoHandle,
    Rows,
    SchemaHandle,
    SheetHandle,
)
from console.readers.php.values import Listing, Unknown, Value

_BASE_METHODS = {"getconnection": "connection", "getdatabaseconnection": "connection"}


def method_call(machine: Machine, holder: Value, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """`$holder->name(...)`, whatever the holder is."""
    if isinstance(holder, SheetHandle):
        return _on_sheet(machine, holder, name, args, node, frame)
    if isinstance(holder, Chain):
        if holder.query:
            return query_call(machine, holder, name, args, node, frame)
        return go_on(machine, holder, as_call(machine, name, args, node), node)
    if isinstance(holder, SchemaHandle):
        return schema_call(machine, holder.on, name, args, node, frame)
    if isinstance(holder, ConnectionHandle):
        return db_call(machine, holder.on, name, args, node, frame)
    if isinstance(holder, Doctrine):
        return doctrine_call(machine, holder, name, args, node, frame)
    if isinstance(holder, PdoHandle):
        return pdo_call(machine, holder, name, args, node, frame)
    if isinstance(holder, Collected):
        return collection_call(machine, holder, name, args, node, frame)
    if isinstance(holder, Instance):
        return instance_call(machine, holder, name, args, node, frame)
    return _on_other(machine, holder, name, args, node, frame)


def _on_other(machine: Machine, holder: Value, name: str, args: Args, node: Node, frame: Frame) -> Value:
    if isinstance(holder, Own):
        return holder.call(machine, name, args, node, frame)
    if isinstance(holder, (Rows, Field)):
        return _on_rows(machine, holder, name, args, node, frame)
    if isinstance(holder, Closure):
        return _on_closure(machine, holder, name, args, node, frame)
    if isinstance(holder, Case):
        return _on_case(machine, holder, name, args, node, frame)
    if isinstance(holder, Names) and name.lower() in ("contains", "has", "hasindex", "hascolumn"):
        asked = args.at(0)
        names = Names(on=holder.on, table=holder.table, indexes=holder.indexes and name.lower() != "hascolumn")
        return asked_of(names, asked, text_of(node)) if isinstance(asked, str) else Unknown(holder.why)
    if isinstance(holder, Foreign):
        return service_call(machine, holder, name, args, node, frame)
    if isinstance(holder, Harmless):
        return _on_harmless(machine, name, args, node, frame)
    if isinstance(holder, Names):
        return (
            holder if only_reads(name) else object_call(machine, text_of(part(node, "object")), name, args, node, frame)
        )
    return object_call(machine, text_of(part(node, "object")), name, args, node, frame)


def _on_sheet(machine: Machine, holder: SheetHandle, name: str, args: Args, node: Node, frame: Frame) -> Value:
    if name.lower() == "gettable" and holder.sheet.of:
        return holder.sheet.of
    return begin_line(machine, holder.sheet, as_call(machine, name, args, node), node, frame)


def _on_harmless(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A date, the console, the cache: what it is given may still be a function that sends something."""
    word = name.lower()
    if word in ("call", "callsilent", "callsilently"):
        return artisan_call(machine, name, args, node, frame)
    each_unknown(machine, args, node, frame)
    return (
        Harmless() if word not in ("get", "pull", "find", "first") else Unknown("it is known only when the file is run")
    )


_COLLECTION = frozenset(
    """
    map filter reject pluck keyby groupby sortby sortbydesc sort unique values keys all toarray first last flatten
    merge concat diff intersect chunk collapse take skip slice reverse zip pad only except mapwithkeys flatmap
    transform where wherein wherenotin wherenull wherenotnull when unless tap pipe each eachspread load loadmissing
    get find count sum avg min max isempty isnotempty contains doesntcontain every some partition search fresh refresh
    cursor lazy items current implode join random shuffle loadcount append makevisible random nth split tobase
    """.split()
)


def _on_rows(machine: Machine, holder: Rows | Field, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """What was read from the database; its own methods may write, those of a collection do not."""
    word = name.lower()
    closures = [value for value in args.values if isinstance(value, Closure)]
    if word in DATA_METHODS:
        return unknown_call(machine, node, f"{text_of(part(node, 'object'))}->{name}", args, frame, data=True)
    if word in _COLLECTION and isinstance(holder, Rows):
        for closure in closures:
            over_rows(machine, closure, holder.building, holder.by if word == "each" else "", node, frame)
        return Rows(building=holder.building, by=holder.by)
    if only_reads(name) and not closures:
        return Unknown(holder.why)
    parent = node.parent
    if parent is not None and parent.type == "member_call_expression" and not args.values:
        return Rows()
    return unknown_call(machine, node, f"{text_of(part(node, 'object'))}->{name}", args, frame, data=True)


def _on_closure(machine: Machine, holder: Closure, name: str, args: Args, node: Node, frame: Frame) -> Value:
    if name.lower() in ("__invoke", "call"):
        return machine.call(holder, args.values, node)
    return (
        holder
        if name.lower() in ("bindto", "bind")
        else unknown_call(machine, node, f"a closure's {name}", args, frame)
    )


def _on_case(machine: Machine, holder: Case, name: str, args: Args, node: Node, frame: Frame) -> Value:
    of = machine.class_named(holder.of, frame.file)
    found = machine.method(of, name) if of is not None else None
    if of is None or found is None:
        return Unknown(f"what {holder.of}->{name} answers is not known")
    this = Instance(of=of, fields={"value": Cell(holder.value), "name": Cell(holder.name)})
    return run_method(machine, found, this, args, node, frame)


def instance_call(machine: Machine, holder: Instance, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of an object of a class that was read."""
    found = machine.method(holder.of, name)
    if found is not None:
        return run_method(machine, found, holder, args, node, frame)
    cell = holder.fields.get(name)
    if cell is not None and isinstance(cell.value, Closure):
        return machine.call(cell.value, args.values, node)
    if name.lower() in machine.tool.methods and holder.of.parent:
        return machine.tool.methods[name.lower()](machine, args, node, frame)
    if is_model(machine, holder.of):
        return own_call(machine, holder.of, name, args, node, frame)
    if name.lower() in _BASE_METHODS:
        return own_connection(machine, holder)
    what = "$this" if holder is frame.this else holder.of.name
    if name.lower() in ("call", "callsilent", "callwith", "callonce"):
        return machine.unread(node, f"what {what}->{name} does is not read", frame, data=True)
    return unknown_call(machine, node, f"{what}->{name}", args, frame)


def own_connection(machine: Machine, holder: Instance) -> Value:
    """Laravel's own `getConnection()` of a migration: its property."""
    for found in machine.lineage(holder.of):
        if "connection" in found.properties:
            node = found.properties["connection"]
            return machine.value(node, Frame(found.file, found)) if node is not None else None
    return None


def run_method(
    machine: Machine, found: tuple[ClassInfo, Node], this: Instance | None, args: Args, node: Node, frame: Frame
) -> Value:
    """Walk a method of a class that was read."""
    of, method = found
    if part(method, "body") is None:
        return unknown_call(machine, node, f"{of.name}::{text_of(part(method, 'name'))}", args, frame)
    foreign = frame.foreign or (line_of(node) if of.file is not frame.file else 0)
    closure = Closure(node=method, frame=Frame(of.file, of, this, {}, foreign))
    return machine.call(closure, in_order(method, args), node)


def in_order(function: Node, args: Args) -> tuple[Value, ...]:
    """Arguments by position, those given by name too; what is left out in between has no value."""
    values = list(args.values)
    holder = part(function, "parameters")
    names = [name_of(part(one, "name")) for one in parts(holder)] if holder is not None else []
    for name, value in args.named.items():
        if name in names:
            at = names.index(name)
            values += [Unset()] * (at + 1 - len(values))
            values[at] = value
    if args.why:
        values += [Unknown(args.why)] * max(0, len(names) - len(values))
    return tuple(values)


def cases_of(machine: Machine, of: ClassInfo) -> Listing:
    """The cases of an enum, in order."""
    return Listing(tuple(enumerate(case for name in of.cases if (case := case_of(machine, of, name)) is not None)))


def case_of(machine: Machine, of: ClassInfo, name: str) -> Case | None:
    """One case of an enum."""
    if name not in of.cases:
        return None
    node = of.cases[name]
    value = machine.value(node, Frame(of.file, of)) if node is not None else None
    return Case(of=of.name, name=name, value=value)


def constant_of(machine: Machine, of: ClassInfo, name: str) -> Value:
    """A constant or a case of a class that was read."""
    for found in machine.lineage(of):
        if name in found.cases:
            return case_of(machine, found, name)
        if name in found.constants:
            return machine.value(found.constants[name], Frame(found.file, found))
    return Unknown(f"the constant {of.name}::{name} is not known")


def promoted(method: Node) -> list[str]:
    """The parameters of a constructor that are properties."""
    holder = part(method, "parameters")
    return [name_of(part(one, "name")) for one in of_type(holder, "property_promotion_parameter")] if holder else []
