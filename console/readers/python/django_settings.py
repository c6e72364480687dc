"""Settings of a Django project as its settings module says them, read from top to bottom and never run.

A name that is set under a condition nobody can answer here is `Unsure` from then on. Variables of the environment that
the module asks for and that are not known here are remembered: a default in their place would be a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.readers.python.django_values import Made, Unsure, Values
from console.readers.python.static import UnreadableError, dotted, evaluate

Loader = Callable[[str], tuple[str, str] | None]
"""The text of a module and the package it is in; None when there is none."""
_DEEPEST = 12
_URLS = frozenset({"dj_database_url.config", "dj_database_url.parse"})
_ENV_METHODS = frozenset({"str", "int", "bool", "list", "db", "db_url", "db_url_config", "url", "path", "json", "dict"})
_CASTS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "bool": lambda text: text.strip().lower() in ("1", "true", "yes", "on", "y", "t", "ok"),
    "list": lambda text: [part for part in text.split(",") if part],
}


class Environ(dict[str, str]):
    """The environment, and which variables were asked for that are not in it."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """`values` is what is known."""
        super().__init__(values)
        self.missed: dict[str, None] = {}

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - any default
        """As of a dictionary."""
        if name not in self:
            self.missed[name] = None
        return super().get(name, default)

    def __missing__(self, name: str) -> str:
        self.missed[name] = None
        raise KeyError(name)


class _Reader(Values):
    """One module, and what it has in common with those it imports."""

    def __init__(self, text: str, package: str, environ: Environ, names: dict[str, Any]) -> None:
        super().__init__(text, package)
        self.names = names
        self.environ = environ
        self.names["os.environ"] = environ
        self.names["__name__"] = "settings"

    def _plain(self, node: ast.expr) -> Any:  # noqa: ANN401 - any value
        try:
            return evaluate(node, self.names, self._asked)
        except UnreadableError:
            return Unsure(ast.unparse(node))

    def _asked(self, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        value = self.of(node)
        if isinstance(value, (Made, Unsure)):
            raise UnreadableError(f"`{ast.unparse(node)[:60]}` is only known at run time")
        return value

    def _call(self, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        made = super()._call(node)
        if not isinstance(made, Made):
            return made
        return self._known(made, node)

    def _known(self, made: Made, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        """The calls whose answer is the environment, or plain."""
        if made.path in ("os.getenv", "os.environ.get"):
            return self._variable(made, "")
        if made.path == "decouple.config":
            cast = getattr(made.kwargs.get("cast"), "path", "")
            return self._variable(made, cast)
        if made.path in _URLS:
            return self._database(made)
        owner, _, method = made.path.rpartition(".")
        env = self.names.get(owner or made.path)
        if isinstance(env, Made) and env.path in ("environ.Env", "environ.FileAwareEnv"):
            if method in ("db", "db_url") and owner:
                return self._database(made)
            return self._variable(made, method if owner and method in _ENV_METHODS else "")
        return self._rest(made, node) if isinstance(node.func, ast.Attribute) else made

    def _rest(self, made: Made, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        """A method of a plain value: `"a,b".split(",")`."""
        try:
            return evaluate(node, self.names)
        except UnreadableError:
            return made

    def _variable(self, made: Made, cast: str) -> Any:  # noqa: ANN401 - any value
        name = made.args[0] if made.args else made.kwargs.get("var")
        if not isinstance(name, str):
            return Unsure(made.text)
        default = made.args[1] if len(made.args) > 1 else made.kwargs.get("default", Unsure(made.text))
        if made.path == "os.getenv" or made.path.endswith("environ.get"):
            default = None if isinstance(default, Unsure) and len(made.args) < 2 and not made.kwargs else default
        text = self.environ.get(name)
        if text is None:
            return default
        try:
            return _CASTS.get(cast, str)(text)
        except ValueError:
            return Unsure(made.text)

    def _database(self, made: Made) -> Any:  # noqa: ANN401 - a database's settings, by URL
        name = made.kwargs.get("env", made.args[0] if made.args and made.path not in _URLS else "DATABASE_URL")
        if made.path.endswith(".parse"):
            given = made.args[0] if made.args else Unsure(made.text)
            return {"URL": given} if isinstance(given, str) else Unsure(made.text)
        text = self.environ.get(name) if isinstance(name, str) else None
        text = made.kwargs.get("default") if text is None else text
        return {"URL": text} if isinstance(text, str) else Unsure(made.text)


def read_settings(module: str, load: Loader, environ: Environ) -> dict[str, Any]:
    """Every name the module sets. A module that cannot be read gives none."""
    names: dict[str, Any] = {}
    _module(module, load, environ, names, 0)
    return {name: value for name, value in names.items() if name.isupper()}


def _module(module: str, load: Loader, environ: Environ, names: dict[str, Any], depth: int) -> bool:
    found = load(module) if depth < _DEEPEST else None
    if found is None:
        return False
    try:
        reader = _Reader(found[0], found[1], environ, names)
    except UnreadableError:
        return False
    _run(reader.tree.body, reader, load, depth)
    return True


def _run(body: Iterable[ast.stmt], reader: _Reader, load: Loader, depth: int) -> None:
    for node in body:
        if isinstance(node, ast.ImportFrom):
            _import(node, reader, load, depth)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            _assign(node, reader)
        elif isinstance(node, ast.If):
            _if(node, reader, load, depth)
        elif isinstance(node, ast.Try):
            _run(node.body, reader, load, depth)
            _run(node.orelse, reader, load, depth)
        elif isinstance(node, ast.Expr):
            _method(node.value, reader)
        else:
            _spoil([node], reader)


def _import(node: ast.ImportFrom, reader: _Reader, load: Loader, depth: int) -> None:
    """Names of the project's own modules; `import *` brings all of them."""
    for name in node.names:
        path = reader.imports.get(name.asname or name.name, "")
        module = path.rpartition(".")[0]
        if name.name == "*":
            _module(module, load, reader.environ, reader.names, depth + 1)
            continue
        inner: dict[str, Any] = {}
        if _module(module, load, reader.environ, inner, depth + 1) and name.name in inner:
            reader.names[name.asname or name.name] = inner[name.name]


