"""The project's `MetaData(naming_convention=...)`: constraints without a name get theirs from it.

It is looked for by its word in the project's own files; one that is no literal is said to be unknown, and then nothing
is said of constraints whose names would come from it.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path

from console.core.faults import ProjectFault
from console.readers.python.static import UnreadableError, bound, evaluate, parse
from console.readers.settings import read_text

UNREAD = "?"
"""In place of the conventions: there are some, and they are not known."""
_WORD = "naming_convention"
_SKIPPED = frozenset({"node_modules", "venv", "env", "__pycache__", "site-packages", "tests", "build", "dist"})
_MOST = 3000
_DEEPEST = 8


def conventions_of(folder: Path, versions: tuple[Path, ...]) -> str:
    """The conventions as JSON; empty: none; UNREAD: not known."""
    found: set[str] = set()
    for path in _files(folder, versions):
        try:
            text = read_text(path)
        except ProjectFault:
            continue
        if text and _WORD in text:
            found |= set(_in_text(text))
    return found.pop() if len(found) == 1 else UNREAD if found else ""


def _in_text(text: str) -> Iterator[str]:
    try:
        tree = parse(text)
    except UnreadableError:
        yield UNREAD
        return
    names = bound(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == _WORD:
            try:
                value = evaluate(node.value, names)
            except UnreadableError:
                value = None
            plain = isinstance(value, dict) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())
            yield json.dumps(value, sort_keys=True) if plain else UNREAD


def _files(folder: Path, versions: tuple[Path, ...]) -> Iterator[Path]:
    """Python files of the project itself; revisions are not among them."""
    count = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(n for n in folders if n not in _SKIPPED and n[:1] != "." and depth < _DEEPEST)
        if Path(place) in versions:
            continue
        for name in sorted(names):
            if name.endswith(".py"):
                count += 1
                if count > _MOST:
                    return
                yield Path(place, name)
