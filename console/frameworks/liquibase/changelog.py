"""A changelog followed through all it includes: the changesets in the order in which Liquibase meets them.

Properties are put into the texts as Liquibase does it: the first definition counts, and what nobody defines stays as it
is. What is up to a run (contexts, labels, preconditions) is kept as words and decides nothing here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from console.frameworks.liquibase.formatted import PARAMETER, changesets, header
from console.frameworks.liquibase.library import Library
from console.readers.changelog import ENDINGS, Node, UnreadError, read
from console.readers.settings import properties
from console.readers.sources import SourceFile

_MOST_FILES = 5000
_DEEPEST = 50
_ABOUT = ("context", "contexts", "contextFilter", "labels")
_HOW = frozenset({"onFail", "onError", "onFailMessage", "onErrorMessage", "onSqlOutput"})
RAW_ID, RAW_AUTHOR = "raw", "includeAll"


@dataclass(frozen=True, slots=True)
class Found:
    """One changeset where it stands."""

    file: SourceFile
    path: str
    """What Liquibase keeps of the file."""
    opened: str
    """The name under which it was found: what is relative is relative to that."""
    node: Node
    """It, with the values of properties put in; `formatted` and `raw` are texts of SQL."""
    within: tuple[str, ...] = ()
    """What is up to a run and stands around it: contexts, labels, preconditions."""
    quoting: str = "LEGACY"
    unknown: tuple[str, ...] = ()
    """Parameters in it that nobody defines here."""


@dataclass
class _Walk:
    """One way through the files."""

    library: Library
    dialect: str
    values: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    """Properties whose value is up to a run."""
    opened: int = 0


@dataclass(frozen=True, slots=True)
class _Around:
    """What the including files say."""

    said: tuple[str, ...] = ()
    path: str = ""
    """A logical path given by the include."""
    depth: int = 0


def walked(library: Library, root: str, dialect: str, given: Mapping[str, str]) -> Iterator[Found]:
    """Every changeset that the changelog named `root` leads to. UnreadError where a part of it cannot be read."""
    walk = _Walk(library, dialect, dict(given))
    yield from _file(walk, root, _Around())


def _file(walk: _Walk, path: str, around: _Around) -> Iterator[Found]:
    walk.opened += 1
    if walk.opened > _MOST_FILES or around.depth > _DEEPEST:
        raise UnreadError("its changelogs include each other without end")
    file = walk.library.file(path)
    if file is None:
        raise UnreadError(f"{path} is not here, and a changelog includes it")
    if file.unreadable:
        raise UnreadError(f"{path}: {file.unreadable}")
    if path.lower().endswith(ENDINGS):
        yield from _document(walk, file, path, around)
    elif path.lower().endswith(".sql"):
        yield from _sql(walk, file, path, around)
    else:
        raise UnreadError(f"{path} is no changelog that is read here")


def _sql(walk: _Walk, file: SourceFile, path: str, around: _Around) -> Iterator[Found]:
    head = header(file.text)
    if head is None:
        node = Node("raw", {"id": RAW_ID, "author": RAW_AUTHOR}, (), file.text)
        yield _found(walk, file, (around.path or path, path), node, around.said)
        return
    logical = head.get("logicalfilepath", "") or around.path
    for name, value, dbms in formatted_properties(file.text):
        _define(walk, name, value, dbms)
    for changeset in changesets(file.text):
        own = plain(changeset.attributes.get("logicalfilepath", "")) or plain(logical) or path
        yield _found(walk, file, (own, path), changeset.as_node(file.text), around.said)


def formatted_properties(text: str) -> Iterator[tuple[str, str, str]]:
    """`--property name:x value:y dbms:z` of formatted SQL."""
    for match in re.finditer(r"^\s*--\s*property\s+(.*)$", text, re.IGNORECASE | re.MULTILINE):
        found = dict(re.findall(r"\b(name|value|dbms|context|labels|global):(\"[^\"]*\"|\S+)", match[1]))
        given = {key: value.strip('"') for key, value in found.items()}
        if "name" in given and "value" in given:
            yield given["name"], given["value"], given.get("dbms", "")


def _document(walk: _Walk, file: SourceFile, path: str, around: _Around) -> Iterator[Found]:
    try:
        root = read(file.text, path)
    except UnreadError as why:
        raise UnreadError(f"{path}: {why}") from None
    if root is None:
        raise UnreadError(f"{path} is no changelog")
    logical = plain(root.get("logicalFilePath")) or around.path
    said = (*around.said, *_said(root), *(("preconditions",) if _asks(root, walk.dialect) else ()))
    inner = _Around(said, "", around.depth + 1)
    for child in root.children:
        if child.name == "property":
            _property(walk, child, path)
        elif child.name == "changeSet":
            changeset = _found(walk, file, (logical or path, path), child, said)
            own, quoting = plain(changeset.node.get("logicalFilePath")), root.get("objectQuotingStrategy")
            quoting = changeset.node.get("objectQuotingStrategy") or quoting or "LEGACY"
            yield replace(changeset, path=own or changeset.path, quoting=quoting)
        elif child.name in ("include", "includeAll"):
            yield from _included(walk, _filled(walk, child)[0], path, inner)
        elif child.name == "modifyChangeSets":
            raise UnreadError(f"{path} changes other changesets (modifyChangeSets), which is not read")


def _said(node: Node) -> tuple[str, ...]:
    return tuple(f"{name} {node.get(name)}" for name in _ABOUT if node.get(name))


def _asks(node: Node, dialect: str) -> bool:
    """Whether it has preconditions that only a run can answer: which server it is can be told here."""
    around = [child for child in node.children if child.name == "preConditions"]
    asked = [child for each in around for child in each.children if child.name not in _HOW]
    told = all(child.name == "dbms" and is_for(child.get("type"), dialect) for child in asked)
    return any(each.attributes.keys() - _HOW for each in around) or not told


def _found(walk: _Walk, file: SourceFile, paths: tuple[str, str], node: Node, said: tuple[str, ...]) -> Found:
    filled, unknown = _filled(walk, node)
    asked = ("preconditions",) if _asks(filled, walk.dialect) else ()
    return Found(file, *paths, filled, (*said, *_said(filled), *asked), "LEGACY", unknown)


def _included(walk: _Walk, node: Node, path: str, around: _Around) -> Iterator[Found]:
    said = (*around.said, *_said(node))
    if node.is_set("ignore"):
        return
    relative = node.is_set("relativeToChangelogFile")
    if node.name == "include":
        target = resolved(node.get("file"), path, relative=relative)
        inner = replace(around, said=said, path=plain(node.get("logicalFilePath")))
        yield from _file(walk, target, inner)
        return
    for name in ("filter", "resourceComparator", "resourceFilter", "minDepth", "maxDepth", "endsWithFilter"):
        if node.get(name):
            raise UnreadError(f"{path} includes a folder by {name}, which is not read")
    folder = resolved(node.get("path"), path, relative=relative)
    names = walk.library.below(folder)
    if not names and node.get("errorIfMissingOrEmpty") != "false":
        raise UnreadError(f"{folder} is not here, and {path} includes all of it")
    for name in names:
        yield from _file(walk, name, replace(around, said=said, path=""))


def resolved(name: str, path: str, *, relative: bool) -> str:
    """The path of an included file as Liquibase keeps it."""
    if relative:
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), name.replace("\\", "/")))
    found = plain(name)
    return posixpath.normpath(found) if found else found


def plain(path: str) -> str:
    """A path as Liquibase keeps it."""
    return path.replace("\\", "/").removeprefix("classpath:").removeprefix("./").lstrip("/")


def is_for(dbms: str, dialect: str) -> bool:
    """Whether a list of servers takes this one in."""
    own = {"postgres": "postgresql"}.get(dialect, dialect)
    names = {name.strip().lower() for name in dbms.split(",") if name.strip()}
    if not names or "all" in names:
        return True
    if "none" in names or f"!{own}" in names:
        return False
    return own in names or all(name.startswith("!") for name in names)


def _property(walk: _Walk, node: Node, path: str) -> None:
    if not is_for(node.get("dbms"), walk.dialect):
        return
    if node.get("file"):
        name = resolved(node.get("file"), path, relative=node.is_set("relativeToChangelogFile"))
        text = walk.library.text(name)
        if text is None:
            raise UnreadError(f"{name} is not here, and {path} takes properties from it")
        for key, value in properties(text).items():
            walk.values.setdefault(key, value)
        return
    name = node.get("name")
    if name not in walk.values and (_said(node) or node.get("global") == "false"):
        walk.unsure.add(name)
    elif name not in walk.unsure:
        walk.values.setdefault(name, _replaced(walk, node.get("value") or node.text)[0])


def _define(walk: _Walk, name: str, value: str, dbms: str) -> None:
    if is_for(dbms, walk.dialect):
        walk.values.setdefault(name, value)


def _filled(walk: _Walk, node: Node) -> tuple[Node, tuple[str, ...]]:
    """A node with the values of properties in all its texts, and the names that stay."""
    unknown: set[str] = set()
    return _fill(walk, node, unknown), tuple(sorted(unknown))


def _fill(walk: _Walk, node: Node, unknown: set[str]) -> Node:
    def put(text: str) -> str:
        if "${" not in text:
            return text
        done, missing = _replaced(walk, text)
        unknown.update(missing)
        return done

    attributes = {name: put(value) for name, value in node.attributes.items()}
    children = tuple(_fill(walk, child, unknown) for child in node.children)
    return replace(node, attributes=attributes, children=children, text=put(node.text))


def _replaced(walk: _Walk, text: str, depth: int = 0) -> tuple[str, tuple[str, ...]]:
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in walk.values and name not in walk.unsure and depth < _DEEPEST:
            done, inner = _replaced(walk, walk.values[name], depth + 1)
            missing.extend(inner)
            return done
        missing.append(name)
        return match[0]

    return PARAMETER.sub(value, text), tuple(missing)