def _assign(node: ast.Assign | ast.AnnAssign | ast.AugAssign, reader: _Reader) -> None:
    if node.value is None:
        return
    value = reader.of(node.value)
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Name) and isinstance(node, ast.AugAssign):
            reader.names[target.id] = _added(reader.names.get(target.id), value)
        elif isinstance(target, ast.Name):
            reader.names[target.id] = value
        elif isinstance(target, ast.Subscript) and not isinstance(node, ast.AugAssign):
            _set_inside(target, value, reader)
        else:
            _spoil([target], reader)


def _added(old: Any, value: Any) -> Any:  # noqa: ANN401 - any value
    if isinstance(old, (list, tuple)) and isinstance(value, (list, tuple)):
        return [*old, *value]
    return Unsure("+=")


def _set_inside(target: ast.Subscript, value: Any, reader: _Reader) -> None:  # noqa: ANN401 - any value
    """`DATABASES["default"] = ...`."""
    owner, key = reader.of(target.value), reader.of(target.slice)
    if isinstance(target.value, ast.Subscript):
        owner = reader.of(target.value.value)
        inner = owner.get(reader.of(target.value.slice)) if isinstance(owner, dict) else None
        owner = inner if isinstance(inner, dict) else None
    if isinstance(owner, dict) and isinstance(key, str):
        owner[key] = value
    else:
        _spoil([target], reader)


def _method(node: ast.expr, reader: _Reader) -> None:
    """`INSTALLED_APPS.append("x")`; any other method may change its owner."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    owner = reader.names.get(dotted(node.func.value))
    values = [reader.of(arg) for arg in node.args]
    if isinstance(owner, list) and node.func.attr in ("append", "extend", "insert") and values:
        given = values[-1]
        owner[len(owner) :] = (
            list(given) if node.func.attr == "extend" and isinstance(given, (list, tuple)) else [given]
        )
    elif isinstance(owner, dict) and node.func.attr == "update" and values and isinstance(values[0], dict):
        owner.update(values[0])
    elif isinstance(owner, (list, dict)) and not isinstance(owner, Environ) and node.func.attr != "setdefault":
        reader.names[dotted(node.func.value)] = Unsure(ast.unparse(node))


def _if(node: ast.If, reader: _Reader, load: Loader, depth: int) -> None:
    test = reader.of(node.test)
    if isinstance(test, (Unsure, Made)) or not isinstance(test, (bool, int, str, list, tuple, dict, type(None))):
        _spoil([*node.body, *node.orelse], reader)
        return
    _run(node.body if test else node.orelse, reader, load, depth)


def _spoil(nodes: Iterable[ast.AST], reader: _Reader) -> None:
    """Names that may have been set or changed there are not known any more."""
    for node in (inner for one in nodes for inner in ast.walk(one)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            reader.names[node.id] = Unsure(node.id)
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.value, ast.Name):
            changed = not isinstance(node.ctx, ast.Load) or isinstance(node, ast.Attribute)
            if changed and isinstance(reader.names.get(node.value.id), (list, dict)):
                owner = reader.names[node.value.id]
                if not isinstance(owner, Environ):
                    reader.names[node.value.id] = Unsure(node.value.id)
