"""Expressions to values, as far as they are known. A call is somebody else's (`calls.py`); the rest is here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from console.core.statements import Guard
from console.readers.php.arrays import Items
from console.readers.php.assign import cell_of, forget, item, write
from console.readers.php.deciding import DECIDING, coalesced, either_way, matched
from console.readers.php.guards import condition, negated, short
from console.readers.php.literals import floating, heredoc_pieces, integer, pieces, single_quoted
from console.readers.php.machine import Machine
from console.readers.php.members import instance_of, member, read, static_member, subscript
from console.readers.php.operators import binary, cast, joined, number
from console.readers.php.scope import Cell, Frame
from console.readers.php.syntax import Node, name_of, of_type, only, part, parts, text_of
from console.readers.php.things import Building, Case, Chain, Closure, Collected, FilePlace, Question
from console.readers.php.values import Listing, Unknown, Value

_CONSTANTS: dict[str, Value] = {
    "php_eol": "\n",
    "directory_separator": "/",
    "php_int_max": 2**63 - 1,
    "json_unescaped_unicode": 256,
    "json_unescaped_slashes": 64,
    "json_throw_on_error": 4194304,
    "json_preserve_zero_fraction": 1024,
    "json_pretty_print": 128,
    "array_filter_use_key": 2,
    "array_filter_use_both": 1,
    "str_pad_left": 0,
    "str_pad_right": 1,
}


def _variable(machine: Machine, node: Node, frame: Frame) -> Value:
    name = name_of(node)
    if name == "this":
        return _this(frame)
    return read(frame.cell(name))


def _this(frame: Frame) -> Value:
    """The object; in a method of an enum it is a case."""
    this = frame.this
    if this is None:
        return Unknown("$this has no value here")
    if this.of.cases and "name" in this.fields:
        return Case(of=this.of.name, name=str(this.fields["name"].value), value=read(this.fields["value"]))
    return this


def _string(machine: Machine, node: Node, frame: Frame) -> Value:
    return single_quoted(text_of(node))


def _literal(machine: Machine, node: Node, frame: Frame) -> Value:
    text = text_of(node)
    if node.type in ("boolean", "null"):
        return text.lower() == "true" if node.type == "boolean" else None
    return integer(text) if node.type == "integer" else floating(text)


def _encapsed(machine: Machine, node: Node, frame: Frame) -> Value:
    return _put_together(machine, pieces(node, quoted=True), frame)


def _heredoc(machine: Machine, node: Node, frame: Frame) -> Value:
    return _put_together(machine, heredoc_pieces(node), frame)


def _put_together(machine: Machine, found: Iterable[str | Node], frame: Frame) -> Value:
    return join(machine, [one if isinstance(one, str) else _embedded(machine, one, frame) for one in found])


def _embedded(machine: Machine, node: Node, frame: Frame) -> Value:
    """An expression inside a string; `$a[key]` there needs no quotes around the key."""
    if node.type == "subscript_expression" and len(parts(node)) == 2 and parts(node)[1].type == "name":
        return item(machine.value(parts(node)[0], frame), text_of(parts(node)[1]))
    if node.type == "dynamic_variable_name" and (inner := only(node)) is not None and inner.type == "name":
        return read(frame.cell(text_of(inner)))
    return machine.value(node, frame)


def join(machine: Machine, values: list[Value]) -> Value:
    """Values as one text; a place in the project stays one."""
    if values and isinstance(values[0], FilePlace):
        rest = joined(values[1:])
        return FilePlace(path=values[0].path + rest) if isinstance(rest, str) else rest
    text = joined(values)
    machine.step(len(text) // 1000 if isinstance(text, str) else 1)
    return text


def _constant(machine: Machine, node: Node, frame: Frame) -> Value:
    name = text_of(node).lstrip("\\")
    if name in ("__DIR__", "__FILE__"):
        return FilePlace(path=machine.folder if name == "__DIR__" else f"{machine.folder}/it.php")
    if name == "__CLASS__" and frame.of is not None and frame.of.name:
        return frame.of.name
    return _CONSTANTS.get(name.lower(), Unknown(f"the constant {name} is not known"))


def _array(machine: Machine, node: Node, frame: Frame) -> Value:
    items = Items()
    for element in of_type(node, "array_element_initializer"):
        machine.step()
        try:
            _add_element(machine, items, element, frame)
        except ValueError as error:
            forget(machine, node, frame, str(error))
            return Unknown(str(error) or "the list cannot be read")
    return items.listing()


def _add_element(machine: Machine, items: Items, element: Node, frame: Frame) -> None:
    inside = parts(element)
    if not inside:
        items.append(None)
    elif inside[0].type == "variadic_unpacking":
        more = machine.value(only(inside[0]), frame)
        found = _known_list(more.items if isinstance(more, Collected) else more)
        machine.step(len(found.items) // 10)
        items.spread(found)
    elif len(inside) == 1:
        items.append(machine.value(inside[0], frame))
    else:
        key = machine.value(inside[0], frame)
        value = machine.value(inside[1], frame)
        if isinstance(key, Unknown):
            _known_list(key)
        items.put(key, value)


def _known_list(value: Value) -> Listing:
    if isinstance(value, Listing):
        return value
    raise ValueError(value.why if isinstance(value, Unknown) else "it is no list")


def _inner(machine: Machine, node: Node, frame: Frame) -> Value:
    return machine.value(only(node), frame)


def _sequence(machine: Machine, node: Node, frame: Frame) -> Value:
    return [machine.value(one, frame) for one in parts(node)][-1]


def _binary(machine: Machine, node: Node, frame: Frame) -> Value:
    operator = text_of(part(node, "operator")).lower()
    if operator == ".":
        return join(machine, [machine.value(one, frame) for one in _operands(machine, node)])
    if operator in DECIDING:
        return DECIDING[operator](machine, node, frame)
    left, right = part(node, "left"), part(node, "right")
    if operator == "instanceof":
        return instance_of(machine, machine.value(left, frame), frame.file.full_name(text_of(right)))
    return _compared(operator, machine.value(left, frame), machine.value(right, frame))


def _compared(operator: str, one: Value, other: Value) -> Value:
    """A question compared with true or false is the question, or its opposite."""
    for asked, said in ((one, other), (other, one)):
        if isinstance(asked, Question) and isinstance(said, bool) and operator in ("==", "===", "!=", "!=="):
            return asked if said is operator.startswith("=") else negated(asked)
    return binary(operator, one, other)


def _operands(machine: Machine, node: Node) -> list[Node]:
    """What stands between the points of `$a . 'b' . $c`, however many there are."""
    found: list[Node] = []
    at: Node | None = node
    while at is not None and at.type == "binary_expression" and text_of(part(at, "operator")) == ".":
        machine.step()
        right = part(at, "right")
        found += [right] if right is not None else []
        at = part(at, "left")
    return [*([at] if at is not None else []), *reversed(found)]


def _unary(machine: Machine, node: Node, frame: Frame) -> Value:
    value = machine.value(part(node, "argument") or only(node), frame)
    sign = text_of(part(node, "operator"))
    if sign == "!":
        asked = condition(value, text_of(only(node)))
        return _not(asked, text_of(node)) if isinstance(asked, Question) else not asked
    found = number(value)
    if found is None or sign == "~":
        return Unknown(value.why if isinstance(value, Unknown) else f"the sign {sign} is not read")
    return -found if sign == "-" else found


def _not(asked: Question, text: str) -> Question:
    """The opposite, in the file's own words."""
    turned = negated(asked)
    if len(turned.yes) == 1 and len(turned.no) == 1 and turned.no[0].text in short(text):
        own = Guard(short(text), turned.yes[0].ref, turned.yes[0].present)
        return Question(yes=(own,), no=turned.no)
    return turned


