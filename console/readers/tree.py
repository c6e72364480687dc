"""What the readers of every language ask of a syntax tree; the languages' own words stand in their packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import tree_sitter

Node: TypeAlias = "tree_sitter.Node"
Parser: TypeAlias = "tree_sitter.Parser"

LARGEST = 2_000_000
"""Bytes of a file that is still read: a dump put into a migration is larger than any code."""


def parser_of(language: object) -> Parser:
    """A parser of what a grammar's own package calls its language."""
    import tree_sitter

    return tree_sitter.Parser(tree_sitter.Language(language))


def parsed(parser: Parser, text: str) -> Node:
    """The root of the tree of a file; the tree lives as long as one of its nodes."""
    return parser.parse(text.encode("utf-8", "replace")).root_node


def text_of(node: Node | None) -> str:
    """The node's own text."""
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def line_of(node: Node) -> int:
    """1-based line of the node's first character."""
    return node.start_point[0] + 1


def part(node: Node, name: str) -> Node | None:
    """The child of a field."""
    return node.child_by_field_name(name)


def below(node: Node, *types: str) -> Iterator[Node]:
    """Every node of some types, in the file's order; itself included."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if found.type in types:
            yield found
        waiting.extend(reversed(found.named_children))
