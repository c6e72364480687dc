"""The syntax tree of a Ruby file: parsed with tree-sitter, never run."""

from __future__ import annotations

from functools import cache

from console.readers.tree import LARGEST, Node, Parser, below, line_of, parsed, parser_of, part, text_of

__all__ = [
    "LARGEST",
    "Node",
    "below",
    "body_of",
    "is_broken",
    "line_of",
    "parameters_of",
    "parse",
    "part",
    "parts",
    "shown",
    "text_of",
]

_SILENT = frozenset({"comment", "heredoc_body", "empty_statement", "superclass"})


@cache
def _parser() -> Parser:
    import tree_sitter_ruby

    return parser_of(tree_sitter_ruby.language())


def parse(text: str) -> Node:
    """The root of the tree of a file."""
    return parsed(_parser(), text)


def parts(node: Node | None) -> list[Node]:
    """The named children that do something."""
    return [] if node is None else [child for child in node.named_children if child.type not in _SILENT]


def is_broken(node: Node) -> bool:
    """The parser could not read all of it."""
    return node.has_error


def body_of(block: Node | None) -> list[Node]:
    """The statements of a block, a method or a branch."""
    if block is None:
        return []
    inner = (
        part(block, "body") if block.type in ("block", "do_block", "lambda", "method", "singleton_method") else block
    )
    if inner is not None and inner.type in ("block", "do_block"):
        return body_of(inner)
    if inner is not None and inner.type in ("body_statement", "block_body", "then", "else", "begin"):
        return parts(inner)
    return [inner] if inner is not None else []


def parameters_of(node: Node | None) -> tuple[str, ...]:
    """The names of a block's or a method's parameters."""
    found = part(node, "parameters") if node is not None else None
    return tuple(text_of(child) for child in parts(found))


def shown(node: Node) -> str:
    """A statement's text as people are shown it, with the lines of its heredocs."""
    text = text_of(node)
    after = node.next_named_sibling
    while after is not None and after.type == "heredoc_body":
        text, after = f"{text}{text_of(after)}", after.next_named_sibling
    return text.rstrip()
