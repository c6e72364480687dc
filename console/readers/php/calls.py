"""Calls: of functions, of methods, of classes, and `new`."""

from __future__ import annotations

from collections.abc import Callable

from console.readers.php.arguments import Args, arguments, is_callable_syntax, static_value, unknown_call
from console.readers.php.assign import member_name
from console.readers.php.classes import ClassInfo, class_of
from console.readers.php.database import raw
from console.readers.php.deciding import is_empty, is_set
from console.readers.php.functions import array_class, native_call, string_class
from console.readers.php.guards import short
from console.readers.php.machine import Machine
from console.readers.php.models import is_model, looks_like_model, model_call
from console.readers.php.objects import (
    cases_of,
    constant_of,
    in_order,
    method_call,
    own_connection,
    promoted,
    run_method,
)
from console.readers.php.operators import equal
from console.readers.php.roles import role_of
from console.readers.php.scope import Cell, Frame
from console.readers.php.services import object_of, role_call
from console.readers.php.syntax import Node, first_of, part, parts, text_of
from console.readers.php.things import Closure, Foreign, Instance
from console.readers.php.values import Listing, Unknown, Value

_RAW = frozenset({"illuminate\\database\\query\\expression", "expression"})


def function_call(machine: Machine, node: Node, frame: Frame) -> Value:
    """`name(...)`, `$closure(...)`."""
    function = part(node, "function")
    if function is None:
        return Unknown("it cannot be read")
    if function.type not in ("name", "qualified_name"):
        return _value_call(machine, function, node, frame)
    name = text_of(function).rpartition("\\")[2].lower()
    if name in ("isset", "empty"):
        return _asked(machine, name, node, frame)
    declared = frame.file.functions.get(name)
    if is_callable_syntax(node):
        return (
            Closure(node=declared, frame=Frame(frame.file))
            if declared is not None
            else Closure(native=name, frame=frame)
        )
    args = arguments(machine, node, frame)
    if declared is not None:
        closure = Closure(node=declared, frame=Frame(frame.file, foreign=frame.foreign))
        return machine.call(closure, in_order(declared, args), node)
    return native_call(machine, name, _callables(machine, args, frame), node, frame)


def _callables(machine: Machine, args: Args, frame: Frame) -> Args:
    """`array_map('strtolower', ...)`, `array_map([$this, 'name'], ...)`: what is called is a function by its name."""
    found = _with_methods(machine, args, frame)
    if len(found.values) > 1 and isinstance(found.values[1], (Listing, Unknown)):
        first = _as_closure(machine, found.values[0], frame)
        return found if first is None else Args((first, *found.values[1:]), args.named, args.nodes, args.why)
    return found


_CALLED = frozenset({"strtolower", "strtoupper", "trim", "ucfirst", "intval", "strval", "lcfirst", "ucwords"})


def _as_closure(machine: Machine, value: Value, frame: Frame, *, texts: bool = True) -> Closure | None:
    if texts and isinstance(value, str) and value.lower() in _CALLED:
        return Closure(native=value.lower(), frame=frame)
    if not isinstance(value, Listing) or len(value.items) != 2:
        return None
    holder, name = value.values
    if isinstance(holder, Instance) and isinstance(name, str):
        return _method_closure(machine, holder.of, holder, name)
    return None


def _with_methods(machine: Machine, args: Args, frame: Frame) -> Args:
    """`->each([$this, 'name'])`: a method of an object, as a function."""
    values = tuple(_as_closure(machine, value, frame, texts=False) or value for value in args.values)
    return Args(values, args.named, args.nodes, args.why)


def _method_closure(machine: Machine, of: ClassInfo, this: Instance | None, name: str) -> Closure | None:
    found = machine.method(of, name)
    return Closure(node=found[1], frame=Frame(found[0].file, found[0], this)) if found is not None else None


def _asked(machine: Machine, name: str, node: Node, frame: Frame) -> Value:
    holder = part(node, "arguments")
    nodes = [parts(one)[-1] for one in parts(holder)] if holder is not None else []
    return is_set(machine, nodes, frame) if name == "isset" else is_empty(machine, nodes[0], frame) if nodes else True


def _value_call(machine: Machine, function: Node, node: Node, frame: Frame) -> Value:
    called = machine.value(function, frame)
    args = arguments(machine, node, frame)
    closure = called if isinstance(called, Closure) else _as_closure(machine, called, frame)
    if closure is not None:
        values = args.values if closure.node is None else in_order(closure.node, args)
        return machine.call(closure, values, node)
    return unknown_call(machine, node, short(text_of(function)), args, frame)


