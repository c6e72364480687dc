"""Expressions whose value is written in the file: words, numbers, lists, hashes, heredocs, and names given to them."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Callable, Mapping

from console.readers.ruby.syntax import Node, body_of, part, parts, text_of
from console.readers.ruby.values import Many, Pairs, Raw, Symbol, UnreadableError, Value

Names = Mapping[str, Value]
_QUOTED = re.compile(r"\\([\\'])")
"""What means something in single quotes; the grammar gives it as it stands there."""
_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "s": " ",
    "r": "\r",
    "0": "\0",
    "e": "\x1b",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
}
_SAME = frozenset({"freeze", "dup", "to_s", "html_safe", "itself"})
_DURATIONS = {"kilobyte": 2**10, "kilobytes": 2**10, "megabyte": 2**20, "megabytes": 2**20, "gigabyte": 2**30,
              "gigabytes": 2**30}  # fmt: skip


def evaluate(node: Node, names: Names) -> Value:
    """The value of an expression. UnreadableError where only a run could tell."""
    reader = _READERS.get(node.type)
    if reader is None:
        raise UnreadableError(f"the value of {_short(node)} is not known")
    return reader(node, names)


def _short(node: Node) -> str:
    text = " ".join(text_of(node).split())
    return text if len(text) <= 60 else f"{text[:59]}\N{HORIZONTAL ELLIPSIS}"


def _unknown(node: Node) -> UnreadableError:
    return UnreadableError(f"the value of {_short(node)} is not known")


def _string(node: Node, names: Names) -> str:
    return "".join(_piece(child, names, node) for child in node.named_children)


def _piece(child: Node, names: Names, whole: Node) -> str:
    if child.type == "string_content" and text_of(whole)[:1] == "'":
        return _QUOTED.sub(r"\1", text_of(child))
    if child.type in ("string_content", "heredoc_content"):
        return text_of(child)
    if child.type == "escape_sequence":
        return _escape(text_of(child), whole)
    if child.type == "interpolation":
        inner = parts(child)
        value = evaluate(inner[0], names) if len(inner) == 1 else None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise _unknown(child)
        return str(value)
    if child.type == "heredoc_end":
        return ""
    raise _unknown(child)


def _escape(text: str, whole: Node) -> str:
    body = text[1:]
    if text_of(whole)[:1] == "'":
        return body if body in ("'", "\\") else text
    if body == "\n":
        return ""
    if body[:1] in "ux" and (found := re.fullmatch(r"[ux]\{?([0-9a-fA-F]+)\}?", body)):
        code = int(found[1], 16)
        if code > sys.maxunicode:
            raise _unknown(whole)
        return chr(code)
    return _ESCAPES.get(body, body)


def _chained(node: Node, names: Names) -> str:
    return "".join(_string(child, names) for child in parts(node))


def _symbol(node: Node, names: Names) -> Symbol:
    return Symbol(text_of(node).removeprefix(":").removesuffix(":").strip("\"'"))


def _delimited(node: Node, names: Names) -> Symbol:
    return Symbol(_string(node, names))


def _integer(node: Node, names: Names) -> int:
    return int(text_of(node).replace("_", ""), 0) if not re.fullmatch(r"0\d+", text_of(node)) else int(text_of(node), 8)


def _float(node: Node, names: Names) -> float:
    return float(text_of(node).replace("_", ""))


def _array(node: Node, names: Names) -> Many:
    return Many(tuple(evaluate(child, names) for child in parts(node)))


def _words(node: Node, names: Names) -> Many:
    return Many(tuple(_string(child, names) for child in parts(node)))


def _symbols(node: Node, names: Names) -> Many:
    return Many(tuple(Symbol(_string(child, names)) for child in parts(node)))


def _hash(node: Node, names: Names) -> Pairs:
    return Pairs(pairs(parts(node), names))


def pairs(nodes: list[Node], names: Names) -> dict[str, Value]:
    """`a: 1, "b" => 2` as a mapping."""
    found: dict[str, Value] = {}
    for node in nodes:
        key, value = (part(node, "key"), part(node, "value")) if node.type == "pair" else (None, None)
        if node.type == "hash_splat_argument":
            inner = evaluate(parts(node)[0], names)
            if not isinstance(inner, Pairs):
                raise _unknown(node)
            found |= inner.values
            continue
        if key is None or value is None:
            raise _unknown(node)
        word = text_of(key) if key.type == "hash_key_symbol" else evaluate(key, names)
        if not isinstance(word, str):
            raise _unknown(key)
        found[str(word)] = evaluate(value, names)
    return found


def _lambda(node: Node, names: Names) -> Raw:
    body = body_of(node)
    value = evaluate(body[0], names) if len(body) == 1 else None
    if not isinstance(value, str):
        raise _unknown(node)
    return Raw(str(value))


def _unary(node: Node, names: Names) -> Value:
    operand, sign = part(node, "operand"), text_of(part(node, "operator"))
    value = evaluate(operand, names) if operand is not None else None
    if sign == "-" and isinstance(value, int | float):
        return -value
    if sign in ("!", "not") and isinstance(value, bool):
        return not value
    raise _unknown(node)


def _name(node: Node, names: Names) -> Value:
    text = text_of(node)
    if text not in names:
        raise _unknown(node)
    return names[text]


def _binary(node: Node, names: Names) -> Value:
    left, right = part(node, "left"), part(node, "right")
    if left is None or right is None:
        raise _unknown(node)
    one, other, sign = evaluate(left, names), evaluate(right, names), text_of(part(node, "operator"))
    if sign == "+" and isinstance(one, str) and isinstance(other, str):
        return str(one) + str(other)
    if sign == "+" and isinstance(one, Many) and isinstance(other, Many):
        return Many((*one.values, *other.values))
    raise _unknown(node)


def _heredoc(node: Node, names: Names) -> str:
    """The body stands behind the statement; it is found by its place in the tree."""
    body = _body_of(node)
    if body is None:
        raise _unknown(node)
    text = "".join(_piece(child, names, body) for child in body.children if child.type != "comment")
    text = text.removeprefix("\n")
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].strip() and not lines[-1].endswith("\n"):
        lines.pop()
    text = "".join(lines)
    if text and not text.endswith("\n"):
        text += "\n"
    return textwrap.dedent(text) if text_of(node).startswith("<<~") else text


def _body_of(node: Node) -> Node | None:
    """The n-th opened heredoc of a file has the n-th body."""
    root = node
    while root.parent is not None:
        root = root.parent
    opened: list[int] = []
    bodies: list[Node] = []
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if found.type == "heredoc_beginning":
            opened.append(found.start_byte)
        elif found.type == "heredoc_body":
            bodies.append(found)
        waiting.extend(found.children)
    bodies.sort(key=lambda body: body.start_byte)
    at = sorted(opened).index(node.start_byte)
    return bodies[at] if at < len(bodies) else None


def _call(node: Node, names: Names) -> Value:
    receiver, method = part(node, "receiver"), text_of(part(node, "method"))
    if receiver is None or part(node, "block") is not None:
        raise _unknown(node)
    if part(node, "arguments") is not None:
        raise _unknown(node)
    value = evaluate(receiver, names)
    change = _METHODS.get(method)
    if method in _SAME:
        return value
    if change is not None and isinstance(value, str):
        return change(str(value))
    if method in _DURATIONS and isinstance(value, int):
        return value * _DURATIONS[method]
    if method == "to_sym" and isinstance(value, str):
        return Symbol(value)
    raise _unknown(node)


_METHODS: dict[str, Callable[[str], str]] = {
    "squish": lambda text: " ".join(text.split()),
    "strip": str.strip,
    "chomp": lambda text: text.removesuffix("\n"),
    "strip_heredoc": textwrap.dedent,
    "downcase": str.lower,
    "upcase": str.upper,
}


def _constant(node: Node, names: Names) -> Value:
    return {"true": True, "false": False}.get(node.type)


def _bracketed(node: Node, names: Names) -> Value:
    inner = parts(node)
    if len(inner) != 1:
        raise _unknown(node)
    return evaluate(inner[0], names)


_READERS: dict[str, Callable[[Node, Names], Value]] = {
    "string": _string,
    "chained_string": _chained,
    "simple_symbol": _symbol,
    "hash_key_symbol": _symbol,
    "delimited_symbol": _delimited,
    "integer": _integer,
    "float": _float,
    "true": _constant,
    "false": _constant,
    "nil": _constant,
    "array": _array,
    "string_array": _words,
    "symbol_array": _symbols,
    "hash": _hash,
    "lambda": _lambda,
    "unary": _unary,
    "binary": _binary,
    "identifier": _name,
    "constant": _name,
    "heredoc_beginning": _heredoc,
    "call": _call,
    "parenthesized_statements": _bracketed,
}