def _conditional(machine: Machine, node: Node, frame: Frame) -> Value:
    first, body, other = part(node, "condition"), part(node, "body"), part(node, "alternative")
    value = machine.value(first, frame)
    asked = condition(value, text_of(first))
    if isinstance(asked, bool):
        return (value if body is None else machine.value(body, frame)) if asked else machine.value(other, frame)
    return either_way(
        machine,
        asked,
        lambda: value if body is None else machine.value(body, frame),
        lambda: machine.value(other, frame),
    )


def _assign(machine: Machine, node: Node, frame: Frame) -> Value:
    left = part(node, "left")
    value = machine.value(part(node, "right"), frame)
    if left is not None:
        write(machine, left, value, frame)
    return value


def _assign_reference(machine: Machine, node: Node, frame: Frame) -> Value:
    left, right = part(node, "left"), part(node, "right")
    cell = cell_of(machine, right, frame) if right is not None else None
    if cell is None or left is None or left.type != "variable_name":
        return _assign(machine, node, frame)
    frame.cells[name_of(left)] = cell
    return read(cell)


def _augment(machine: Machine, node: Node, frame: Frame) -> Value:
    left = part(node, "left")
    operator = text_of(part(node, "operator")).removesuffix("=")
    if left is None:
        return Unknown("it cannot be read")
    if operator == "??":
        return _assign_missing(machine, node, left, frame)
    old = machine.value(left, frame)
    value = machine.value(part(node, "right"), frame)
    new = join(machine, [old, value]) if operator == "." else binary(operator, old, value)
    write(machine, left, new, frame)
    return new


