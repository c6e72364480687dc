"""Calls and members, and the functions they run: helpers of the file, `.then`, methods of plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from posixpath import normpath
from typing import TypeAlias

from console.readers.javascript.evaluate import READERS, as_text, evaluate, listed, member
from console.readers.javascript.failures import SAYING, is_harmless, swallows
from console.readers.javascript.machine import TOO_DEEP, Machine, poison, unknown
from console.readers.javascript.scope import Scope
from console.readers.javascript.statements import bind, given_back, run_body
from console.readers.javascript.syntax import Node, line_of, part, parts, shortly, text_of, unwrapped
from console.readers.javascript.values import (
    UNDEFINED,
    Call,
    Chain,
    Class,
    Function,
    Many,
    Pairs,
    Played,
    Root,
    Step,
    Together,
    Undefined,
    Unknown,
    Unread,
    Value,
)

_LINKS = ("call_expression", "member_expression", "subscript_expression")
_PATHS = frozenset(f"{module}.{way}" for module in ("path", "node:path") for way in ("join", "resolve"))
_PROMISED = ("then", "catch", "finally")


Known: TypeAlias = tuple[tuple[str, str], ...]
"""What is known of the world around a file: paths like `process.env.HOST`, and their values."""


def play(function: Function, args: tuple[Value, ...] = (), known: Known = ()) -> Played:
    """What a function does with these arguments, in order; what it gives back last is carried out by who called it."""
    machine = Machine(known=dict(known))
    value = call(machine, function, args, function.node)
    value = machine.settle(value, machine.returned or function.node)
    return Played(tuple(machine.items), value, tuple(machine.quiet))


def call(
    machine: Machine, function: Function, args: tuple[Value, ...], node: Node, *, generator: bool = False
) -> Value:
    """Run a function of the file here and now."""
    body = part(function.node, "body")
    if body is None or any(child.type == "*" for child in function.node.children) != generator:
        return unknown(node, f"{function.name or 'this function'} is not one that is read")
    if body.has_error:
        machine.add(Unread(text_of(body), line_of(body), "the parser did not understand it", stops=True))
        return UNDEFINED
    with machine.deeper() as allowed:
        if not allowed:
            return unknown(node, TOO_DEEP)
        scope = function.scope.called()
        bind(machine, _parameters(function.node), args, scope)
        if body.type != "statement_block":
            return given_back(machine, body, scope)
        return run_body(machine, body, scope)


def _parameters(node: Node) -> list[Node]:
    single = part(node, "parameter")
    return [single] if single is not None else parts(part(node, "parameters"))


def _linked(machine: Machine, node: Node, scope: Scope) -> Value:
    """A chain of members and calls, from its beginning to its end without a level for each."""
    links: list[Node] = []
    base = node
    while base.type in _LINKS:
        links.append(base)
        before = part(base, "function") if base.type == "call_expression" else part(base, "object")
        if before is None:
            return unknown(base)
        base = unwrapped(before)
    value: Value = evaluate(machine, base, scope) if base.type != "super" else Chain(Root("global", "super"))
    holder: Value = UNDEFINED
    name, skip = "", False
    for at, link in enumerate(reversed(links)):
        if skip:
            skip = False
            continue
        following = links[len(links) - at - 2] if at + 1 < len(links) else None
        if link.type == "call_expression":
            value = _called(machine, link, value, holder, scope)
            continue
        name = _named(machine, link, scope)
        if following is not None and following.type == "call_expression" and not isinstance(value, Chain | Class):
            value, skip = _method(machine, following, value, name, scope), True
            continue
        if following is not None and following.type == "call_expression" and name in _PROMISED:
            value, skip = _then(machine, following, value, name, scope), True
            continue
        known = machine.known.get(f"{value.path}.{name}") if isinstance(value, Chain) and not value.calls else None
        holder, value = value, known if known is not None else member(value, name, link) if name else unknown(link)
    return value


def _named(machine: Machine, node: Node, scope: Scope) -> str:
    if node.type == "member_expression":
        return text_of(part(node, "property"))
    index = part(node, "index")
    return (as_text(evaluate(machine, index, scope)) or "") if index is not None else ""


def _arguments(machine: Machine, node: Node, scope: Scope) -> tuple[Value, ...] | None:
    """None where they are no list: a text behind a name is a call too."""
    found = part(node, "arguments")
    return tuple(listed(machine, parts(found), scope)) if found is not None and found.type == "arguments" else None


def _called(machine: Machine, node: Node, value: Value, holder: Value, scope: Scope) -> Value:
    args = _arguments(machine, node, scope)
    if args is None:
        return unknown(node)
    if _waits(node, args):
        return call(machine, args[3], (), node, generator=True)  # type: ignore[arg-type]
    if isinstance(value, Function):
        return _own(machine, value, args, holder, node)
    if not isinstance(value, Chain):
        return value if isinstance(value, Unknown) else unknown(node)
    last = value.steps[-1] if value.steps else None
    if last is None or last.args is not None:
        return _of_world(machine, Chain(value.root, (*value.steps, Step("", args, line_of(node)))), node, scope)
    made = Chain(value.root, (*value.steps[:-1], Step(last.name, args, last.line)))
    return _of_world(machine, made, node, scope)


def _waits(node: Node, args: tuple[Value, ...]) -> bool:
    """`__awaiter(this, void 0, void 0, function* () {...})`: an asynchronous function as TypeScript compiles it."""
    called = text_of(part(node, "function")).rstrip(")")
    function = args[3] if len(args) == 4 else None
    return (
        called.endswith("__awaiter")
        and isinstance(function, Function)
        and any(child.type == "*" for child in function.node.children)
    )


def _own(machine: Machine, function: Function, args: tuple[Value, ...], holder: Value, node: Node) -> Value:
    if isinstance(holder, Class | Pairs):
        scope = function.scope.inner()
        scope.names["this"] = holder
        function = Function(function.node, scope, function.name)
    return call(machine, function, args, node)


def _of_world(machine: Machine, chain: Chain, node: Node, scope: Scope) -> Value:
    """What is known of JavaScript itself, and of the module of paths."""
    args = chain.steps[-1].args or ()
    path = chain.path
    if chain.root.kind == "module" and path in _PATHS and all(isinstance(one, str) for one in args):
        return normpath("/".join(str(one) for one in args))
    if chain.root.kind != "global":
        return chain
    if path == "require" and len(args) == 1 and isinstance(args[0], str):
        return Chain(Root("module", args[0]))
    known = _GLOBALS.get(path)
    if known is not None and len(chain.steps) == path.count(".") + (0 if "." in path else 1):
        found = known(args)
        return found if found is not None else unknown(node)
    if path.startswith(SAYING):
        return UNDEFINED
    for argument in parts(part(node, "arguments")):
        if argument.type == "identifier" and scope.knows(text_of(argument)):
            _spoil(argument, scope, f"what {path} does with it is not known")
    return chain


def _spoil(name: Node, scope: Scope, why: str) -> None:
    if isinstance(scope.find(text_of(name), 0), Many | Pairs):
        scope.assign(text_of(name), Unknown(why, line_of(name)))


def _all(args: tuple[Value, ...]) -> Value | None:
    return Together(args[0].values) if args and isinstance(args[0], Many) else None


def _pairs(args: tuple[Value, ...]) -> Pairs | None:
    return args[0] if args and isinstance(args[0], Pairs) else None


def _text(args: tuple[Value, ...]) -> Value | None:
    return as_text(args[0]) if args else ""


def _whole(args: tuple[Value, ...]) -> Value | None:
    first = args[0] if args else None
    text = first.strip() if isinstance(first, str) else first
    if isinstance(text, str):
        return int(text) if text.isdecimal() and text.isascii() else None
    return text if isinstance(text, int) else None


_GLOBALS: dict[str, Callable[[tuple[Value, ...]], Value | None]] = {
    "Promise.all": _all,
    "Promise.resolve": lambda args: args[0] if args else UNDEFINED,
    "Object.keys": lambda args: Many(tuple(found.values)) if (found := _pairs(args)) is not None else None,
    "Object.values": lambda args: Many(tuple(found.values.values())) if (found := _pairs(args)) is not None else None,
    "Object.freeze": lambda args: args[0] if args else None,
    "String": _text,
    "Number": _whole,
    "parseInt": _whole,
    "Number.parseInt": _whole,
}


def _then(machine: Machine, node: Node, value: Value, name: str, scope: Scope) -> Value:
    """`.then(f)`: what is before it is carried out, then f with what that came to."""
    handlers = [evaluate(machine, one, scope) for one in parts(part(node, "arguments"))]
    first = handlers[0] if handlers else UNDEFINED
    outcome = machine.settle(value, node)
    if name == "catch":
        _refused(machine, first, node)
        return outcome
    if len(handlers) > 1:
        _refused(machine, handlers[1], node)
    if not isinstance(first, Function):
        return outcome if first in (UNDEFINED, None) else unknown(node)
    given = call(machine, first, () if name == "finally" else (outcome,), node)
    return outcome if name == "finally" else given


def _refused(machine: Machine, handler: Value, node: Node) -> None:
    if isinstance(handler, Chain) or (isinstance(handler, Function) and swallows(handler.node)):
        machine.hush(max(len(machine.items) - 1, 0), line_of(node))
    if isinstance(handler, Function) and not is_harmless(handler.node):
        machine.add(Unread(text_of(handler.node), line_of(handler.node), "what runs after a failure is not read"))


def _method(machine: Machine, node: Node, value: Value, name: str, scope: Scope) -> Value:
    """A method of a plain value."""
    if name in _PROMISED:
        return _then(machine, node, value, name, scope)
    if isinstance(value, Pairs) and isinstance(value.values.get(name), Function | Chain):
        return _called(machine, node, value.values[name], value, scope)
    args = _arguments(machine, node, scope)
    if args is None or isinstance(value, Unknown):
        return value if isinstance(value, Unknown) else unknown(node)
    if isinstance(value, str) and name in _OF_TEXT and not args:
        return _OF_TEXT[name](value)
    if isinstance(value, Many) and (found := _of_many(machine, value, name, args, node)) is not None:
        return found
    poison(node, scope, f"what {shortly(node)} leaves is not known")
    return unknown(node)


_OF_TEXT: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "trimEnd": str.rstrip,
    "trimStart": str.lstrip,
    "toString": str,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
}


def _of_many(machine: Machine, value: Many, name: str, args: tuple[Value, ...], node: Node) -> Value | None:
    first = args[0] if args else UNDEFINED
    if name in ("map", "forEach") and isinstance(first, Function):
        return _each(machine, value, name, first, node)
    if name == "join" and isinstance(first, str | Undefined):
        words = ["" if one is None or one == UNDEFINED else as_text(one) for one in value.values]
        return None if None in words else ("," if not isinstance(first, str) else first).join(w or "" for w in words)
    if name == "concat" and all(isinstance(arg, Many) for arg in args):
        return Many((*value.values, *(one for arg in args if isinstance(arg, Many) for one in arg.values)))
    return None


def _each(machine: Machine, value: Many, name: str, function: Function, node: Node) -> Value:
    """One call for each; what asynchronous ones do is done at one time."""
    at_once = len(value.values) > 1 and any(child.type == "async" for child in function.node.children)
    with machine.aside() as items:
        made = [call(machine, function, (one, at, value), node) for at, one in enumerate(value.values)]
        if name == "forEach":
            for one in made:
                machine.settle(one, node, awaited=False)
    for item in items:
        machine.items.append(replace(item, together=True) if at_once and isinstance(item, Call) else item)
    return Many(tuple(made)) if name == "map" else UNDEFINED


def _yielded(machine: Machine, node: Node, scope: Scope) -> Value:
    """Only functions that `__awaiter` runs come here: what they yield is waited for."""
    inner = parts(node)
    if not inner or any(child.type == "*" for child in node.children):
        return machine.settle(unknown(node), node)
    return machine.settle(evaluate(machine, inner[0], scope), node)


READERS.update(dict.fromkeys(_LINKS, _linked), yield_expression=_yielded)
