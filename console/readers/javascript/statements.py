"""Statements of a function: names are given, branches that only a run decides are kept as such, loops are not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from console.readers.javascript.evaluate import class_of, evaluate, member, member_name
from console.readers.javascript.failures import is_harmless, swallows
from console.readers.javascript.machine import TOO_DEEP, Machine, poison, truth, unknown
from console.readers.javascript.scope import Scope
from console.readers.javascript.syntax import Node, below, line_of, part, parts, shortly, text_of, unwrapped
from console.readers.javascript.values import (
    UNDEFINED,
    Branch,
    Call,
    Chain,
    Function,
    Item,
    Many,
    Pairs,
    Root,
    Unknown,
    Value,
)


@dataclass(frozen=True, slots=True)
class Ended:
    """A function came to its end, with what it gives back."""

    value: Value = UNDEFINED


Rest: TypeAlias = Callable[[], Ended | None]
"""What stands behind a block, in the function around it: where a branch ends the function, only the other goes on."""


def run_body(machine: Machine, block: Node, scope: Scope) -> Value:
    """All statements of a function, and what it gives back."""
    ended = run(machine, parts(block), scope)
    return ended.value if ended is not None else UNDEFINED


def run(machine: Machine, nodes: list[Node], scope: Scope, rest: Rest | None = None) -> Ended | None:
    """Statements one after the other, and then the rest, until one of them ends the function."""
    for node in nodes:
        if node.type in ("function_declaration", "generator_function_declaration"):
            scope.names[text_of(part(node, "name"))] = Function(node, scope, text_of(part(node, "name")))
    return _run(machine, nodes, scope, rest)


def _run(machine: Machine, nodes: list[Node], scope: Scope, rest: Rest | None) -> Ended | None:
    for at, node in enumerate(nodes):
        if machine.full:
            return None
        later = partial(_run, machine, nodes[at + 1 :], scope, rest)
        with machine.deeper() as allowed:
            if not allowed:
                machine.unread(node, TOO_DEEP, scope)
                continue
            if node.type in _AROUND and _may_end(node):
                return _AROUND[node.type](machine, node, later, scope)
            ended = (
                _AROUND[node.type](machine, node, _nothing, scope)
                if node.type in _AROUND
                else _STATEMENTS.get(node.type, _other)(machine, node, scope)
            )
        if ended is not None:
            return ended
    return rest() if rest is not None else None


def _nothing() -> None:
    """No more stands behind it."""


def _may_end(node: Node) -> bool:
    """Whether a statement may end the function it stands in."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if found.type in ("return_statement", "throw_statement"):
            return True
        waiting.extend(child for child in found.named_children if not child.type.endswith(_FUNCTIONS))
    return False


_FUNCTIONS = ("_function", "function_expression", "function_declaration", "method_definition", "class_body",
              "expression_statement", "_declaration")  # fmt: skip


