"""The syntax tree of a PHP file: parsed with tree-sitter, never run.

A damaged statement is marked by the parser and its neighbours stay, so an error is looked for where a statement begins
and never for the file as a whole.
"""

from __future__ import annotations

from functools import cache

from console.readers.tree import LARGEST, Node, Parser, line_of, parsed, parser_of, part, text_of
from console.readers.tree import below as descendants

__all__ = [
    "COMMENT",
    "LARGEST",
    "Node",
    "descendants",
    "first_of",
    "is_broken",
    "line_of",
    "name_of",
    "of_type",
    "only",
    "parse",
    "part",
    "parts",
    "shown",
    "text_of",
    "words",
]

COMMENT = "comment"
_BODIES = frozenset({"compound_statement", "declaration_list", "enum_declaration_list", "colon_block", "switch_block"})


@cache
def _parser() -> Parser:
    import tree_sitter_php

    return parser_of(tree_sitter_php.language_php())


def parse(text: str) -> Node:
    """The root of the tree of a file; the tree lives as long as one of its nodes."""
    return parsed(_parser(), text)


def shown(node: Node) -> str:
    """The text of a statement as people are shown it: without its semicolon."""
    return text_of(node).rstrip().removesuffix(";").rstrip()


def parts(node: Node) -> list[Node]:
    """The named children, comments left out."""
    return [child for child in node.named_children if child.type != COMMENT]


def only(node: Node) -> Node | None:
    """The first named child: what brackets, a cast or a sign stand around."""
    return next(iter(parts(node)), None)


def of_type(node: Node, *types: str) -> list[Node]:
    """The children of some types."""
    return [child for child in node.named_children if child.type in types]


def first_of(node: Node, *types: str) -> Node | None:
    """The first child of some types."""
    return next(iter(of_type(node, *types)), None)


def name_of(node: Node | None) -> str:
    """A variable's or a parameter's name, without `$`."""
    return text_of(node).lstrip("&").strip().lstrip("$")


def is_broken(node: Node) -> bool:
    """The parser could not read it, leaving out the statements of blocks inside it: each is asked for itself."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if found.is_error or found.is_missing:
            return True
        waiting.extend(child for child in found.children if child.has_error and child.type not in _BODIES)
    return False


def words(test: Node | None) -> str:
    """A condition's words without the brackets around it."""
    inner = only(test) if test is not None and test.type == "parenthesized_expression" else test
    return text_of(inner)
