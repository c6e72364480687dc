"""Columns that a Rails application no longer names: `ignored_columns` of its models, read and never run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from console.readers.ruby.inflector import Inflector, inflector_of
from console.readers.ruby.literals import evaluate
from console.readers.ruby.syntax import Node, below, body_of, line_of, parse, part, text_of
from console.readers.ruby.values import Many, Symbol, UnreadableError
from console.readers.settings import read_text

_MODELS = ("app/models", "packs", "engines")
_MOST = 5000
"""Files that are looked at."""
_WORD = "ignored_columns"
_HUMP = re.compile(r"([A-Z\d]+)([A-Z][a-z])|([a-z\d])([A-Z])")


def unnamed(folder: Path) -> dict[tuple[str, str], str]:
    """(table, column) -> file and line, as far as both can be read from the file."""
    inflector = inflector_of(read_text(folder / "config/initializers/inflections.rb") or "")
    found: dict[tuple[str, str], str] = {}
    for path in _files(folder):
        text = read_text(path) or ""
        if _WORD in text:
            where = path.relative_to(folder).as_posix()
            found |= {place: f"{where}:{line}" for place, line in ignored(text, inflector)}
    return found


def _files(folder: Path) -> Iterator[Path]:
    count = 0
    for place in _MODELS:
        for path in sorted((folder / place).rglob("*.rb")) if (folder / place).is_dir() else ():
            count += 1
            if count > _MOST:
                return
            if "models" in path.parts and not path.is_symlink():
                yield path


def ignored(text: str, inflector: Inflector) -> Iterator[tuple[tuple[str, str], int]]:
    """Of each class in a file: the column and the line that leaves it out."""
    for node in below(parse(text), "class"):
        yield from _of_class(node, inflector)


def _of_class(node: Node, inflector: Inflector) -> Iterator[tuple[tuple[str, str], int]]:
    table, columns = _table_of(node, inflector), []
    for statement in body_of(part(node, "body")):
        if statement.type not in ("assignment", "operator_assignment"):
            continue
        target, value = part(statement, "left"), part(statement, "right")
        name = text_of(target) if target is not None else ""
        if value is None or not name.startswith("self."):
            continue
        if name == "self.table_name":
            table = _texts(value)[0] if len(_texts(value)) == 1 else ""
        elif name == f"self.{_WORD}":
            columns += [(column, line_of(statement)) for column in _texts(value)]
    yield from (((table, column), line) for column, line in columns if table)


def _table_of(node: Node, inflector: Inflector) -> str:
    """As Rails calls it; '' where the class stands in another class or the plural is not known."""
    outer = node.parent
    while outer is not None:
        if outer.type == "class":
            return ""
        outer = outer.parent
    name = part(node, "name")
    if name is None or inflector.doubtful:
        return ""
    words = _HUMP.sub(r"\1\3_\2\4", text_of(name).rpartition("::")[2]).lower()
    before, under, last = words.rpartition("_")
    return f"{before}{under}{inflector.plural(last)}"


def _texts(node: Node) -> list[str]:
    """The words of an array, or one text; nothing where a part of it is not plain."""
    try:
        value = evaluate(node, {})
    except UnreadableError:
        return []
    parts = value.values if isinstance(value, Many) else (value,)
    return [str(item) for item in parts] if all(isinstance(item, str | Symbol) for item in parts) else []
