"""Expressions: literals, templates, names, arrays, objects, and what can be made of them without a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from console.readers.javascript.machine import TOO_DEEP, Machine, poison, truth, unknown
from console.readers.javascript.scope import Scope
from console.readers.javascript.syntax import Node, line_of, part, parts, text_of, unwrapped
from console.readers.javascript.values import (
    UNDEFINED,
    Chain,
    Class,
    Function,
    Made,
    Many,
    Not,
    Pairs,
    Root,
    Step,
    Unknown,
    Value,
)

Reader: TypeAlias = Callable[[Machine, Node, Scope], Value]
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_FUNCTIONS = ("function_expression", "arrow_function", "function_declaration", "generator_function",
              "generator_function_declaration", "function")  # fmt: skip


def evaluate(machine: Machine, node: Node, scope: Scope) -> Value:
    """What an expression is worth. What it carries out on its way is taken down."""
    node = unwrapped(node)
    reader = READERS.get(node.type)
    if reader is None:
        poison(node, scope, f"an expression like {node.type.replace('_', ' ')} is not read")
        return unknown(node)
    with machine.deeper() as allowed:
        return reader(machine, node, scope) if allowed else unknown(node, TOO_DEEP)


def escaped(text: str) -> str:
    """What an escape sequence stands for."""
    body = text[1:]
    if body[:1] in ("\n", "\r", "\u2028", "\u2029"):
        return ""
    if found := re.fullmatch(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\}", body):
        code = int(found[1] or found[2] or found[3], 16)
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"
    return _ESCAPES.get(body, body)


def _string(machine: Machine, node: Node, scope: Scope) -> str:
    return "".join(escaped(text_of(c)) if c.type == "escape_sequence" else text_of(c) for c in node.named_children)


def _template(machine: Machine, node: Node, scope: Scope) -> Value:
    found: list[str] = []
    unknowns: list[Unknown] = []
    for child in node.named_children:
        if child.type != "template_substitution":
            found.append(escaped(text_of(child)) if child.type == "escape_sequence" else text_of(child))
            continue
        inner = parts(child)
        value = evaluate(machine, inner[0], scope) if inner else UNDEFINED
        word = as_text(value)
        if word is None:
            unknowns.append(value if isinstance(value, Unknown) else unknown(inner[0]))
        found.append(word or "")
    return unknowns[0] if unknowns else "".join(found)


def as_text(value: Value) -> str | None:
    """What JavaScript writes for it in a text; None where that is not known."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Many):
        words = ["" if one is None or one == UNDEFINED else as_text(one) for one in value.values]
        return None if None in words else ",".join(word or "" for word in words)
    return None


def _number(machine: Machine, node: Node, scope: Scope) -> Value:
    text = text_of(node).replace("_", "")
    try:
        if text[:1] == "0" and text[1:2].lower() in ("x", "o", "b"):
            return int(text, 0)
        if text.endswith("n"):
            return int(text[:-1])
        if text[:1] == "0" and text.isdecimal() and len(text) > 1:
            return int(text, 8)
        value = float(text)
    except ValueError:
        return unknown(node)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}


def _word(machine: Machine, node: Node, scope: Scope) -> Value:
    return _WORDS[node.type]


def _name(machine: Machine, node: Node, scope: Scope) -> Value:
    name = text_of(node)
    if name in machine.known and not scope.knows(name):
        return machine.known[name]
    return scope.find(name, line_of(node))


def _array(machine: Machine, node: Node, scope: Scope) -> Value:
    return Many(tuple(listed(machine, parts(node), scope)))


def listed(machine: Machine, nodes: list[Node], scope: Scope) -> list[Value]:
    """Elements or arguments, what `...` spreads among them."""
    found: list[Value] = []
    for node in nodes:
        if node.type != "spread_element":
            found.append(evaluate(machine, node, scope))
            continue
        value = evaluate(machine, parts(node)[0], scope)
        found += value.values if isinstance(value, Many) else (unknown(node),)
    return found


def _object(machine: Machine, node: Node, scope: Scope) -> Value:
    found: dict[str, Value] = {}
    for child in parts(node):
        if child.type == "spread_element":
            given = _spread(machine, child, scope)
            if given is None:
                return unknown(child)
            found |= given
            continue
        name = _key(machine, child, scope)
        if name is None:
            return unknown(child)
        found[name] = _value_of(machine, child, scope, name)
    return Pairs(found)


