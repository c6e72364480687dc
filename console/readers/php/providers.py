"""Service providers: the schema builder's defaults they set, and the folders of migrations they register.

They are searched, not walked: what a provider does besides is nobody's business here. What stands under a condition is
found too and said to be conditional.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TypedDict

from console.readers.php.arguments import arguments
from console.readers.php.classes import PhpFile, class_of, read_file
from console.readers.php.collected import as_list
from console.readers.php.compilers import Laravel
from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.language import PHP
from console.readers.php.lookup import Lookup, NoLookup
from console.readers.php.machine import Machine, ThrownError
from console.readers.php.roles import role_of
from console.readers.php.scope import Frame
from console.readers.php.syntax import LARGEST, Node, descendants, name_of, part, text_of
from console.readers.php.things import FilePlace, Instance, On
from console.readers.php.values import Value

_METHODS = {
    "defaultstringlength": ("string_length", None),
    "defaulttimeprecision": ("time_precision", None),
    "defaultmorphkeytype": ("morph_key", None),
    "morphusinguuids": ("morph_key", "uuid"),
    "morphusingulids": ("morph_key", "ulid"),
    "usenativeschemaoperationsifpossible": ("native_changes", True),
}
_PROPERTIES = {
    "defaultstringlength": "string_length",
    "defaulttimeprecision": "time_precision",
    "defaultmorphkeytype": "morph_key",
    "alwaysusesnativeschemaoperationsifpossible": "native_changes",
}
_CONDITIONS = frozenset({"if_statement", "switch_statement", "conditional_expression", "match_expression"})


class Defaults(TypedDict, total=False):
    """What a provider sets; what it does not is left out. The first four are named as in `Connection`."""

    string_length: int | None
    time_precision: int | None
    morph_key: str
    native_changes: bool
    paths: tuple[str, ...]
    """Folders of migrations from the project's root; `*` stands for any name."""
    unknown: tuple[str, ...]
    """Calls that were found and whose value is not known, in the file's words."""
    conditional: tuple[str, ...]
    """Of these, those that stand under a condition, by name or path."""


def defaults_of(text: str, folder: str = "app/Providers", lookup: Lookup | None = None) -> Defaults:
    """What a provider's file sets and registers; `folder` is where it lies, from the project's root."""
    found: Defaults = {}
    if len(text) > LARGEST or not any(word in text for word in ("igrat", "chema", "uilder")):
        return found
    file = read_file(text)
    machine = Machine(lookup or NoLookup(), On(Connection()), Laravel(), PHP, folder=folder)
    for node in descendants(file.root, "scoped_call_expression", "assignment_expression", "member_call_expression"):
        try:
            _look(machine, file, node, found)
        except (UnreadableError, ThrownError, RecursionError):
            _add(found, "unknown", text_of(node))
    return found


def _look(machine: Machine, file: PhpFile, node: Node, found: Defaults) -> None:
    if node.type == "member_call_expression":
        if _registers(node):
            _take_paths(machine, file, node, found)
        return
    target = node if node.type == "scoped_call_expression" else part(node, "left")
    if target is None or target.type not in ("scoped_call_expression", "scoped_property_access_expression"):
        return
    if role_of(file.full_name(text_of(part(target, "scope")))) != "schema":
        return
    word = name_of(part(target, "name")).lower()
    if target is node and word in _METHODS:
        name, fixed = _METHODS[word]
        given = arguments(machine, node, _frame(machine, file, node))
        _take(found, name, node, given.at(0) if fixed is None else fixed)
    elif target is not node and word in _PROPERTIES:
        _take(found, _PROPERTIES[word], node, machine.value(part(node, "right"), _frame(machine, file, node)))


def _registers(node: Node) -> bool:
    """`$this->loadMigrationsFrom(...)`, `$migrator->path(...)`."""
    name = text_of(part(node, "name")).lower()
    return name == "loadmigrationsfrom" or (name == "path" and "migrator" in text_of(part(node, "object")).lower())


def _take(found: Defaults, name: str, node: Node, value: Value) -> None:
    if name == "morph_key" and isinstance(value, str):
        found["morph_key"] = value
    elif name == "native_changes" and isinstance(value, bool):
        found["native_changes"] = value
    elif name == "string_length" and (value is None or isinstance(value, int)):
        found["string_length"] = value
    elif name == "time_precision" and (value is None or isinstance(value, int)):
        found["time_precision"] = value
    else:
        _add(found, "unknown", text_of(node))
        return
    if _is_conditional(node):
        _add(found, "conditional", name)


def _take_paths(machine: Machine, file: PhpFile, node: Node, found: Defaults) -> None:
    given = arguments(machine, node, _frame(machine, file, node)).at(0)
    items = as_list(given)
    for value in (given,) if items is None else items.values:
        path = posixpath.normpath(value.path).lstrip("/") if isinstance(value, FilePlace) else ""
        if not path or path.startswith(".."):
            _add(found, "unknown", text_of(node))
            continue
        found["paths"] = tuple(dict.fromkeys((*found.get("paths", ()), path)))
        if _is_conditional(node):
            _add(found, "conditional", path)


def _add(found: Defaults, name: str, text: str) -> None:
    if name == "unknown":
        found["unknown"] = (*found.get("unknown", ()), text)
    else:
        found["conditional"] = (*found.get("conditional", ()), text)


def _around(node: Node) -> Iterator[Node]:
    while (parent := node.parent) is not None:
        yield parent
        node = parent


def _is_conditional(node: Node) -> bool:
    """Asking whether it runs in a console is no condition: migrations do."""
    for outer in _around(node):
        if outer.type == "method_declaration":
            return False
        if outer.type in _CONDITIONS and "runningInConsole" not in text_of(part(outer, "condition")):
            return True
    return False


def _frame(machine: Machine, file: PhpFile, node: Node) -> Frame:
    """The variables of the method around a call, as they are written to before it."""
    holder = next((outer for outer in _around(node) if outer.type == "class_declaration"), None)
    of = class_of(file, holder) if holder is not None else None
    frame = Frame(file, of, Instance(of=of) if of is not None else None)
    method = next((outer for outer in _around(node) if outer.type == "method_declaration"), None)
    for write in descendants(method, "assignment_expression") if method is not None else ():
        left, right = part(write, "left"), part(write, "right")
        if write.end_byte <= node.start_byte and left is not None and left.type == "variable_name":
            frame.cell(name_of(left)).value = machine.value(right, frame)
    return frame