def member_call(machine: Machine, node: Node, frame: Frame) -> Value:
    """`$object->name(...)`."""
    holder = machine.value(part(node, "object"), frame)
    name = member_name(machine, node, frame)
    if is_callable_syntax(node) and name is not None:
        return _bound(machine, holder, name, node, frame)
    args = _with_methods(machine, arguments(machine, node, frame), frame)
    if name is None:
        given = Args((*args.values, holder), args.named)
        return unknown_call(machine, node, short(text_of(node)), given, frame)
    if holder is None and node.type.startswith("nullsafe"):
        return None
    return method_call(machine, holder, name, args, node, frame)


def _bound(machine: Machine, holder: Value, name: str, node: Node, frame: Frame) -> Closure:
    def called(values: tuple[Value, ...]) -> Value:
        return method_call(machine, holder, name, Args(values), node, frame)

    return Closure(bound=called)


def scoped_call(machine: Machine, node: Node, frame: Frame) -> Value:
    """`Name::method(...)`, `self::method(...)`."""
    scope = part(node, "scope")
    method = member_name(machine, node, frame)
    if scope is None or method is None:
        return unknown_call(machine, node, short(text_of(node)), arguments(machine, node, frame), frame)
    if is_callable_syntax(node):
        return Closure(bound=lambda values: _static(machine, scope, method, Args(values), node, frame))
    args = _with_methods(machine, arguments(machine, node, frame), frame)
    return _static(machine, scope, method, args, node, frame)


def _static(machine: Machine, scope: Node, method: str, args: Args, node: Node, frame: Frame) -> Value:
    if scope.type == "relative_scope":
        return _own(machine, text_of(scope).lower(), method, args, node, frame)
    if scope.type in ("name", "qualified_name"):
        return named_call(machine, frame.file.full_name(text_of(scope)), method, args, node, frame)
    value = machine.value(scope, frame)
    if isinstance(value, str):
        return named_call(machine, value.lstrip("\\"), method, args, node, frame)
    return method_call(machine, value, method, args, node, frame)


def _own(machine: Machine, word: str, method: str, args: Args, node: Node, frame: Frame) -> Value:
    """`self::`, `static::` and `parent::`: a method of this object's own line."""
    of = frame.of
    if of is None:
        return unknown_call(machine, node, f"{word}::{method}", args, frame)
    if word == "parent":
        return _parent(machine, of, method, args, node, frame)
    if method.lower() in ("cases", "from", "tryfrom") and of.cases:
        return _enum(machine, of, method, args)
    found = machine.method(of, method)
    if found is not None:
        return run_method(machine, found, frame.this, args, node, frame)
    if is_model(machine, of):
        return model_call(machine, of.name, of, method, args, node, frame)
    return unknown_call(machine, node, f"{word}::{method}", args, frame)


def _parent(machine: Machine, of: ClassInfo, method: str, args: Args, node: Node, frame: Frame) -> Value:
    parent = machine.class_named(of.parent, of.file) if of.parent else None
    found = machine.method(parent, method) if parent is not None else None
    if found is not None:
        return run_method(machine, found, frame.this, args, node, frame)
    if method.lower() == "getconnection" and frame.this is not None:
        return own_connection(machine, frame.this)
    if method.lower() in machine.tool.methods:
        return machine.tool.methods[method.lower()](machine, args, node, frame)
    return None if method.lower() == "__construct" else unknown_call(machine, node, f"parent::{method}", args, frame)


def named_call(machine: Machine, name: str, method: str, args: Args, node: Node, frame: Frame) -> Value:
    """A static call on a class by its full name."""
    known = machine.tool.statics.get(f"{name}::{method}".lower())
    if known is not None:
        return known(machine, args, node, frame)
    of = machine.class_named(name, frame.file)
    role = "" if of is not None else role_of(name)
    if role == "str":
        return string_class(machine, method, args, node, frame)
    if role == "arr":
        return array_class(machine, method, args, node, frame)
    if role == "collection" and method.lower() in ("make", "wrap"):
        return native_call(machine, "collect", args, node, frame)
    if role and role not in ("model", "collection"):
        return role_call(machine, role, method, args, node, frame)
    if of is None:
        return _unread_class(machine, name, method, args, node, frame)
    if of.cases and method.lower() in ("cases", "from", "tryfrom"):
        return _enum(machine, of, method, args)
    found = machine.method(of, method)
    if found is not None:
        return run_method(machine, found, frame.this if of is frame.of else None, args, node, frame)
    if is_model(machine, of):
        return model_call(machine, name, of, method, args, node, frame)
    return static_value(machine, node, name, method, args, frame)


