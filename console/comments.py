"""The comments of a migration file, whatever it is written in: only what the language itself takes for one.

Text in quotation marks that looks like a comment is none, so each language is read by its own parser; a file that is
not read by any of them has no comments.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from contextlib import suppress

from console.core.lexer import TokenKind, tokens
from console.core.preflight.allow import Comment
from console.readers.tree import Node, below, line_of, text_of

_JAVASCRIPT = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".mts", ".cts")
_MARK = "halfway:"
_CALLS = ("expression_statement", "call")
_METHODS = ("assignment_expression", "class", "method", "class_declaration", "object_creation_expression")
"""Not a call, or one around a whole migration."""


def comments_of(name: str, text: str, dialect: str) -> tuple[Comment, ...]:
    """Those of a file of that name; `dialect`: how SQL is read for the server. None where no exception is in it."""
    if _MARK not in text.lower():
        return ()
    name = name.lower()
    if name.endswith(".py"):
        return tuple(_python(text))
    if name.endswith((".php", ".rb", *_JAVASCRIPT)):
        return tuple(_of_tree(_tree(name, text)))
    if name.endswith(".xml"):
        return tuple(_matches(text, _XML))
    if name.endswith((".yaml", ".yml")):
        return tuple(_yaml(text))
    return tuple(_sql(text, dialect)) if not name.endswith(".json") else ()


def _made(text: str, start: int, end: int) -> Comment:
    """The comment between two places of a text."""
    opened, closed = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    rest = text[end : closed if closed >= 0 else len(text)]
    line = text.count("\n", 0, start) + 1
    found = text[start:end].rstrip("\r\n")
    return Comment(line, line + found.count("\n"), found, not text[opened:start].strip() and not rest.strip())


def _sql(text: str, dialect: str) -> Iterator[Comment]:
    for token in tokens(text, dialect):
        if token.kind is TokenKind.COMMENT:
            yield _made(text, token.start, token.end)


def _python(text: str) -> Iterator[Comment]:
    with suppress(tokenize.TokenError, SyntaxError, ValueError, RecursionError, MemoryError):
        root = ast.parse(text)
        calls = {n.lineno: n.end_lineno or 0 for n in ast.walk(root) if isinstance(n, ast.Expr | ast.With)}
        if ast.get_docstring(root, clean=False) is not None:
            yield Comment(1, root.body[0].end_lineno or 1, "")
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                line = token.start[0]
                alone = not token.line[: token.start[1]].strip()
                yield Comment(line, line, token.string, alone, _next_of(calls, line))


def _next_of(calls: Mapping[int, int], line: int) -> tuple[int, int]:
    """The call that is the next one below a line."""
    first = min((n for n in calls if n > line), default=0)
    return first, calls.get(first, 0)


def _tree(name: str, text: str) -> Node:
    if name.endswith(".php"):
        from console.readers.php.syntax import parse as parse_php

        return parse_php(text)
    if name.endswith(".rb"):
        from console.readers.ruby.syntax import parse as parse_ruby

        return parse_ruby(text)
    from console.readers.javascript.syntax import is_typescript
    from console.readers.javascript.syntax import parse as parse_javascript

    return parse_javascript(text, typed=is_typescript(name))


def _of_tree(root: Node) -> Iterator[Comment]:
    lines = text_of(root).split("\n")
    for node in below(root, "comment"):
        found, line = text_of(node).rstrip("\r\n"), line_of(node)
        before = lines[line - 1].encode()[: node.start_point[1]].decode(errors="replace")
        yield Comment(line, line + found.count("\n"), found, not before.strip(), _call_behind(node))


def _call_behind(comment: Node) -> tuple[int, int]:
    """The lines of the call behind a comment; none where something else is there: a method, a class, a branch."""
    node = comment.next_named_sibling
    while node is not None and node.type == "comment":
        node = node.next_named_sibling
    if node is None or node.type not in _CALLS or any(True for _ in below(node, *_METHODS)):
        return 0, 0
    return line_of(node), node.end_point[0] + 1


_XML = re.compile(r"<!\[CDATA\[.*?\]\]>|(?P<comment><!--.*?-->)", re.DOTALL)


def _matches(text: str, pattern: re.Pattern[str]) -> Iterator[Comment]:
    for found in pattern.finditer(text):
        if found["comment"] is not None:
            yield _made(text, found.start(), found.end())


_YAML_LINE = re.compile(r"""(?:[^'"#]|(?<=\S)\#|'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")*?(?:^|(?<=\s))(?P<comment>\#.*)""")
_BLOCK = re.compile(r"(?P<indent>\s*)(?:-\s+)*[^#]*?[:\-]\s+[|>][-+0-9]*\s*(?:#.*)?\Z")


def _yaml(text: str) -> Iterator[Comment]:
    """`#` at a line's beginning or behind a blank, outside quotation marks and blocks of text."""
    block: int | None = None
    for n, line in enumerate(text.splitlines(), start=1):
        depth = len(line) - len(line.lstrip())
        if block is not None and (not line.strip() or depth > block):
            continue
        opened = _BLOCK.match(line)
        block = len(opened["indent"]) if opened else None
        found = _YAML_LINE.match(line)
        if found:
            yield Comment(n, n, found["comment"], not line[: found.start("comment")].strip())