def _spread(machine: Machine, node: Node, scope: Scope) -> Mapping[str, Value] | None:
    """The members that `...` gives an object; of a call that is known only their names."""
    value = evaluate(machine, parts(node)[0], scope)
    if isinstance(value, Chain) and value.steps:
        names = machine.known.get(f"...{value.steps[-1].name}", "")
        return dict.fromkeys(names.split(), value) or None
    return value.values if isinstance(value, Pairs) else None


def _key(machine: Machine, node: Node, scope: Scope) -> str | None:
    if node.type == "shorthand_property_identifier":
        return text_of(node)
    key = part(node, "key") or part(node, "name")
    return member_name(machine, key, scope) if key is not None else None


def member_name(machine: Machine, key: Node, scope: Scope) -> str | None:
    """The name of a member of an object or a class."""
    if key.type == "computed_property_name":
        value = evaluate(machine, parts(key)[0], scope)
        return _symbol(value) or as_text(value)
    return _string(machine, key, scope) if key.type == "string" else text_of(key)


def _symbol(value: Value) -> str:
    """`[Op.ne]`: a symbol that a package keeps under this name, which no text can be."""
    names = value.path.split(".")[-2:] if isinstance(value, Chain) and not value.calls else []
    return ".".join(names) if len(names) > 1 and names[0] == "Op" else ""


def _value_of(machine: Machine, node: Node, scope: Scope, name: str) -> Value:
    if node.type == "shorthand_property_identifier":
        return scope.find(name, line_of(node))
    if node.type == "method_definition":
        return Function(node, scope, name)
    value = part(node, "value")
    return evaluate(machine, value, scope) if value is not None else unknown(node)


def _function(machine: Machine, node: Node, scope: Scope) -> Value:
    return Function(node, scope, text_of(part(node, "name")))


def _class(machine: Machine, node: Node, scope: Scope) -> Value:
    return class_of(machine, node, scope)


def class_of(machine: Machine, node: Node, scope: Scope) -> Class:
    """A class with what is written in it."""
    fields: dict[str, Value] = {}
    methods: dict[str, Function] = {}
    for child in parts(part(node, "body")):
        key = part(child, "name") or part(child, "property")
        name = member_name(machine, key, scope) if key is not None else None
        value = part(child, "value")
        if name is None:
            continue
        if child.type == "method_definition":
            methods[name] = Function(child, scope, name)
        elif child.type in ("public_field_definition", "field_definition"):
            found = evaluate(machine, value, scope) if value is not None else UNDEFINED
            if isinstance(found, Function):
                methods[name] = found
            else:
                fields[name] = found
    heritage = next((child for child in node.named_children if child.type == "class_heritage"), None)
    return Class(text_of(part(node, "name")), fields, methods, text_of(heritage), line_of(node))


def _binary(machine: Machine, node: Node, scope: Scope) -> Value:
    """A long `a + b + c` leans to the left: it is gone through without a level for each."""
    spine: list[Node] = []
    first = node
    while first.type == "binary_expression" and (left := part(first, "left")) is not None:
        spine.append(first)
        first = unwrapped(left)
    value = evaluate(machine, first, scope)
    for one in reversed(spine):
        value = _joined(machine, one, value, scope)
    return value


def _joined(machine: Machine, node: Node, left: Value, scope: Scope) -> Value:
    sign, right = text_of(part(node, "operator")), part(node, "right")
    if right is None:
        return unknown(node)
    if sign in ("&&", "||", "??"):
        return _either(machine, node, sign, left, right, scope)
    other = evaluate(machine, right, scope)
    return _compared(sign, left, other, node) if sign in _COMPARES else _summed(sign, left, other, node)


_COMPARES = frozenset({"===", "==", "!==", "!="})


def _either(machine: Machine, node: Node, sign: str, left: Value, right: Node, scope: Scope) -> Value:
    """What stands on the right is only looked at where the left one is known: else it may never be carried out."""
    known = truth(left) if not isinstance(left, Function | Made | Class) else True
    if sign == "??":
        known = None if isinstance(left, Unknown | Chain | Not) else left is not None and left != UNDEFINED
    if known is None:
        return _perhaps(machine, node, (right,), scope, "whether this is carried out is not known")
    return evaluate(machine, right, scope) if known == (sign == "&&") else left


def _perhaps(machine: Machine, node: Node, ways: tuple[Node, ...], scope: Scope, why: str) -> Value:
    """What may be evaluated or not: where it waits for something on its way, that is not lost."""
    value = unknown(node)
    with machine.aside() as items:
        for way in ways:
            evaluate(machine, way, scope)
    poison(node, scope, why)
    if items:
        machine.unread_value(node, value.why)
    return value