def _assign_missing(machine: Machine, node: Node, left: Node, frame: Frame) -> Value:
    value = coalesced(machine, left, part(node, "right"), frame)
    write(machine, left, value, frame)
    return value


def _update(machine: Machine, node: Node, frame: Frame) -> Value:
    target = part(node, "argument") or only(node)
    if target is None:
        return Unknown("it cannot be read")
    old = machine.value(target, frame)
    new = binary("+" if "++" in text_of(node) else "-", old, 1)
    if isinstance(old, str) and not old.isdecimal():
        new = Unknown("how a text is counted up is not read", never_null=True)
    write(machine, target, new, frame)
    return old if node.children and node.children[0] == target else new


def _cast(machine: Machine, node: Node, frame: Frame) -> Value:
    return cast(text_of(part(node, "type")).lower(), machine.value(part(node, "value"), frame))


def _clone(machine: Machine, node: Node, frame: Frame) -> Value:
    value = _inner(machine, node, frame)
    if not isinstance(value, Chain):
        return value
    old = value.building
    return Chain(
        building=Building(
            machine.new_cell(old.calls.value), old.start, old.source, old.line, old.guards, old.on, old.broken
        ),
        query=value.query,
    )


def _throw(machine: Machine, node: Node, frame: Frame) -> Value:
    machine.throw(node)


def _print(machine: Machine, node: Node, frame: Frame) -> Value:
    _inner(machine, node, frame)
    return 1


def _include(machine: Machine, node: Node, frame: Frame) -> Value:
    return machine.unread(node, "what another file does is not read", frame)


def _closure(machine: Machine, node: Node, frame: Frame) -> Value:
    used = (name for clause in of_type(node, "anonymous_function_use_clause") for name in parts(clause))
    captured = []
    for one in used:
        inner = only(one) if one.type == "by_ref" else one
        cell = frame.cell(name_of(inner))
        captured.append((name_of(inner), cell if one.type == "by_ref" else Cell(cell.value)))
    return Closure(node=node, frame=frame, captured=tuple(captured))


EXPRESSIONS: dict[str, Callable[[Machine, Node, Frame], Value]] = {
    "variable_name": _variable,
    "string": _string,
    "encapsed_string": _encapsed,
    "heredoc": _heredoc,
    "nowdoc": _heredoc,
    "integer": _literal,
    "float": _literal,
    "boolean": _literal,
    "null": _literal,
    "name": _constant,
    "qualified_name": _constant,
    "array_creation_expression": _array,
    "parenthesized_expression": _inner,
    "error_suppression_expression": _inner,
    "sequence_expression": _sequence,
    "binary_expression": _binary,
    "unary_op_expression": _unary,
    "conditional_expression": _conditional,
    "match_expression": matched,
    "assignment_expression": _assign,
    "reference_assignment_expression": _assign_reference,
    "augmented_assignment_expression": _augment,
    "update_expression": _update,
    "cast_expression": _cast,
    "member_access_expression": member,
    "nullsafe_member_access_expression": member,
    "scoped_property_access_expression": static_member,
    "subscript_expression": subscript,
    "clone_expression": _clone,
    "throw_expression": _throw,
    "exit_statement": _throw,
    "print_intrinsic": _print,
    "include_expression": _include,
    "include_once_expression": _include,
    "require_expression": _include,
    "require_once_expression": _include,
    "anonymous_function": _closure,
    "anonymous_function_creation_expression": _closure,
    "arrow_function": _closure,
}
"""By the parser's word for it."""
