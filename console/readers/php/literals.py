"""PHP's literals as values: numbers in four notations, strings in four, each with its own escapes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.readers.php.syntax import Node, part, text_of
from console.readers.php.values import Unknown, Value

_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f", "\\": "\\", "$": "$", '"': '"'}
_QUOTED = re.compile(r"\\(['\\])")


def integer(text: str) -> Value:
    """`1_000`, `0x1F`, `0b11`, `0o17`, `017`."""
    plain = text.replace("_", "").lower()
    try:
        if re.fullmatch(r"0[0-7]+", plain):
            return int(plain, 8)
        value = int(plain, 0)
        return value if -(2**63) <= value < 2**63 else float(value)
    except (ValueError, OverflowError):
        return Unknown(f"the number {text[:40]} cannot be read")


def floating(text: str) -> Value:
    """`1.5`, `1e3`."""
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return Unknown(f"the number {text} cannot be read")


def single_quoted(text: str) -> str:
    """The text between single quotes: only the quote and the backslash are escaped."""
    return _QUOTED.sub(r"\1", text[text.index("'") + 1 : -1])


def escaped(text: str, *, quoted: bool) -> str:
    """One escape sequence; in a heredoc (not `quoted`) a quote needs none and keeps its backslash."""
    letter = text[1:2]
    if letter == '"' and not quoted:
        return text
    if letter in _SIMPLE:
        return _SIMPLE[letter]
    try:
        return _by_number(text, letter)
    except (ValueError, OverflowError):
        return text


def _by_number(text: str, letter: str) -> str:
    if letter in "xX" and len(text) > 2:
        return chr(int(f"0x{text[2:]}", 0))
    if letter == "u" and text[2:3] == "{":
        return chr(int(text[3:-1], 16))
    return chr(int(text[1:], 8) & 255)


def pieces(node: Node, *, quoted: bool) -> Iterator[str | Node]:
    """The parts of a string in double quotes: text, and expressions to be put in."""
    for child in node.named_children:
        if child.type == "string_content":
            yield text_of(child)
        elif child.type == "escape_sequence":
            yield escaped(text_of(child), quoted=quoted)
        else:
            yield child


def heredoc_pieces(node: Node) -> Iterator[str | Node]:
    """The parts of a heredoc or nowdoc, without the indentation of its closing word."""
    body, end = part(node, "value"), part(node, "end_tag")
    if body is None or end is None:
        return
    source, start = (node.text or b""), node.start_byte
    first = source.index(b"\n") + 1
    last = source.rindex(b"\n", 0, end.start_byte - start + 1)
    indent = end.start_byte - start - last - 1
    at, fresh = first, True
    for child in body.children if body.type == "heredoc_body" else ():
        if child.type == "string_content":
            continue
        text = source[at : child.start_byte - start].decode("utf-8", "replace")
        yield _without_indent(text, indent, fresh=fresh)
        if child.is_named:
            yield escaped(text_of(child), quoted=False) if child.type == "escape_sequence" else child
        at, fresh = child.end_byte - start, False
    yield _without_indent(source[at : max(at, last)].decode("utf-8", "replace"), indent, fresh=fresh)


def _without_indent(text: str, indent: int, *, fresh: bool) -> str:
    """Cut the indentation off each line; `fresh`: the text begins with a line."""
    if indent <= 0:
        return text
    lines = text.split("\n")
    cut = [line[min(indent, len(line) - len(line.lstrip(" \t"))) :] for line in lines]
    return "\n".join(cut if fresh else [lines[0], *cut[1:]])