def _plain(value: Value) -> bool:
    return value is None or isinstance(value, str | int | float) or value == UNDEFINED


def _compared(sign: str, left: Value, right: Value, node: Node) -> Value:
    if not (_plain(left) and _plain(right)):
        return unknown(node)
    alike = _kind(left) == _kind(right)
    if not alike and sign in ("==", "!="):
        return unknown(node)
    return (alike and left == right) == (sign in ("===", "=="))


def _kind(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return "number"


def _summed(sign: str, left: Value, right: Value, node: Node) -> Value:
    if sign == "+" and (isinstance(left, str) or isinstance(right, str)):
        one, other = as_text(left), as_text(right)
        if one is not None and other is not None:
            return one + other
    elif _kind(left) == _kind(right) == "number" and isinstance(left, int) and isinstance(right, int):
        found = {"+": left + right, "-": left - right, "*": left * right}.get(sign)
        return found if found is not None else unknown(node)
    return next((value for value in (left, right) if isinstance(value, Unknown)), unknown(node))


def _unary(machine: Machine, node: Node, scope: Scope) -> Value:
    sign, argument = text_of(part(node, "operator")), part(node, "argument")
    if argument is None or sign not in ("!", "-", "+", "void"):
        poison(node, scope, f"what {sign} does is not read")
        return unknown(node)
    value = evaluate(machine, argument, scope)
    if sign == "void":
        return machine.settle(value, node, awaited=False) if isinstance(value, Chain) else UNDEFINED
    if sign == "!":
        known = truth(value)
        return value.value if isinstance(value, Not) else Not(value) if known is None else not known
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -value if sign == "-" else value
    return unknown(node)


def _ternary(machine: Machine, node: Node, scope: Scope) -> Value:
    test, then, otherwise = part(node, "condition"), part(node, "consequence"), part(node, "alternative")
    if test is None or then is None or otherwise is None:
        return unknown(node)
    known = truth(evaluate(machine, test, scope))
    if known is None:
        return _perhaps(machine, node, (then, otherwise), scope, "which of two values is taken is not known")
    return evaluate(machine, then if known else otherwise, scope)


def _awaited(machine: Machine, node: Node, scope: Scope) -> Value:
    inner = parts(node)
    return machine.settle(evaluate(machine, inner[0], scope), node) if inner else unknown(node)


def _assignment(machine: Machine, node: Node, scope: Scope) -> Value:
    left, right = part(node, "left"), part(node, "right")
    if left is None or right is None:
        return unknown(node)
    value = evaluate(machine, right, scope)
    left = unwrapped(left)
    if node.type == "augmented_assignment_expression":
        sign = text_of(part(node, "operator")).removesuffix("=")
        value = _summed(sign, evaluate(machine, left, scope), value, node)
    if left.type == "identifier":
        scope.assign(text_of(left), value)
    else:
        poison(node, scope, f"{text_of(left)} is changed on line {line_of(node)}")
    return value


def _made(machine: Machine, node: Node, scope: Scope) -> Value:
    made = part(node, "constructor")
    args = tuple(listed(machine, parts(part(node, "arguments")), scope))
    return Made(text_of(made).rpartition(".")[2], args, line_of(node))


def _this(machine: Machine, node: Node, scope: Scope) -> Value:
    return scope.find("this", line_of(node)) if scope.knows("this") else Chain(Root("global", "this"))


def member(value: Value, name: str, node: Node) -> Value:
    """One member of a value."""
    if isinstance(value, Chain):
        return Chain(value.root, (*value.steps, Step(name, None, line_of(node))))
    if isinstance(value, Pairs):
        return value.values.get(name, UNDEFINED)
    if isinstance(value, Class):
        return value.fields.get(name, value.methods.get(name, UNDEFINED))
    if isinstance(value, Many | str) and name == "length":
        return len(value.values) if isinstance(value, Many) else len(value)
    if isinstance(value, Many) and name.isdecimal():
        return value.values[int(name)] if int(name) < len(value.values) else UNDEFINED
    return value if isinstance(value, Unknown) else unknown(node)


READERS: dict[str, Reader] = {
    "string": _string,
    "template_string": _template,
    "number": _number,
    **dict.fromkeys(_WORDS, _word),
    "identifier": _name,
    "array": _array,
    "object": _object,
    **dict.fromkeys(_FUNCTIONS, _function),
    "class": _class,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "ternary_expression": _ternary,
    "await_expression": _awaited,
    "assignment_expression": _assignment,
    "augmented_assignment_expression": _assignment,
    "new_expression": _made,
    "this": _this,
}
"""Calls and members are in `calls`, which completes this table."""