def _unread_class(machine: Machine, name: str, method: str, args: Args, node: Node, frame: Frame) -> Value:
    if looks_like_model(name):
        return model_call(machine, name, None, method, args, node, frame)
    return static_value(machine, node, name, method, args, frame)


def _enum(machine: Machine, of: ClassInfo, method: str, args: Args) -> Value:
    cases = cases_of(machine, of)
    if method.lower() == "cases":
        return cases
    for case in cases.values:
        if equal(getattr(case, "value", None), args.at(0)):
            return case
    return None if method.lower() == "tryfrom" and not isinstance(args.at(0), Unknown) else Unknown("no case is known")


def class_constant(machine: Machine, node: Node, frame: Frame) -> Value:
    """`Name::CONSTANT`, `Name::class`, `Enum::Case`."""
    inside = parts(node)
    scope, name = inside[0], text_of(inside[-1])
    if scope.type in ("name", "qualified_name"):
        full = frame.file.full_name(text_of(scope))
        of = machine.class_named(full, frame.file) if name != "class" else None
    else:
        of = _class_of_scope(machine, scope, frame)
        full = of.name if of is not None else ""
    if name == "class":
        return full or Unknown("the class's name is not known", never_null=True)
    if of is None:
        unknown = Unknown(f"the constant {text_of(node)} is not known")
        return machine.tool.constants.get(f"{full}::{name}".lower(), unknown)
    return constant_of(machine, of, name)


def _class_of_scope(machine: Machine, scope: Node, frame: Frame) -> ClassInfo | None:
    if scope.type == "relative_scope":
        if text_of(scope).lower() == "parent":
            return machine.class_named(frame.of.parent, frame.file) if frame.of is not None else None
        return frame.this.of if frame.this is not None and text_of(scope).lower() == "static" else frame.of
    value = machine.value(scope, frame)
    if isinstance(value, Instance):
        return value.of
    return machine.class_named(value.lstrip("\\"), frame.file) if isinstance(value, str) else None


def create(machine: Machine, node: Node, frame: Frame) -> Value:
    """`new Name(...)`, `new class {...}`."""
    args = arguments(machine, node, frame)
    anonymous = first_of(node, "anonymous_class") or (node if first_of(node, "declaration_list") else None)
    if anonymous is not None:
        return _instance(machine, class_of(frame.file, anonymous), args, node, frame)
    named = first_of(node, "name", "qualified_name")
    if named is None:
        value = machine.value(parts(node)[0], frame) if parts(node) else None
        name = value.lstrip("\\") if isinstance(value, str) else ""
    else:
        name = frame.file.full_name(text_of(named))
    if name.lower() in machine.tool.makes:
        return machine.tool.makes[name.lower()](machine, args, node, frame)
    if name.lower() in _RAW:
        return raw(args.at(0))
    of = machine.class_named(name, frame.file) if name else None
    if of is not None:
        return _instance(machine, of, args, node, frame)
    role = role_of(name) if name else ""
    return object_of(machine, role) if role in ("db", "schema", "harmless") else Foreign(of=name)


def _instance(machine: Machine, of: ClassInfo, args: Args, node: Node, frame: Frame) -> Instance:
    made = Instance(of=of)
    found = machine.method(of, "__construct")
    if found is not None:
        construct(machine, made, found, args, node, frame)
    return made


def construct(
    machine: Machine, made: Instance, found: tuple[ClassInfo, Node], args: Args, node: Node, frame: Frame
) -> None:
    """Walk a constructor; its promoted parameters are properties."""
    values = in_order(found[1], args)
    for name, value in zip(promoted(found[1]), values, strict=False):
        made.fields[name] = Cell(value)
    run_method(machine, found, made, args, node, frame)


CALLS: dict[str, Callable[[Machine, Node, Frame], Value]] = {
    "function_call_expression": function_call,
    "member_call_expression": member_call,
    "nullsafe_member_call_expression": member_call,
    "scoped_call_expression": scoped_call,
    "class_constant_access_expression": class_constant,
    "object_creation_expression": create,
}
"""By the parser's word for it."""
