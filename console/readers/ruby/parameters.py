"""A call of a method of the file's own: which value each of its parameters has."""

from __future__ import annotations

from console.readers.ruby.literals import Names, evaluate, pairs
from console.readers.ruby.syntax import Node, part, parts, text_of
from console.readers.ruby.values import UnreadableError, Value

_PAIRS = frozenset({"pair", "hash_splat_argument"})
_BY_NAME = "keyword_parameter"
_BY_PLACE = frozenset({"identifier", "optional_parameter"})


def bound(method: Node, call: Node, names: Names) -> dict[str, Value]:
    """The parameters by their names. UnreadableError where the call does not give each one value that is known."""
    wanted = parts(part(method, "parameters"))
    given = parts(part(call, "arguments")) if call.type == "call" else []
    if part(call, "block") is not None or any(one.type not in _BY_PLACE | {_BY_NAME} for one in wanted):
        raise UnreadableError(f"the method {_name(method)} is not read")
    values = [evaluate(one, names) for one in given if one.type not in _PAIRS]
    named = pairs([one for one in given if one.type in _PAIRS], names)
    found = _by_place([one for one in wanted if one.type in _BY_PLACE], values, method)
    for one in wanted:
        if one.type == _BY_NAME:
            found[_name(one)] = named.pop(_name(one)) if _name(one) in named else _usual(one, found, method)
    if named:
        raise UnreadableError(f"the method {_name(method)} takes other arguments")
    return found


def _by_place(wanted: list[Node], values: list[Value], method: Node) -> dict[str, Value]:
    """Those with a usual value go without one first, from the last on."""
    spare = len(values) - sum(1 for one in wanted if one.type == "identifier")
    if spare < 0:
        raise UnreadableError(f"the method {_name(method)} takes other arguments")
    found: dict[str, Value] = {}
    rest = list(values)
    for one in wanted:
        usual = one.type == "optional_parameter"
        if usual and not spare:
            found[_name(one)] = _usual(one, found, method)
            continue
        spare -= usual
        found[_name(one)] = rest.pop(0)
    if rest:
        raise UnreadableError(f"the method {_name(method)} takes other arguments")
    return found


def _usual(parameter: Node, names: Names, method: Node) -> Value:
    value = part(parameter, "value")
    if value is None:
        raise UnreadableError(f"the method {_name(method)} takes other arguments")
    return evaluate(value, names)


def _name(node: Node) -> str:
    return text_of(part(node, "name") or node)