def _expression(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    inner = parts(node)
    if not inner:
        return None
    if inner[0].type == "sequence_expression":
        for one in parts(inner[0]):
            machine.settle(evaluate(machine, one, scope), one, awaited=False)
        return None
    found = _chosen(machine, inner[0], scope, awaited=False)
    machine.settle(found if found is not None else evaluate(machine, inner[0], scope), node, awaited=False)
    return None


def _return(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    inner = parts(node)
    if not inner:
        return Ended()
    return Ended(given_back(machine, inner[0], scope))


def given_back(machine: Machine, node: Node, scope: Scope) -> Value:
    """What a function gives back; of `asked ? this : that` both ways are read."""
    found = _chosen(machine, node, scope, awaited=True)
    value = found if found is not None else evaluate(machine, node, scope)
    machine.returned = node
    return value


def _chosen(machine: Machine, node: Node, scope: Scope, *, awaited: bool) -> Value | None:
    """Both ways of an expression that decides; None where it is none."""
    node = unwrapped(node)
    if node.type == "await_expression" and parts(node):
        node, awaited = unwrapped(parts(node)[0]), True
    sign = text_of(part(node, "operator")) if node.type == "binary_expression" else ""
    test = part(node, "left" if sign else "condition")
    if test is None or (node.type != "ternary_expression" and sign not in ("&&", "||")):
        return None
    ways = (
        (part(node, "consequence"), part(node, "alternative"))
        if not sign
        else (part(node, "right"), None)
        if sign == "&&"
        else (None, part(node, "right"))
    )
    value = evaluate(machine, test, scope)
    known = truth(value)
    if known is None:
        return _both_values(machine, node, (value, test), ways, scope, awaited=awaited)
    way = ways[0] if known else ways[1]
    return evaluate(machine, way, scope) if way is not None else value


def _both_values(
    machine: Machine,
    node: Node,
    test: tuple[Value, Node],
    ways: tuple[Node | None, Node | None],
    scope: Scope,
    *,
    awaited: bool,
) -> Value:
    found: list[tuple[Item, ...]] = []
    for way in ways:
        with machine.aside() as items:
            value = evaluate(machine, way, scope) if way is not None else UNDEFINED
            machine.settle(value, way or node, awaited=awaited)
        found.append(tuple(items))
    poison(node, scope, "which of two values is taken is not known")
    if not any(found):
        return unknown(node)
    text = shortly(test[1])
    machine.add(Branch(test[0], text, line_of(node), text_of(node), *found))
    return Chain(Root("branch", text))


def _throw(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    machine.unread(node, "it throws here: nothing behind it runs", scope, stops=True)
    return Ended()


def _block(machine: Machine, node: Node, later: Rest, scope: Scope) -> Ended | None:
    return run(machine, parts(node), scope.inner(), later)


def _declaration(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    for one in parts(node):
        name, given = part(one, "name"), part(one, "value")
        if name is None:
            continue
        value = evaluate(machine, given, scope) if given is not None else UNDEFINED
        if isinstance(value, Chain) and value.calls and value.root.kind == "parameter":
            machine.add(Call(value, text_of(node).rstrip(";"), line_of(node), awaited=False, kept=True))
        bind(machine, [name], (value,), scope)
    return None


def _function(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    return None


def _class(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    found = class_of(machine, node, scope)
    scope.names[found.name] = found
    return None


def _enum(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    found: dict[str, Value] = {}
    count: Value = 0
    for child in parts(part(node, "body")):
        name, given = part(child, "name") or child, part(child, "value")
        value = evaluate(machine, given, scope) if given is not None else count
        found[member_name(machine, name, scope) or ""] = value
        count = value + 1 if isinstance(value, int) else unknown(child)
    scope.names[text_of(part(node, "name"))] = Pairs(found)
    return None


def _if(machine: Machine, node: Node, later: Rest, scope: Scope) -> Ended | None:
    """A condition that is known decides; of another one both ways are read."""
    test, then = part(node, "condition"), part(node, "consequence")
    alternative = part(node, "alternative")
    otherwise = parts(alternative)[0] if alternative is not None and parts(alternative) else None
    if test is None or then is None:
        machine.unread(node, "this condition is not read", scope)
        return later()
    value = evaluate(machine, test, scope)
    known = truth(value)
    if known is None:
        return _both(machine, node, value, (then, otherwise), later, scope)
    chosen = then if known else otherwise
    return run(machine, [chosen], scope.inner(), later) if chosen is not None else later()


def _both(
    machine: Machine, node: Node, value: Value, ways: tuple[Node | None, ...], later: Rest, scope: Scope
) -> Ended | None:
    """Where one of them may end the function, what stands behind belongs to each that goes on."""
    condition = part(node, "condition") or node
    text = shortly(condition).removeprefix("(").removesuffix(")")
    ending = any(_may_end(way) for way in ways if way is not None)
    found: list[tuple[Item, ...]] = []
    for way in ways:
        with machine.aside() as items:
            ended = run(machine, [way] if way is not None else [], scope.inner(), later if ending else None)
            if ended is not None:
                machine.settle(ended.value, way or node)
        found.append(tuple(items))
        poison(node, scope, f"it depends on {text}")
    machine.add(Branch(value, text, line_of(node), text_of(node), *found))
    return Ended(Chain(Root("branch", text))) if ending else later()


def _for_of(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    """Over a list that is written in the file; all others are not read."""
    left, right, body = part(node, "left"), part(node, "right"), part(node, "body")
    if left is None or right is None or body is None or text_of(part(node, "operator")) != "of":
        return _other(machine, node, scope)
    values = evaluate(machine, right, scope)
    if not isinstance(values, Many) or any(below(body, "break_statement", "continue_statement", "return_statement")):
        return _other(machine, node, scope)
    for one in values.values:
        inner = scope.inner()
        bind(machine, [left], (one,), inner)
        if (ended := run(machine, [body], inner)) is not None:
            return ended
    return None


def _try(machine: Machine, node: Node, later: Rest, scope: Scope) -> Ended | None:
    body, handler, finalizer = part(node, "body"), part(node, "handler"), part(node, "finalizer")
    last = part(finalizer, "body") if finalizer is not None else None
    if body is None or (last is not None and _may_end(body)):
        _other(machine, node, scope)
        return later()

    begun, first = machine.items, len(machine.items)

    def behind() -> Ended | None:
        if handler is not None and swallows(handler):
            machine.hush(first if machine.items is begun else 0, line_of(handler))
        if handler is not None and not is_harmless(handler):
            machine.unread(handler, "what runs after a failure is not read", scope)
        return _block(machine, last, later, scope) if last is not None else later()

    return _block(machine, body, behind, scope)


def _other(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    what = _CALLED.get(node.type, node.type.replace("_", " "))
    machine.unread(node, f"{what} is not read: what it does is only known while it runs", scope)
    return None


def _silent(machine: Machine, node: Node, scope: Scope) -> Ended | None:
    return None


_CALLED = {
    "for_statement": "a loop",
    "for_in_statement": "a loop",
    "while_statement": "a loop",
    "do_statement": "a loop",
    "switch_statement": "a switch",
    "try_statement": "a return out of a try with a finally",
    "labeled_statement": "a statement with a label",
}

_STATEMENTS: dict[str, Callable[[Machine, Node, Scope], Ended | None]] = {
    "expression_statement": _expression,
    "return_statement": _return,
    "throw_statement": _throw,
    "lexical_declaration": _declaration,
    "variable_declaration": _declaration,
    "function_declaration": _function,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "enum_declaration": _enum,
    "for_in_statement": _for_of,
    "type_alias_declaration": _silent,
    "interface_declaration": _silent,
    "import_statement": _silent,
    "debugger_statement": _silent,
    "generator_function_declaration": _function,
}

_AROUND: dict[str, Callable[[Machine, Node, Rest, Scope], Ended | None]] = {
    "statement_block": _block,
    "if_statement": _if,
    "try_statement": _try,
}
"""Statements with others inside."""


def bind(machine: Machine, names: list[Node], args: tuple[Value, ...], scope: Scope) -> None:
    """Give parameters or declared names their values."""
    for at, name in enumerate(names):
        if name.type in ("rest_pattern", "rest_parameter"):
            inner = parts(name)
            bind(machine, inner[:1], (Many(tuple(args[at:])),), scope)
            return
        value: Value = args[at] if at < len(args) else UNDEFINED
        _bind(machine, name, value, scope)


def _bind(machine: Machine, name: Node, value: Value, scope: Scope) -> None:
    if name.type in ("required_parameter", "optional_parameter"):
        inner, default = part(name, "pattern"), part(name, "value")
        value = evaluate(machine, default, scope) if value == UNDEFINED and default is not None else value
        if inner is not None:
            _bind(machine, inner, value, scope)
    elif name.type in ("assignment_pattern", "object_assignment_pattern"):
        left, default = part(name, "left"), part(name, "right")
        value = evaluate(machine, default, scope) if value == UNDEFINED and default is not None else value
        if left is not None:
            _bind(machine, left, value, scope)
    elif name.type == "object_pattern":
        _bind_members(machine, name, value, scope)
    elif name.type == "array_pattern":
        for at, child in enumerate(parts(name)):
            _bind(machine, child, member(value, str(at), child), scope)
    elif name.type in ("lexical_declaration", "variable_declaration"):
        bind(machine, parts(name)[:1], (value,), scope)
    else:
        scope.names[text_of(name)] = value


def _bind_members(machine: Machine, name: Node, value: Value, scope: Scope) -> None:
    for child in parts(name):
        key = part(child, "key")
        if child.type == "pair_pattern" and key is not None:
            target = part(child, "value")
            if target is not None:
                _bind(machine, target, member(value, text_of(key).strip("'\""), child), scope)
        elif child.type == "rest_pattern":
            scope.names[text_of(child).lstrip(". ")] = Unknown("what is left of an object is not read", line_of(child))
        else:
            inner = part(child, "left") if child.type == "object_assignment_pattern" else child
            _bind(machine, child, member(value, text_of(inner), child), scope)
