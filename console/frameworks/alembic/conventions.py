"""The project's `MetaData(naming_convention=...)`: constraints without a name get theirs from it.

It is looked for in what env.py names as its target_metadata, followed to the file that makes it; where that does not
lead to a MetaData, by its word in the project's own files. One that is no literal is said to be unknown, and then
nothing is said of constraints whose names would come from it.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from console.core.faults import ProjectFault
from console.readers.python.static import UnreadableError, assignments, bound, dotted, evaluate, imports, parse
from console.readers.settings import read_text

UNREAD = "?"
"""In place of the conventions: there are some, and they are not known."""
_WORD = "naming_convention"
_SKIPPED = frozenset({"node_modules", "venv", "env", "__pycache__", "site-packages", "tests", "build", "dist"})
_MOST = 3000
_DEEPEST = 8
_FARTHEST = 6
"""Files that a name is followed through."""


def conventions_of(folder: Path, versions: tuple[Path, ...], metadata: str = "") -> str:
    """The conventions as JSON; empty: none; UNREAD: not known. `metadata` is env.py's, as it is imported."""
    near = _of_metadata(folder, metadata)
    if near is not None:
        return near
    found: set[str] = set()
    for path in _files(folder, versions):
        try:
            text = read_text(path)
        except ProjectFault:
            continue
        if text and _WORD in text:
            found |= set(_in_text(text))
    return _one_of(found)


def _one_of(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else UNREAD if found else ""


def _of_metadata(folder: Path, name: str) -> str | None:
    """What is said where it is made, wherever it is imported from; None where that does not lead to a MetaData."""
    for _ in range(_FARTHEST):
        module = _module(folder, name)
        if module is None:
            return None
        path, package, rest = module
        try:
            tree = parse(read_text(path) or "")
        except (ProjectFault, UnreadableError):
            return UNREAD
        known = imports(tree)
        if rest[0] not in known:
            return _made_by(tree, rest[0])
        name = ".".join((_absolute(known[rest[0]], package), *rest[1:]))
    return None


def _made_by(tree: ast.Module, name: str) -> str | None:
    """What the module's own text says that a name of it is made of."""
    made: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        targets = (
            [node.name] if isinstance(node, ast.ClassDef | ast.FunctionDef) else [t for t, _ in assignments([node])]
        )
        for target in targets:
            made.setdefault(target, []).append(node)
    reached: list[ast.AST] = []
    waiting = [name]
    while waiting:
        for node in made.pop(waiting.pop(), []):
            inside = list(ast.walk(node))
            reached += inside
            waiting += [one.id for one in inside if isinstance(one, ast.Name)]
    found = set(_said(reached, bound(tree.body)))
    for call in (n for n in reached if isinstance(n, ast.Call) and dotted(n.func).endswith("MetaData")):
        words = {word.arg for word in call.keywords}
        found |= {UNREAD} if None in words else set() if _WORD in words else {""}
    found |= {""} if any(map(_has_a_plain_one, reached)) else set()
    return UNREAD if len(found) > 1 else found.pop() if found else None


def _has_a_plain_one(node: ast.AST) -> bool:
    """A base of models that was given no MetaData makes one without conventions."""
    if isinstance(node, ast.Call):
        return dotted(node.func).rpartition(".")[2] == "declarative_base" and not node.keywords and not node.args
    if not isinstance(node, ast.ClassDef):
        return False
    given = any(target == "metadata" for target, _ in assignments(node.body))
    return not given and any(dotted(base).endswith("DeclarativeBase") for base in node.bases)


def _module(folder: Path, name: str) -> tuple[Path, tuple[str, ...], tuple[str, ...]] | None:
    """The project's file that a dotted name leads into, the package it is in, and what is left of the name."""
    parts = tuple(name.split("."))
    if not all(parts):
        return None
    for root in (folder, folder / "src"):
        for end in range(len(parts) - 1, 0, -1):
            place = root.joinpath(*parts[:end])
            if place.with_suffix(".py").is_file():
                return place.with_suffix(".py"), parts[: end - 1], parts[end:]
            if (place / "__init__.py").is_file():
                return place / "__init__.py", parts[:end], parts[end:]
    return None


def _absolute(name: str, package: tuple[str, ...]) -> str:
    """`.base.Base` as it is called outside of its package."""
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    return ".".join((*package[: len(package) - level + 1], bare)) if level else name


def _in_text(text: str) -> Iterator[str]:
    try:
        tree = parse(text)
    except UnreadableError:
        yield UNREAD
        return
    yield from _said(ast.walk(tree), bound(tree.body))


def _said(nodes: Iterable[ast.AST], names: Mapping[str, Any]) -> Iterator[str]:
    for node in nodes:
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
