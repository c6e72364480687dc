"""What is read out of objects and lists: properties, items, and what an object is an instance of."""

from __future__ import annotations

from console.readers.php.assign import cell_of, item, member_name, property_cell
from console.readers.php.guards import asked_of, short
from console.readers.php.machine import Machine
from console.readers.php.scope import Cell, Frame, Unset
from console.readers.php.syntax import Node, part, parts, text_of
from console.readers.php.things import (
    Case,
    Collected,
    ConnectionHandle,
    Field,
    Foreign,
    Harmless,
    Instance,
    Names,
    Own,
    Rows,
)
from console.readers.php.values import Unknown, Value


def member(machine: Machine, node: Node, frame: Frame) -> Value:
    """`$object->name`."""
    holder = machine.value(part(node, "object"), frame)
    name = member_name(machine, node, frame)
    if name is None:
        return Unknown("it is not known which property it is")
    if isinstance(holder, Instance):
        return _property(machine, holder, name)
    if isinstance(holder, Case) and name in ("value", "name"):
        return holder.value if name == "value" else holder.name
    if isinstance(holder, Rows):
        return Field(name=name, building=holder.building)
    if (holder is None or isinstance(holder, Unset)) and node.type.startswith("nullsafe"):
        return None
    return Unknown(f"the value of {short(text_of(node))} is not known")


def _property(machine: Machine, holder: Instance, name: str) -> Value:
    """Laravel hands a seeder and a command their console; what is said there changes nothing."""
    value = read(property_cell(machine, holder, name))
    if isinstance(value, Unset) and name in machine.tool.fields:
        return machine.tool.fields[name]
    return Harmless() if isinstance(value, Unset) and name in ("command", "output", "components") else value


def static_member(machine: Machine, node: Node, frame: Frame) -> Value:
    """`self::$name`."""
    cell = cell_of(machine, node, frame)
    return read(cell) if cell is not None else Unknown(f"the value of {text_of(node)} is not known")


def subscript(machine: Machine, node: Node, frame: Frame) -> Value:
    """`$list['key']`, and what else answers to brackets."""
    inside = parts(node)
    holder = machine.value(inside[0], frame)
    if len(inside) < 2:
        return Unknown("it cannot be read")
    key = machine.value(inside[1], frame)
    if isinstance(holder, Collected):
        return item(holder.items, key)
    if isinstance(holder, Names) and isinstance(key, str):
        return asked_of(holder, key, text_of(node))
    if isinstance(holder, Rows):
        return Field(name=key, building=holder.building) if isinstance(key, str) else Rows(building=holder.building)
    if isinstance(holder, Foreign) and holder.of == "app" and isinstance(key, str):
        return Foreign(of=key)
    return holder if isinstance(holder, (Foreign, Harmless)) else item(holder, key)


def instance_of(machine: Machine, value: Value, name: str) -> Value:
    """`$value instanceof Name`, where it can be told."""
    if isinstance(value, Instance):
        return any(found.name.lower() == name.lower() for found in machine.lineage(value.of)) or Unknown(
            f"it is not known whether it is a {name}"
        )
    if isinstance(value, ConnectionHandle):
        driver = {"postgresconnection": "pgsql", "mysqlconnection": "mysql", "sqliteconnection": "sqlite"}.get(
            name.rpartition("\\")[2].lower()
        )
        if driver is not None:
            return value.on.connection.driver == driver
    if isinstance(value, Own) and value.kinds is not None:
        return name.rpartition("\\")[2].lower() in value.kinds
    if isinstance(value, Unknown):
        return Unknown(f"it is not known whether it is a {name}")
    return False


def read(cell: Cell) -> Value:
    """The value of a variable."""
    return Unknown("a chain of calls is no value") if isinstance(cell.value, tuple) else cell.value
