"""The arguments of a call, and what of them may be handed to whoever makes SQL of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from console.readers.php.draft import Call
from console.readers.php.machine import Machine
from console.readers.php.roles import only_reads
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, line_of, only, part, parts, shown, text_of
from console.readers.php.things import Building, Case, Chain, Closure, Collected, On, Sheet, SheetHandle
from console.readers.php.values import Body, Listing, Unknown, Value


@dataclass(frozen=True, slots=True)
class Args:
    """What a call is given."""

    values: tuple[Value, ...] = ()
    named: Mapping[str, Value] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    """Where the values stand, for what is written back to them."""
    why: str = ""
    """More is given than is known."""

    def at(self, position: int, name: str = "", default: Value = None) -> Value:
        """One argument, by position or by name."""
        if position < len(self.values):
            return self.values[position]
        return Unknown(self.why) if self.why else self.named.get(name, default)

    def everything(self) -> tuple[Value, ...]:
        """All values, those inside lists too."""
        found: list[Value] = []
        waiting = [*self.values, *self.named.values()]
        while waiting:
            value = waiting.pop()
            found.append(value)
            waiting.extend(value.values if isinstance(value, Listing) else ())
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Site:
    """One call of a method of `Schema` or `DB`, where it stands."""

    machine: Machine
    on: On
    args: Args
    node: Node
    frame: Frame


def arguments(machine: Machine, call: Node, frame: Frame) -> Args:
    """The arguments of a call, evaluated from left to right."""
    holder = part(call, "arguments") or next((n for n in call.named_children if n.type == "arguments"), None)
    values: list[Value] = []
    nodes: list[Node] = []
    named: dict[str, Value] = {}
    why = ""
    for one in parts(holder) if holder is not None else ():
        inner = parts(one)[-1] if one.type == "argument" and parts(one) else one
        name = part(one, "name") if one.type == "argument" else None
        if inner.type == "variadic_unpacking":
            why = _unpack(machine.value(only(inner), frame), values, named) or why
        elif name is not None and name != inner:
            named[text_of(name)] = machine.value(inner, frame)
        elif inner.type != "variadic_placeholder":
            values.append(machine.value(inner, frame))
            nodes.append(inner)
    return Args(tuple(values), named, tuple(nodes), why)


def _unpack(value: Value, values: list[Value], named: dict[str, Value]) -> str:
    """`...$list`: why more is given than is known, or nothing."""
    found = value.items if isinstance(value, Collected) else value
    if not isinstance(found, Listing):
        return found.why if isinstance(found, Unknown) else "it is no list"
    for key, one in found.items:
        if isinstance(key, str):
            named[key] = one
        else:
            values.append(one)
    return ""


def is_callable_syntax(call: Node) -> bool:
    """`strtolower(...)`: the function itself."""
    holder = part(call, "arguments")
    return holder is not None and any(child.type == "variadic_placeholder" for child in _inside(holder))


def _inside(holder: Node) -> list[Node]:
    return [inner for one in parts(holder) for inner in ([one, *parts(one)] if one.type == "argument" else [one])]


def as_call(machine: Machine, name: str, args: Args, node: Node) -> Call:
    """A call in the words of who makes SQL of it."""
    values = tuple(plain(machine, value, node) for value in args.values)
    if args.why:
        values = (*values, Unknown(args.why))
    return Call(name, values, {key: plain(machine, value, node) for key, value in args.named.items()})


def plain(machine: Machine, value: Value, node: Node) -> Value:
    """A value without anything only the walker understands; objects stay unknown."""
    if isinstance(value, Case):
        return value.value if value.value is not None else Unknown(value.why)
    if isinstance(value, Collected):
        return plain(machine, value.items, node)
    if isinstance(value, Listing):
        return Listing(tuple((key, plain(machine, one, node)) for key, one in value.items))
    if isinstance(value, Closure):
        return body_of(machine, value, node)
    if isinstance(value, Chain) and value.query:
        return Body((value.building.as_line(),))
    return value


def body_of(machine: Machine, closure: Closure, node: Node) -> Value:
    """A closure that is given a query or a blueprint: what it asks of it."""
    sheet = Sheet(depth=len(machine.guards))
    machine.sheets.append(sheet)
    try:
        returned = machine.call(closure, (SheetHandle(sheet=sheet), Unknown("it is not known what it is given")), node)
    finally:
        machine.sheets.pop()
    if not sheet.buildings and closure.node is not None and closure.node.type == "arrow_function":
        return plain(machine, returned, node)
    return Body(sheet.lines())


def begin_line(machine: Machine, sheet: Sheet, call: Call, node: Node, frame: Frame) -> Chain:
    """The first call on a blueprint, or on the query inside another."""
    line = frame.foreign or line_of(node)
    guards = tuple(machine.guards[sheet.depth :])
    building = Building(machine.new_cell((call,)), node.start_byte, shown(node), line, guards)
    machine.append(sheet, building)
    return Chain(building=building)


def go_on(machine: Machine, chain: Chain, call: Call, node: Node) -> Chain:
    """One more call of a chain, which is the same object in PHP."""
    building = chain.building
    held = building.calls.value
    if isinstance(held, tuple):
        machine.trail.write(building.calls, (*held, call))
    if node.start_byte == building.start:
        building.source = shown(node)
    return chain


def unknown_call(machine: Machine, node: Node, what: str, args: Args, frame: Frame, *, data: bool = False) -> Unknown:
    """A call of something that is not read: it may send anything, and change any blueprint it is given."""
    why = f"what {what} does is not read"
    given = args.everything()
    sheets = [value.sheet for value in given if isinstance(value, SheetHandle)]
    lines = [value.building for value in given if isinstance(value, Chain) and not value.query]
    for sheet in sheets:
        machine.spoil(sheet, node, why)
    for building in lines:
        building.broken = building.broken or why
    if sheets or lines:
        return Unknown(why)
    return machine.unread(node, why, frame, data=data)


def static_value(machine: Machine, node: Node, name: str, method: str, args: Args, frame: Frame) -> Value:
    """A static call on a class that is not read: `Kind::values()` gives a value and sends nothing, others may."""
    if only_reads(method) and not any(isinstance(value, SheetHandle | Chain) for value in args.everything()):
        return Unknown(f"what {name}::{method} gives is not known")
    return unknown_call(machine, node, f"{name}::{method}", args, frame)


def renamed(args: Args, values: tuple[Value, ...]) -> Args:
    """The same call with other values."""
    return replace(args, values=values)
