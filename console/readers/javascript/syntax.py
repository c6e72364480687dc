"""The syntax tree of a JavaScript or TypeScript file: parsed with tree-sitter, never run."""

from __future__ import annotations

from functools import cache

from console.readers.tree import LARGEST, Node, Parser, below, line_of, parsed, parser_of, part, text_of

__all__ = [
    "LARGEST",
    "Node",
    "below",
    "first_broken",
    "is_typescript",
    "line_of",
    "parse",
    "part",
    "parts",
    "shortly",
    "text_of",
    "unwrapped",
]

_SILENT = frozenset({"comment", "html_comment", "empty_statement", "hash_bang_line", "decorator"})
_TYPED = (".ts", ".mts", ".cts")
_WRAPPERS = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
                       "type_assertion"})  # fmt: skip
_LONGEST = 60


def is_typescript(name: str) -> bool:
    """Whether a file of that name is TypeScript."""
    return name.endswith(_TYPED)


@cache
def _javascript() -> Parser:
    import tree_sitter_javascript

    return parser_of(tree_sitter_javascript.language())


@cache
def _typescript() -> Parser:
    import tree_sitter_typescript

    return parser_of(tree_sitter_typescript.language_typescript())


def parse(text: str, *, typed: bool = False) -> Node:
    """The root of the tree of a file."""
    return parsed(_typescript() if typed else _javascript(), text)


def parts(node: Node | None) -> list[Node]:
    """The named children that do something."""
    return [] if node is None else [child for child in node.named_children if child.type not in _SILENT]


def first_broken(root: Node) -> int | None:
    """The line where the parser lost its way; None where it read all."""
    if not root.has_error:
        return None
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if found.is_error or found.is_missing:
            return line_of(found)
        waiting.extend(child for child in reversed(found.children) if child.has_error or child.is_missing)
    return line_of(root)


def unwrapped(node: Node) -> Node:
    """An expression without brackets, types and the mark that says it is not null."""
    while node.type in _WRAPPERS and (inner := parts(node)):
        node = inner[1] if node.type == "type_assertion" and len(inner) > 1 else inner[0]
    return node


def shortly(node: Node) -> str:
    """Its text in one line, for a sentence."""
    line = " ".join(text_of(node).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
