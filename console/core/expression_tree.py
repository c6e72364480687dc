"""SQL expressions as trees in which the habits of PostgreSQL's deparser no longer show.

A constant and its cast are one literal, AND and OR are flat, a sign belongs to its number. The parser
(expression_parser.py) builds these nodes, the comparison (expressions.py) walks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

NUMERIC = frozenset({"integer", "bigint", "smallint", "numeric", "real", "double precision", "oid"})


class NotAnExpression(ValueError):
    """This text cannot be read as one expression."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it is, its name or value, its parts; `cast` is the type a literal was given."""

    kind: str
    label: str = ""
    parts: tuple[Node, ...] = ()
    cast: str = ""

    def walk(self) -> Iterator[Node]:
        """This node and all below."""
        yield self
        for part in self.parts:
            yield from part.walk()


NULL = Node("literal", "null")


def flat(kind: str, *nodes: Node) -> Node:
    """`a AND (b AND c)` is `a AND b AND c`."""
    parts: list[Node] = []
    for node in nodes:
        parts += node.parts if node.kind == kind else (node,)
    return Node(kind, "", tuple(parts))


def negative(node: Node) -> Node:
    """`-node`; a constant takes the sign into itself."""
    if node.kind == "literal" and node.label == "number":
        text = node.parts[0].label
        return Node("literal", "number", (Node("text", text[1:] if text.startswith("-") else f"-{text}"),), node.cast)
    return Node("unary", "-", (node,))


def is_number(text: str) -> bool:
    """Whether a string constant holds a plain number."""
    mantissa, e, exponent = text.strip().lstrip("+-").lower().partition("e")
    plain = mantissa.replace(".", "", 1).isdigit() and text.isascii()
    return plain and (not e or exponent.lstrip("+-").isdigit())


def cast(node: Node, name: str) -> Node:
    """`node::name`; a constant takes the type into itself."""
    if node.kind != "literal":
        return Node("cast", name, (node,))
    base = name.partition("(")[0]
    if node.label == "string" and base in NUMERIC and is_number(node.parts[0].label):
        return Node("literal", "number", (Node("text", node.parts[0].label.strip().lstrip("+")),), base)
    if node.label == "string" and base == "boolean":
        truth = node.parts[0].label.strip().lower() in ("t", "true", "y", "yes", "on", "1")
        return Node("literal", "boolean", (Node("text", "true" if truth else "false"),), base)
    return Node("literal", node.label, node.parts, base)
