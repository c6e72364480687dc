"""One Django migration file: what it depends on, what it replaces, and its operations, read and never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from console.core.forms import Form
from console.core.kept import kept
from console.readers.python.django_values import Made, Reference, Unsure, Values
from console.readers.python.static import UnreadableError

Key = tuple[str, str]
"""(app label, name) of a migration."""
SWAPPABLE = "__setting__"
"""Instead of an app's label: the name stands for the model that a setting names."""
_WAYS_IN = ("django.db.connection", "django.db.connections", "core.management", "call_command", "subprocess", "os")
_WAYS_OUT = ("schema_editor", "cursor", "connection", "call_command", "execute", "import_module")
_SETTINGS = "django.conf.settings."


@dataclass(frozen=True, slots=True)
class DjangoFile:
    """What a file says."""

    dependencies: tuple[Key, ...] = ()
    run_before: tuple[Key, ...] = ()
    replaces: tuple[Key, ...] = ()
    initial: bool | None = None
    atomic: bool = True
    operations: tuple[Any, ...] = field(default=())
    """`Made`, or `Unsure` where one cannot be read."""
    unreadable: str = ""
    """Why nothing of it can be known; '' when it can."""
    rows_only: frozenset[str] = frozenset()
    """Functions of the file that are given no way to change anything but rows."""
    doubt: str = ""
    """Why its place among the others is not known; '' when it is."""


_KEPT = Form(DjangoFile, Made, Reference, Unsure)


@lru_cache(maxsize=8192)
def read_file(text: str, package: str = "") -> DjangoFile:
    """The migration in a module's text."""
    return kept(_KEPT, _read_file, text, package)


def _read_file(text: str, package: str) -> DjangoFile:
    try:
        values = Values(text, package)
    except UnreadableError as error:
        return DjangoFile(unreadable=str(error))
    body = next((n for n in values.tree.body if isinstance(n, ast.ClassDef) and n.name == "Migration"), None)
    if body is None:
        return DjangoFile(unreadable="there is no class Migration in it")
    return _migration(body, values)


def _migration(body: ast.ClassDef, values: Values) -> DjangoFile:
    bases = [values.of(base) for base in body.bases]
    if not any(isinstance(base, Reference) and base.path.endswith("migrations.Migration") for base in bases):
        return DjangoFile(unreadable="its class Migration inherits from something that is not read")
    methods = [n.name for n in body.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if methods:
        return DjangoFile(unreadable=f"its class Migration has code of its own ({', '.join(methods)})")
    found = {
        target.id: values.of(node.value)
        for node in body.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    others = [n for n in body.body if not isinstance(n, (ast.Assign, ast.Expr, ast.Pass, ast.AnnAssign))]
    operations = found.get("operations", [])
    if others or not isinstance(operations, (list, tuple)):
        return DjangoFile(*_keys(found), unreadable="how its operations are put together only a run could tell")
    atomic = found.get("atomic", True)
    keys, doubt = _keys(found), _doubt(found)
    if not isinstance(atomic, bool):
        return DjangoFile(*keys, unreadable="whether it is atomic only a run could tell", doubt=doubt)
    initial = found.get("initial")
    return DjangoFile(
        *keys,
        initial if isinstance(initial, bool) else None,
        atomic,
        tuple(operations),
        rows_only=frozenset(_rows_only(values)),
        doubt=doubt,
    )


def _rows_only(values: Values) -> Iterator[str]:
    """Functions that use neither the schema editor (but for its alias), nor a cursor, nor a command."""
    if any(path.endswith(_WAYS_IN) for path in values.imports.values()):
        return
    for node in values.tree.body:
        if isinstance(node, ast.FunctionDef):
            text = "\n".join(ast.unparse(one) for one in node.body).replace("schema_editor.connection.alias", "")
            if not any(word in text for word in _WAYS_OUT):
                yield node.name


def _keys(found: Mapping[str, Any]) -> tuple[tuple[Key, ...], tuple[Key, ...], tuple[Key, ...]]:
    names = ("dependencies", "run_before", "replaces")
    first, second, third = (tuple(_list(found.get(name, []))) for name in names)
    return first, second, third


def _list(value: Any) -> list[Key]:  # noqa: ANN401 - any value
    items = value if isinstance(value, (list, tuple)) else []
    return [key for item in items if (key := _key(item)) is not None]


def _doubt(found: Mapping[str, Any]) -> str:
    for name in ("dependencies", "run_before", "replaces"):
        value = found.get(name, [])
        if not isinstance(value, (list, tuple)) or any(_key(item) is None for item in value):
            return f"its {name} only a run could tell"
    return ""


def _key(item: Any) -> Key | None:  # noqa: ANN401 - any value
    if isinstance(item, (list, tuple)) and len(item) == 2 and all(isinstance(part, str) for part in item):
        return item[0], item[1]
    if isinstance(item, Made) and item.name == "swappable_dependency" and item.args:
        given = item.args[0]
        if isinstance(given, Reference) and given.path.startswith(_SETTINGS):
            return SWAPPABLE, given.path.removeprefix(_SETTINGS)
        if isinstance(given, str) and "." in given:
            return given.partition(".")[0], "__first__"
    return None
